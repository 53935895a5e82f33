import { createClient, type Transport } from "@connectrpc/connect";
import { CartService } from "../../proto/gen/cart/v1/cart_service_pb.ts";
import { OrderService } from "../../proto/gen/order/v1/order_service_pb.ts";
import { PaymentInternalService } from "../../proto/gen/pay/v1/payment_internal_service_pb.ts";
import { PaymentService } from "../../proto/gen/pay/v1/payment_service_pb.ts";
import { BannerService } from "../../proto/gen/product/v1/banner_service_pb.ts";
import { CategoryService } from "../../proto/gen/product/v1/category_service_pb.ts";
import { CommentService } from "../../proto/gen/product/v1/comment_service_pb.ts";
import { FlashSaleService } from "../../proto/gen/product/v1/flash_sale_service_pb.ts";
import { ProductService } from "../../proto/gen/product/v1/product_service_pb.ts";
import { AddressService } from "../../proto/gen/user/v1/address_service_pb.ts";
import { AuthService } from "../../proto/gen/user/v1/auth_service_pb.ts";
import { FavouriteService } from "../../proto/gen/user/v1/favourite_service_pb.ts";
import { UserService } from "../../proto/gen/user/v1/user_service_pb.ts";
import { UserInternalService } from "../../proto/gen/user/v1/user_internal_service_pb.ts";
import type { Clients } from "../clients.ts";

/** Clients of whatever services are behind `transport`; the others answer Unimplemented. */
export function clientsOver(transport: Transport): Clients {
  return {
    order: createClient(OrderService, transport),
    product: createClient(ProductService, transport),
    payments: createClient(PaymentService, transport),
    callbacks: createClient(PaymentInternalService, transport),
    categories: createClient(CategoryService, transport),
    banners: createClient(BannerService, transport),
    comments: createClient(CommentService, transport),
    flashSales: createClient(FlashSaleService, transport),
    users: createClient(UserInternalService, transport),
    auth: createClient(AuthService, transport),
    user: createClient(UserService, transport),
    addresses: createClient(AddressService, transport),
    favourites: createClient(FavouriteService, transport),
    cart: createClient(CartService, transport),
  };
}
