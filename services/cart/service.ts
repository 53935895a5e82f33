import { type Client, Code, type ServiceImpl } from "@connectrpc/connect";
import type { CartService } from "../../proto/gen/cart/v1/cart_service_pb.ts";
import { type Product, ProductStatus, ProductView } from "../../proto/gen/product/v1/product_pb.ts";
import type { ProductService } from "../../proto/gen/product/v1/product_service_pb.ts";
import { callerId } from "../../shared/auth/caller.ts";
import { Refusal } from "../../shared/errors.ts";
import { refuseWhenAway } from "../../shared/rpc/away.ts";
import { type Call, callOf, onBehalfOf } from "../../shared/rpc/call.ts";
import {
  type CartItem,
  narrowChange,
  narrowCheck,
  narrowPieces,
  narrowProductId,
} from "./cart_item.ts";
import { requireGuestId } from "./cart_owner.ts";
import { guestHashOf, ownerOf } from "./service/owner.ts";
import type { CartStore } from "./store.ts";

export interface CartServiceOptions {
  readonly store: CartStore;
  /** Who knows what is on sale, and for how much. */
  readonly products: Pick<Client<typeof ProductService>, "batchGetProducts">;
}

/** The rpcs of `cart.v1.CartService`. */
export function createCartService(options: CartServiceOptions): ServiceImpl<typeof CartService> {
  const { store } = options;
  return {
    async listCartItems(request, context) {
      return { items: await store.list(ownerOf(callOf(context).principal, request)) };
    },
    async addCartItem(request, context) {
      const call = callOf(context);
      const owner = ownerOf(call.principal, request);
      const pieces = narrowPieces(request);
      const { priceFen } = onSale(await findProduct(options, call, pieces.productId));
      return { item: await store.add(owner, pieces, priceFen) };
    },
    async updateCartItem(request, context) {
      const call = callOf(context);
      const owner = ownerOf(call.principal, request);
      const change = narrowChange(request);
      const product = change.quantity === undefined
        ? undefined
        : await findProduct(options, call, change.productId);
      // Whatever has become of the product, its owner may want less of it.
      const item = await store.update(owner, change, product?.priceFen);
      return { item: item ?? unknown() };
    },
    async deleteCartItem(request, context) {
      const owner = ownerOf(callOf(context).principal, request);
      await store.remove(owner, narrowProductId(request.productId));
      return {};
    },
    async checkCartItems(request, context) {
      const owner = ownerOf(callOf(context).principal, request);
      return { items: await store.check(owner, narrowCheck(request)) };
    },
    async clearCart(request, context) {
      await store.clear(ownerOf(callOf(context).principal, request));
      return {};
    },
    async mergeGuestCart({ userId: named, guestId }, context) {
      const { principal, traceparent } = callOf(context);
      const userId = callerId(principal, named);
      requireGuestId(guestId);
      const wish = { userId, guestHash: guestHashOf(guestId), traceparent };
      const { items, droppedProductIds } = await store.merge(wish);
      return { items: [...items], droppedProductIds: [...droppedProductIds] };
    },
  };
}

/** Undefined if there is none. */
async function findProduct(
  { products }: CartServiceOptions,
  call: Call,
  productId: bigint,
): Promise<Product | undefined> {
  const request = { productIds: [productId], view: ProductView.CARD };
  const found = await products.batchGetProducts(request, onBehalfOf(call))
    .catch(refuseWhenAway("product"));
  return found.products[0];
}

function onSale(product: Product | undefined): Product {
  if (product === undefined) {
    throw new Refusal(Code.NotFound, "PRODUCT_NOT_FOUND", "there is no such product");
  }
  if (product.status !== ProductStatus.ON_SALE) {
    throw new Refusal(Code.FailedPrecondition, "PRODUCT_OFF_SHELF", "it is not on sale");
  }
  return product;
}

function unknown(): CartItem {
  throw new Refusal(Code.NotFound, "CART_ITEM_NOT_FOUND", "it is not in the cart");
}
