/** Clients of the services that the BFF assembles its answers from. */
import type { Client } from "@connectrpc/connect";
import { CartService } from "../proto/gen/cart/v1/cart_service_pb.ts";
import { OrderService } from "../proto/gen/order/v1/order_service_pb.ts";
import { PaymentInternalService } from "../proto/gen/pay/v1/payment_internal_service_pb.ts";
import { PaymentService } from "../proto/gen/pay/v1/payment_service_pb.ts";
import { BannerService } from "../proto/gen/product/v1/banner_service_pb.ts";
import { CategoryService } from "../proto/gen/product/v1/category_service_pb.ts";
import { CommentService } from "../proto/gen/product/v1/comment_service_pb.ts";
import { FlashSaleService } from "../proto/gen/product/v1/flash_sale_service_pb.ts";
import { ProductService } from "../proto/gen/product/v1/product_service_pb.ts";
import { AddressService } from "../proto/gen/user/v1/address_service_pb.ts";
import { AuthService } from "../proto/gen/user/v1/auth_service_pb.ts";
import { FavouriteService } from "../proto/gen/user/v1/favourite_service_pb.ts";
import { UserInternalService } from "../proto/gen/user/v1/user_internal_service_pb.ts";
import { UserService } from "../proto/gen/user/v1/user_service_pb.ts";
import type { ServiceIdentity } from "../shared/auth/service_token.ts";
import type { Directory } from "../shared/discovery/hosts.ts";
import { createRpcClient } from "../shared/rpc/client.ts";

export interface Clients {
  readonly order: Client<typeof OrderService>;
  readonly product: Client<typeof ProductService>;
  readonly payments: Client<typeof PaymentService>;
  readonly callbacks: Client<typeof PaymentInternalService>;
  readonly categories: Client<typeof CategoryService>;
  readonly banners: Client<typeof BannerService>;
  readonly comments: Client<typeof CommentService>;
  readonly flashSales: Client<typeof FlashSaleService>;
  readonly users: Client<typeof UserInternalService>;
  readonly auth: Client<typeof AuthService>;
  readonly user: Client<typeof UserService>;
  readonly addresses: Client<typeof AddressService>;
  readonly favourites: Client<typeof FavouriteService>;
  readonly cart: Client<typeof CartService>;
}

/** Pages go without what the user service adds, so they do not wait for one to appear. */
const userHostWaitMs = 50;

/**
 * Makes the clients; they find their services in `directory`. What is asked in a person's name goes
 * with the person's token; what only the BFF may ask or vouch for goes with its own.
 */
export function createClients(directory: Directory, identity: ServiceIdentity): Clients {
  const credentials = () => identity.tokenFor("user");
  const product = directory.hosts("product");
  const user = directory.hosts("user");
  const pay = directory.hosts("pay");
  return {
    order: createRpcClient(OrderService, directory.hosts("order")),
    product: createRpcClient(ProductService, product),
    payments: createRpcClient(PaymentService, pay),
    callbacks: createRpcClient(PaymentInternalService, pay, {
      credentials: () => identity.tokenFor("pay"),
    }),
    categories: createRpcClient(CategoryService, product),
    banners: createRpcClient(BannerService, product),
    comments: createRpcClient(CommentService, product),
    flashSales: createRpcClient(FlashSaleService, product),
    users: createRpcClient(UserInternalService, user, {
      hostWaitMs: userHostWaitMs,
      credentials,
    }),
    auth: createRpcClient(AuthService, user, { credentials }),
    user: createRpcClient(UserService, user),
    addresses: createRpcClient(AddressService, user),
    favourites: createRpcClient(FavouriteService, user),
    cart: createRpcClient(CartService, directory.hosts("cart")),
  };
}
