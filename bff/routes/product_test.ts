import { Code, ConnectError } from "@connectrpc/connect";
import assert from "node:assert/strict";
import { ErrorDetailSchema } from "../../proto/gen/error/v1/error_pb.ts";
import { CommentService } from "../../proto/gen/product/v1/comment_service_pb.ts";
import { ProductSort } from "../../proto/gen/product/v1/product_pb.ts";
import { ProductService } from "../../proto/gen/product/v1/product_service_pb.ts";
import { UserInternalService } from "../../proto/gen/user/v1/user_internal_service_pb.ts";
import { testProduct, testProductJson } from "../testing/products.ts";
import { refusalOf } from "../testing/refusal.ts";
import { openShop } from "../testing/shop.ts";

/** A shop with product 7, whose comments come as `comments` says. */
function shopOfSeven(
  comments: () => Promise<void> = () => Promise.resolve(),
  options: { timeoutMs?: number } = {},
) {
  return openShop((router) => {
    router.service(ProductService, {
      getProduct({ productId }) {
        if (productId === 7n) return { product: testProduct(7n) };
        throw new ConnectError("no such product", Code.NotFound, undefined, [
          { desc: ErrorDetailSchema, value: { reason: "PRODUCT_NOT_FOUND" } },
        ]);
      },
    });
    router.service(CommentService, {
      async listComments({ productId, cursor, ps, lastId }) {
        await comments();
        assert.deepEqual([cursor, ps, lastId], [0n, 0, 0n]);
        const comment = { id: 5n, productId, userId: 123n, rating: 4, content: "<b>good</b>" };
        return { comments: [comment], isEnd: true, commentTime: 99n, lastId: 5n };
      },
    });
    router.service(UserInternalService, {
      batchGetUsers: () => ({ users: [{ id: 123n, name: "demo", avatar: "/a.svg" }] }),
    });
  }, options);
}

const path = "/v1/product/detail?product_id=7";
const withoutComments = {
  product: testProductJson(7),
  comments: [],
  comment_page: { is_end: false, comment_time: 0, last_id: 0 },
  comments_available: false,
};

Deno.test("GET /v1/product/detail gives the product and the first page of comments", async () => {
  using shop = shopOfSeven();
  assert.deepEqual(await shop.get(path), [200, {
    product: testProductJson(7),
    comments: [{
      id: 5,
      product_id: 7,
      content: "<b>good</b>",
      rating: 4,
      images: [],
      user: { id: 123, name: "demo", avatar: "/a.svg" },
      create_time: 0,
      update_time: 0,
    }],
    comment_page: { is_end: true, comment_time: 99, last_id: 5 },
    comments_available: true,
  }]);
  shop.hot.drop(["comments:7"]);
  assert.equal(shop.hot.size, 0);
});

Deno.test("GET /v1/product/detail does without comments that fail, and tells the log", async () => {
  using shop = shopOfSeven(() => Promise.reject(new ConnectError("away", Code.Unavailable)));
  assert.deepEqual(await shop.get(path), [200, withoutComments]);
  assert.ok(shop.lines.some((line) => line.includes("without comments")));
});

Deno.test("GET /v1/product/detail does not wait for slow comments longer than a part of its time", async () => {
  const slow = Promise.withResolvers<void>();
  using shop = shopOfSeven(() => slow.promise, { timeoutMs: 400 });
  const startedMs = performance.now();
  assert.deepEqual(await shop.get(path), [200, withoutComments]);
  const tookMs = performance.now() - startedMs;
  assert.ok(tookMs >= 75, `${tookMs}`);
  slow.resolve();
});

Deno.test("GET /v1/product/detail is 404 for an unknown product and 400 for no id", async () => {
  using shop = shopOfSeven();
  assert.deepEqual(await refusalOf(shop, "/v1/product/detail?product_id=8"), [
    ...[404, "PRODUCT_NOT_FOUND"],
  ]);
  for (const query of ["", "product_id=0", "product_id=-7", "product_id=x", "product_id=1e3"]) {
    assert.deepEqual([query, ...await refusalOf(shop, `/v1/product/detail?${query}`)], [
      ...[query, 400, "INVALID_ARGUMENT", "/product_id"],
    ]);
  }
});

/** A shop that finds product 7 whatever is looked for. */
function finder() {
  const asked: unknown[] = [];
  const shop = openShop((router) => {
    router.service(ProductService, {
      searchProducts({ query, sort, cursor, ps, lastId }) {
        asked.push([query, ProductSort[sort], cursor, ps, lastId]);
        return { products: [testProduct(7n)], isEnd: true, lastVal: 6n, lastId: 7n };
      },
    });
  });
  return { ...shop, asked };
}

Deno.test("GET /v1/search passes its parameters on and gives the page", async () => {
  using shop = finder();
  const page = [200, { products: [testProductJson(7)], is_end: true, last_val: 6, last_id: 7 }];
  assert.deepEqual(await shop.get("/v1/search?q=+%E6%89%8B%E6%9C%BA%20"), page);
  assert.deepEqual(await shop.get("/v1/search?q=tea&sort=rating&cursor=9&ps=50&last_id=8"), page);
  assert.deepEqual(shop.asked, [
    ["手机", "RELEVANCE", 0n, 20, 0n],
    ["tea", "RATING", 9n, 50, 8n],
  ]);
});

Deno.test("GET /v1/search takes 1 to 100 characters, whatever their width", async () => {
  using shop = finder();
  for (const q of ["x", "😀".repeat(100), ` ${"x".repeat(100)} `, "' OR 1=1 --", "<script>", "é"]) {
    const response = await shop.request(`/v1/search?q=${encodeURIComponent(q)}`);
    await response.body?.cancel();
    assert.deepEqual([q, response.status], [q, 200]);
  }
  for (const query of ["", "q=", "q=%20%09", "q=a%00", `q=${"x".repeat(101)}`, "q=a&q=b"]) {
    assert.deepEqual([query, ...await refusalOf(shop, `/v1/search?${query}`)], [
      ...[query, 400, "INVALID_ARGUMENT", "/q"],
    ]);
  }
  assert.deepEqual(await refusalOf(shop, "/v1/search?q=a&sort=best"), [
    ...[400, "INVALID_ARGUMENT", "/sort"],
  ]);
});
