import { type Client, Code, type ServiceImpl } from "@connectrpc/connect";
import type { ProductService } from "../../../proto/gen/product/v1/product_service_pb.ts";
import { ProductView } from "../../../proto/gen/product/v1/product_pb.ts";
import type { FavouriteService } from "../../../proto/gen/user/v1/favourite_service_pb.ts";
import { callerId } from "../../../shared/auth/caller.ts";
import { invalidArgument, Refusal } from "../../../shared/errors.ts";
import { cutPage, pageSize, readCursor } from "../../../shared/paging.ts";
import { refuseWhenAway } from "../../../shared/rpc/away.ts";
import { type Call, callOf, onBehalfOf } from "../../../shared/rpc/call.ts";
import type { FavouriteStore } from "../store/favourites.ts";

export interface FavouriteServiceOptions {
  readonly store: FavouriteStore;
  /** Who knows which products there are. */
  readonly products: Pick<Client<typeof ProductService>, "batchGetProducts">;
}

/** The rpcs of `user.v1.FavouriteService`. */
export function createFavouriteService(
  { store, products }: FavouriteServiceOptions,
): ServiceImpl<typeof FavouriteService> {
  async function requireProduct(call: Call, productId: bigint): Promise<void> {
    const request = { productIds: [productId], view: ProductView.CARD };
    const found = await products.batchGetProducts(request, onBehalfOf(call))
      .catch(refuseWhenAway("product"));
    if (found.products.length === 0) {
      throw new Refusal(Code.NotFound, "PRODUCT_NOT_FOUND", "there is no such product");
    }
  }
  return {
    async listFavourites(request, context) {
      const userId = callerId(callOf(context).principal);
      const ps = pageSize(request.ps);
      const after = readCursor(request.cursor, request.lastId);
      const found = await store.list(userId, after, ps + 1);
      const page = cutPage(found, ps, ({ createTime, productId }) => {
        return { value: createTime, id: productId };
      });
      return {
        favourites: [...page.items],
        isEnd: page.isEnd,
        favouriteTime: page.last?.value ?? 0n,
        lastId: page.last?.id ?? 0n,
      };
    },
    async createFavourite({ productId }, context) {
      const call = callOf(context);
      const userId = callerId(call.principal);
      if (productId < 1n) throw productRequired();
      // What is there answers the same, whatever has become of the product.
      const known = await store.find(userId, productId);
      if (known !== undefined) return { favourite: known };
      await requireProduct(call, productId);
      return { favourite: await store.create(userId, productId) };
    },
    async deleteFavourite({ productId }, context) {
      await store.remove(callerId(callOf(context).principal), productId);
      return {};
    },
  };
}

function productRequired(): Refusal {
  const message = "must be a product's id";
  return invalidArgument([{ pointer: "/product_id", reason: "REQUIRED", message }]);
}
