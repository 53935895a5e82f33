/** Whatever a client sends to the catalogue: an answer, or a problem that says why not. */
import assert from "node:assert/strict";
import { as } from "../shared/rpc/testing/principals.ts";
import fc from "fast-check";
import { BannerService } from "../proto/gen/product/v1/banner_service_pb.ts";
import { CategoryService } from "../proto/gen/product/v1/category_service_pb.ts";
import { CommentService } from "../proto/gen/product/v1/comment_service_pb.ts";
import { FlashSaleService } from "../proto/gen/product/v1/flash_sale_service_pb.ts";
import { ProductService } from "../proto/gen/product/v1/product_service_pb.ts";
import { UserInternalService } from "../proto/gen/user/v1/user_internal_service_pb.ts";
import { testProduct } from "./testing/products.ts";
import { openShop, type Shop } from "./testing/shop.ts";

/** A shop that answers everything. */
function openFuzzedShop(): Shop {
  const page = { products: [testProduct(7n)], isEnd: true };
  return openShop((router) => {
    router.service(ProductService, {
      getProduct: ({ productId }) => ({ product: testProduct(productId) }),
      listProducts: () => page,
      searchProducts: () => page,
      listRecommendedProducts: () => page,
    });
    router.service(CommentService, {
      listComments: () => ({ comments: [{ id: 1n, userId: 2n }] }),
      createComment: ({ content, userId }) => ({ comment: { id: 1n, content, userId } }),
    });
    router.service(BannerService, { listBanners: () => ({}) });
    router.service(CategoryService, { listCategories: () => ({}) });
    router.service(FlashSaleService, { getCurrentFlashSale: () => ({}) });
    router.service(UserInternalService, { batchGetUsers: () => ({}) });
  });
}

const paths = [
  "/v1/home/banner",
  "/v1/flashsale",
  "/v1/recommend",
  "/v1/categories",
  "/v1/category/list",
  "/v1/product/detail",
  "/v1/search",
  "/v1/product/comment",
];
const nasty = [
  "' OR '1'='1",
  "1; DROP TABLE product--",
  "1 UNION SELECT password FROM users",
  "%' AND pg_sleep(9)--",
  "<script>alert(1)</script>",
  '"><img src=x onerror=alert(1)>',
  "../../etc/passwd",
  "${7*7}{{7*7}}",
  "\r\nset-cookie: a=b",
  "e\u0301\u200b\u202e\ufeff",
  "\u0000",
  "👩‍👩‍👧‍👦",
  "__proto__",
  "9223372036854775807",
  "9223372036854775808",
  "-1",
  "1e9",
  "0x10",
  "١٢٣",
  "NaN",
  "[]",
];
const text = fc.oneof(
  fc.constantFrom(...nasty),
  fc.string({ unit: "binary", maxLength: 120 }),
  fc.bigInt().map(String),
  fc.constantFrom("1", "new", "rating", ""),
);
const name = fc.oneof(
  fc.constantFrom("cursor", "ps", "last_id", "category", "sort", "product_id", "q", "uid"),
  fc.string({ unit: "binary", maxLength: 5 }),
);

/** Percent-encodes every byte. */
function encode(value: string): string {
  const bytes = new TextEncoder().encode(value);
  return Array.from(bytes, (byte) => `%${byte.toString(16).padStart(2, "0")}`).join("");
}

const encoded = fc.array(fc.tuple(name, text), { maxLength: 6 }).map((pairs) => {
  return pairs.map(([key, value]) => `${encode(key)}=${encode(value)}`).join("&");
});
/** What no client library would make: broken escapes, bare delimiters. */
const raw = fc.stringMatching(
  /^(cursor|q|category|product_id|&|=|%|%f|%ff|%00|\+|;|#|\?|[a-z0-9])*$/,
);
const query = fc.oneof(encoded, raw);

async function assertAnswered(response: Response, what: string): Promise<void> {
  const contentType = response.headers.get("content-type");
  const body = await response.text();
  assert.ok(response.status < 500, `${what}: ${response.status} ${body}`);
  assert.equal(response.headers.get("x-content-type-options"), "nosniff");
  if (response.status < 400) {
    assert.equal(contentType, "application/json");
    return;
  }
  const { status, reason, request_id } = JSON.parse(body);
  assert.deepEqual([contentType, status, reason !== "", request_id], [
    "application/problem+json",
    response.status,
    true,
    response.headers.get("x-request-id"),
  ]);
}

Deno.test("random queries of every read have an answer or a problem", async () => {
  using shop = openFuzzedShop();
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...paths), query, async (path, asked) => {
      const target = `${path}?${asked}`;
      for (let n = 0; n < 2; n++) await assertAnswered(await shop.request(target), target);
    }),
    { numRuns: 1_000 },
  );
  assert.deepEqual(shop.lines.filter((line) => line.includes('"level":"error"')), []);
});

Deno.test("random headers do not disturb a hot answer", async () => {
  using shop = openFuzzedShop();
  const header = fc.stringMatching(/^[\t -~\x80-\xff]{0,60}$/);
  const names = fc.constantFrom("if-none-match", "origin", "x-request-id", "traceparent", "range");
  await fc.assert(
    fc.asyncProperty(fc.dictionary(names, header, { maxKeys: 5 }), async (headers) => {
      const response = await shop.request("/v1/home/banner", { headers });
      if (response.status !== 304) await assertAnswered(response, JSON.stringify(headers));
      assert.match(response.headers.get("x-request-id") ?? "", /^[\w.-]{8,64}$/);
    }),
    { numRuns: 500 },
  );
});

Deno.test("random bodies of a comment have an answer or a problem", async () => {
  using shop = openFuzzedShop();
  const id = fc.constantFrom<unknown>("2026110109153000048291300123", 7, "7");
  const value = fc.oneof(id, text, fc.jsonValue());
  const members = fc.dictionary(
    fc.constantFrom("order_id", "product_id", "rating", "content", "images", "x", "__proto__"),
    value,
  );
  const body = fc.oneof(
    members.map((one) => JSON.stringify(one)),
    fc.json(),
    fc.string({ unit: "binary" }),
  );
  const contentType = fc.constantFrom("application/json", "application/json", "text/html", "");
  await fc.assert(
    fc.asyncProperty(body, contentType, async (sent, type) => {
      const init = {
        method: "POST",
        body: sent,
        headers: { "content-type": type, ...as(123n).headers },
      };
      await assertAnswered(await shop.request("/v1/product/comment?uid=123", init), sent);
    }),
    { numRuns: 500 },
  );
  assert.deepEqual(shop.lines.filter((line) => line.includes('"level":"error"')), []);
});
