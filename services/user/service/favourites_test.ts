import { Code, ConnectError, createClient, createRouterTransport } from "@connectrpc/connect";
import assert from "node:assert/strict";
import { ProductService } from "../../../proto/gen/product/v1/product_service_pb.ts";
import { FavouriteService } from "../../../proto/gen/user/v1/favourite_service_pb.ts";
import { createLogger } from "../../../shared/log.ts";
import { authentication } from "../../../shared/rpc/authentication.ts";
import { errorMapping } from "../../../shared/rpc/error_mapping.ts";
import { as, verifyTestToken } from "../../../shared/rpc/testing/principals.ts";
import { createServiceDatabase } from "../../../tests/support/service_database.ts";
import { refusal, startUserBench } from "../../../tests/support/user_bench.ts";
import { insertUsers } from "../../../tests/support/user_rows.ts";
import { createFavouriteStore, favouritesMax } from "../store/favourites.ts";
import { createFavouriteService } from "./favourites.ts";

const silent = createLogger({ level: "error", write: () => {} });

Deno.test("FavouriteService", async (t) => {
  await using bench = await startUserBench();
  await insertUsers(bench.sql, [{ id: 1n }, { id: 2n }]);
  const favourites = bench.client(FavouriteService);

  await t.step("adding twice is fine, and keeps the first time", async () => {
    const one = await favourites.createFavourite({ productId: 1n }, as(1n));
    const again = await favourites.createFavourite({ productId: 1n }, as(1n));
    assert.deepEqual(again, one);
  });

  await t.step("what was liked is answered the same, also once the product is gone", async () => {
    const one = await favourites.createFavourite({ productId: 3n }, as(1n));
    bench.products.delete(3n);
    assert.deepEqual(await favourites.createFavourite({ productId: 3n }, as(1n)), one);
    await favourites.deleteFavourite({ productId: 3n }, as(1n));
    assert.deepEqual(await refusal(favourites.createFavourite({ productId: 3n }, as(1n))), [
      "PRODUCT_NOT_FOUND",
    ]);
  });

  await t.step("only what exists can be liked", async () => {
    assert.deepEqual(await refusal(favourites.createFavourite({ productId: 99n }, as(1n))), [
      "PRODUCT_NOT_FOUND",
    ]);
    assert.deepEqual(await refusal(favourites.createFavourite({}, as(1n))), [
      "INVALID_ARGUMENT",
      "/product_id",
    ]);
  });

  await t.step("each sees the own ones, last added first, page by page", async () => {
    await bench.sql`
      INSERT INTO favourite (user_id, product_id, create_time)
      SELECT 2, n, to_timestamp(1000 + n / 4) FROM generate_series(1, 30) AS n`;
    const seen: bigint[] = [];
    let next = {};
    for (let pages = 0; pages < 10; pages++) {
      const page = await favourites.listFavourites({ ps: 7, ...next }, as(2n));
      seen.push(...page.favourites.map(({ productId }) => productId));
      if (page.isEnd) break;
      next = { cursor: page.favouriteTime, lastId: page.lastId };
    }
    assert.deepEqual(seen, Array.from({ length: 30 }, (_, n) => BigInt(30 - n)));
    const { favourites: own } = await favourites.listFavourites({}, as(1n));
    assert.deepEqual(own.map(({ productId }) => productId), [1n]);
  });

  await t.step("taking out touches only the own, and may be repeated", async () => {
    await favourites.deleteFavourite({ productId: 1n }, as(2n));
    await favourites.deleteFavourite({ productId: 1n }, as(2n));
    assert.equal((await favourites.listFavourites({}, as(1n))).favourites.length, 1);
    assert.equal((await favourites.listFavourites({ ps: 50 }, as(2n))).favourites.length, 29);
  });

  await t.step("a thousand are enough, however many come at once", async () => {
    const free = 5;
    await bench.sql`
      INSERT INTO favourite (user_id, product_id)
      SELECT 1, 1000 + n FROM generate_series(1, ${favouritesMax - 1 - free}) AS n`;
    const ids = Array.from({ length: 20 }, (_, n) => BigInt(5_000 + n));
    ids.forEach((id) => bench.products.add(id));
    const settled = await Promise.allSettled(
      ids.map((productId) => favourites.createFavourite({ productId }, as(1n))),
    );
    assert.equal(settled.filter(({ status }) => status === "fulfilled").length, free);
    const refused = settled.flatMap((one) => one.status === "rejected" ? [one.reason] : []);
    assert.deepEqual(
      await Promise.all(refused.map((reason) => refusal(Promise.reject(reason)))),
      refused.map(() => ["TOO_MANY_FAVOURITES"]),
    );
    const { favourites: [last] } = await favourites.listFavourites({ ps: 1 }, as(1n));
    const again = await favourites.createFavourite({ productId: last?.productId ?? 0n }, as(1n));
    assert.deepEqual(again.favourite, last);
  });
});

Deno.test("FavouriteService.CreateFavourite writes nothing while the product service is away", async () => {
  await using database = await createServiceDatabase("user");
  await insertUsers(database.sql, [{ id: 1n }]);
  const store = createFavouriteStore(database.sql);
  const products = createClient(
    ProductService,
    createRouterTransport((router) => {
      router.service(ProductService, {
        batchGetProducts() {
          throw new ConnectError("away", Code.Unavailable);
        },
      });
    }),
  );
  const favourites = createClient(
    FavouriteService,
    createRouterTransport((router) => {
      router.service(FavouriteService, createFavouriteService({ store, products }));
    }, { router: { interceptors: [errorMapping(silent), authentication(verifyTestToken)] } }),
  );
  assert.deepEqual(await refusal(favourites.createFavourite({ productId: 1n }, as(1n))), [
    "PRODUCT_UNAVAILABLE",
  ]);
  assert.deepEqual((await favourites.listFavourites({}, as(1n))).favourites, []);
});
