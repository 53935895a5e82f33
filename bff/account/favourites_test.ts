import { Code, ConnectError, createRouterTransport } from "@connectrpc/connect";
import assert from "node:assert/strict";
import { ProductView } from "../../proto/gen/product/v1/product_pb.ts";
import { ProductService } from "../../proto/gen/product/v1/product_service_pb.ts";
import { FavouriteService } from "../../proto/gen/user/v1/favourite_service_pb.ts";
import { newCall } from "../../shared/rpc/call.ts";
import { clientsOver } from "../testing/clients.ts";
import { testProduct, testProductCardJson } from "../testing/products.ts";
import { listFavourites } from "./favourites.ts";

const query = { cursor: 100n, ps: 3, lastId: 9n };

/** Neighbours who note what they are asked; products above 900 are gone. */
function neighbours(productIds: readonly bigint[], productAway = false) {
  const asked: unknown[] = [];
  const clients = clientsOver(createRouterTransport((router) => {
    router.service(FavouriteService, {
      listFavourites({ cursor, ps, lastId }) {
        asked.push({ cursor, ps, lastId });
        const favourites = productIds.map((productId) => ({ productId, createTime: 50n }));
        return { favourites, isEnd: false, favouriteTime: 50n, lastId: productIds.at(-1) ?? 0n };
      },
    });
    router.service(ProductService, {
      batchGetProducts({ productIds, view }) {
        asked.push({ productIds, view });
        if (productAway) throw new ConnectError("away", Code.Unavailable);
        return { products: productIds.filter((id) => id < 900n).map(testProduct) };
      },
    });
  }));
  return { asked, list: () => listFavourites(clients, newCall(new Headers()), query) };
}

Deno.test("listFavourites() asks once for the products of a page, and keeps its order", async () => {
  const { asked, list } = neighbours([4n, 2n, 3n]);
  const { products } = await list();
  assert.deepEqual(
    products,
    [4, 2, 3].map((id) => {
      return { ...testProductCardJson(id), favourite_time: 50 };
    }),
  );
  assert.deepEqual(asked, [query, { productIds: [4n, 2n, 3n], view: ProductView.CARD }]);
});

Deno.test("listFavourites() leaves out what is gone, and still pages by the favourites", async () => {
  assert.deepEqual(await neighbours([5n, 901n]).list(), {
    products: [{ ...testProductCardJson(5), favourite_time: 50 }],
    is_end: false,
    favourite_time: 50,
    last_id: 901,
  });
});

Deno.test("listFavourites() asks for no products where there are no favourites", async () => {
  const { asked, list } = neighbours([]);
  assert.deepEqual((await list()).products, []);
  assert.deepEqual(asked, [query]);
});

Deno.test("listFavourites() says so when the product service is away", async () => {
  const { list } = neighbours([5n], true);
  await assert.rejects(list(), (error) => ConnectError.from(error).code === Code.Unavailable);
});
