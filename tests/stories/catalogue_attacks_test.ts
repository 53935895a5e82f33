/** What attackers send to the catalogue: a clear refusal or an ordinary answer, never a 5xx. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { startMall } from "../support/mall.ts";
import { insertOrders, testOrderId } from "../support/order_rows.ts";
import { insertProducts } from "../support/product_rows.ts";

/** Texts that have broken other systems: SQL, markup, templates, paths, odd Unicode. */
const corpus = [
  "' OR '1'='1",
  "'; DROP TABLE product; --",
  "1); DELETE FROM product; --",
  "' UNION SELECT username, password_hash FROM users --",
  "\\'; SELECT pg_sleep(10); --",
  "$1",
  "%27",
  "%",
  "_",
  "\\",
  "product.id",
  "id DESC, (SELECT 1)",
  "<script>alert(1)</script>",
  "<img src=x onerror=alert(1)>",
  "{{7*7}}",
  "${7*7}",
  "../../etc/passwd",
  "\u0000",
  "a\u0000b",
  "\ufeff",
  "\u202egnp.exe",
  "e\u0301\u0301\u0301",
  "\u200b\u200d",
  "👩‍👩‍👧‍👦",
  "ﷺ".repeat(30),
  "İı",
  "9".repeat(400),
  "-1",
  "1e309",
  "0x10",
  "NaN",
  "null",
  "[object Object]",
  "true",
  "&|!():*<->",
];

/** Each read with every parameter that it takes. */
const reads: Readonly<Record<string, readonly string[]>> = {
  "/v1/home/banner": ["x"],
  "/v1/flashsale": ["x"],
  "/v1/categories": ["x"],
  "/v1/recommend": ["cursor", "ps", "last_id"],
  "/v1/category/list": ["category", "sort", "cursor", "ps", "last_id"],
  "/v1/product/detail": ["product_id"],
  "/v1/product/comment": ["product_id", "cursor", "ps", "last_id"],
  "/v1/search": ["q", "sort", "cursor", "ps", "last_id"],
};

/** What a query needs before the parameter under attack is looked at. */
const usual: Readonly<Record<string, string>> = {
  "/v1/product/detail": "product_id=1",
  "/v1/product/comment": "product_id=1",
  "/v1/search": "q=product",
};

const rpcs: Readonly<Record<string, object>> = {
  "product.v1.ProductService/GetProduct": { product_id: "1" },
  "product.v1.ProductService/BatchGetProducts": { product_ids: ["1"] },
  "product.v1.ProductService/ListProducts": { category: "Test" },
  "product.v1.ProductService/ListRecommendedProducts": {},
  "product.v1.ProductService/SearchProducts": { query: "product" },
  "product.v1.CommentService/ListComments": { product_id: "1" },
  "product.v1.CommentService/CreateComment": { order_id: testOrderId(1), user_id: "123" },
  "product.v1.CommentService/ListCommentedProducts": { user_id: "123" },
  "product.v1.CategoryService/ListCategories": {},
  "product.v1.BannerService/ListBanners": {},
  "product.v1.FlashSaleService/GetCurrentFlashSale": {},
  "user.v1.UserInternalService/BatchGetUsers": { user_ids: ["1"] },
  "order.v1.OrderInternalService/GetCommentRight": { user_id: "123", product_id: "1" },
};

/** Words that would tell an attacker what is behind. */
const leaks = /syntax error|SELECT |postgres|PostgresError|node_modules|\.ts:\d+|pg_|tsquery/i;

Deno.test("attacks on the catalogue", async (t) => {
  await using mall = await startMall();
  const { bff, sql, services } = mall;
  await insertProducts(sql.product, Array.from({ length: 5 }, (_, n) => ({ id: BigInt(n + 1) })));
  await insertOrders(sql.order, [
    { id: testOrderId(1), status: 50, productIds: [1n, 2n, 3n, 4n, 5n] },
  ]);

  async function harmless(what: string, response: Response): Promise<unknown> {
    const text = await response.text();
    assert.ok(response.status < 500, `${what}: ${response.status} ${text}`);
    assert.doesNotMatch(text.replaceAll(what, ""), leaks, what);
    const body = JSON.parse(text);
    const contentType = response.headers.get("content-type");
    if (response.status !== 200) assert.equal(contentType, "application/problem+json", what);
    return body;
  }

  async function get(target: string) {
    return await harmless(target, await fetch(`${bff.url}${target}`));
  }

  const person = await mall.tokens.headers(123n);
  function postComment(body: BodyInit, headers: Record<string, string> = {}) {
    return fetch(`${bff.url}/v1/product/comment?uid=123`, {
      method: "POST",
      headers: { "content-type": "application/json", ...person, ...headers },
      body,
    });
  }

  await t.step("texts in every parameter of every read", async () => {
    for (const [path, names] of Object.entries(reads)) {
      for (const name of names) {
        for (const text of corpus) {
          const others = (usual[path] ?? "").startsWith(`${name}=`) ? "" : usual[path] ?? "";
          await get(`${path}?${others}&${name}=${encodeURIComponent(text)}`);
        }
      }
    }
  });

  await t.step("random queries, twice given parameters and broken encodings", async () => {
    const target = fc.constantFrom(...Object.keys(reads)).chain((path) => {
      const names = [...reads[path] ?? [], "uid", "q"];
      const value = fc.oneof(
        fc.string({ unit: "binary", maxLength: 40 }).map(encode),
        fc.bigInt().map(String),
        fc.constantFrom("%", "%ff", "%c3%28", "1", ""),
      );
      const pair = fc.tuple(fc.constantFrom(...names), value).map((both) => both.join("="));
      return fc.array(pair, { maxLength: 6 }).map((pairs) => `${path}?${pairs.join("&")}`);
    });
    await fc.assert(fc.asyncProperty(target, async (it) => void await get(it)), { numRuns: 400 });
  });

  await t.step("forged cursors and sizes: bounded pages all the same", async () => {
    const cursors = ["1", "2", "9223372036854775807", "9223372036854775806", "4611686018427387904"];
    for (const sort of ["new", "sales", "price_asc", "price_desc", "rating"]) {
      for (const cursor of cursors) {
        for (const lastId of ["", "0", "1", "9223372036854775807"]) {
          for (
            const path of [`/v1/category/list?sort=${sort}`, `/v1/search?q=product&sort=${sort}`]
          ) {
            const page = await get(`${path}&cursor=${cursor}&last_id=${lastId}&ps=1000000000`);
            const { products } = page as { products?: unknown[] };
            assert.ok((products?.length ?? 0) <= 20);
          }
        }
      }
    }
  });

  await t.step("bytes to every rpc", async () => {
    const method = fc.constantFrom(...Object.keys(rpcs));
    const contentType = fc.constantFrom(
      "application/json",
      "application/proto",
      "application/grpc-web+proto",
    );
    const body = fc.oneof(
      fc.uint8Array({ maxLength: 200 }).map((bytes) => new Uint8Array(bytes)),
      fc.json({ maxDepth: 3 }),
    );
    await fc.assert(
      fc.asyncProperty(method, contentType, body, async (name, type, bytes) => {
        const service = name.split(".")[0] as "product" | "user" | "order";
        const response = await fetch(`${services[service].url}/${name}`, {
          method: "POST",
          headers: { "content-type": type },
          body: bytes,
        });
        const text = await response.text();
        assert.ok(response.status < 500, `${name}: ${response.status} ${text}`);
        assert.ok(!/grpc-status: (2|13)\r/.test(text), text);
      }),
      { numRuns: 500 },
    );
  });

  await t.step("texts in every field of every rpc", async () => {
    for (const [name, usualBody] of Object.entries(rpcs)) {
      const service = name.split(".")[0] as "product" | "user" | "order";
      const fields = [
        "query",
        "category",
        "order_id",
        "content",
        "image_urls",
        "order_ids",
        "sort",
      ];
      for (const field of fields) {
        for (const text of corpus) {
          const value = field.endsWith("s") ? [text] : text;
          const response = await fetch(`${services[service].url}/${name}`, {
            method: "POST",
            headers: { "content-type": "application/json" },
            body: JSON.stringify({ ...usualBody, [field]: value }),
          });
          const answer = await response.text();
          assert.ok(response.status < 500, `${name} ${field} ${text}: ${answer}`);
        }
      }
    }
  });

  await t.step("bodies that are no comment", async () => {
    const fine = { order_id: testOrderId(1), product_id: 1, rating: 5, content: "fine" };
    const json = JSON.stringify(fine);
    const deep = `${"[".repeat(100_000)}${"]".repeat(100_000)}`;
    const cases: [string, BodyInit, Record<string, string>, readonly number[]][] = [
      ["nothing", "", {}, [400, 422]],
      ["a byte order mark", `\ufeff${json.slice(0, -1)}`, {}, [400]],
      ["half a character", json.replace("fine", "\\ud800"), {}, [422]],
      ["a NUL", json.replace("fine", "a\\u0000b"), {}, [422]],
      ["deep nesting", deep, {}, [400, 422]],
      ["deep nesting in a member", `{"content":${deep}}`, {}, [400, 422]],
      ["a list", "[]", {}, [422]],
      ["a text", '"comment"', {}, [422]],
      ["null", "null", {}, [422]],
      ["a prototype", '{"__proto__":{"rating":5},"constructor":1}', {}, [422]],
      ["another type", json, { "content-type": "text/plain" }, [415]],
      ["a form", "a=b", { "content-type": "application/x-www-form-urlencoded" }, [415]],
      ["bytes that are no UTF-8", new Uint8Array([0x7b, 0xff, 0x7d]), {}, [400]],
      ["two megabytes", `{"content":"${"x".repeat(2_000_000)}"}`, {}, [413]],
    ];
    for (const [what, body, headers, statuses] of cases) {
      const response = await postComment(body, headers);
      await harmless(what, response.clone());
      assert.ok(statuses.includes(response.status), `${what}: ${response.status}`);
      await response.body?.cancel();
    }
  });

  await t.step("addresses of pictures that lead inside", async () => {
    const inside = [
      "http://127.0.0.1/",
      "http://[::1]/",
      "http://169.254.169.254/latest/meta-data",
      "http://2130706433/",
      "http://0177.0.0.1/",
      "http://0x7f.1/",
      "http://[::ffff:10.0.0.1]/",
      "http://localhost.:8080/",
      "http://redis:6379/",
      "https://user:password@a.example/",
      "file:///etc/passwd",
      "gopher://127.0.0.1:6379/_FLUSHALL",
      "javascript:alert(1)",
      "data:image/svg+xml,<svg onload=alert(1)>",
      "//a.example/x.png",
      "/images/product/1.svg",
    ];
    for (const url of inside) {
      const response = await postComment(JSON.stringify({
        order_id: testOrderId(1),
        product_id: 1,
        rating: 5,
        content: "fine",
        images: [url],
      }));
      const { errors } = await harmless(url, response) as { errors: { pointer: string }[] };
      assert.deepEqual([url, response.status, errors[0]?.pointer], [url, 422, "/images/0"]);
    }
  });

  await t.step("markup and odd letters come back as the text that they were", async () => {
    const texts = [
      "<script>alert(1)</script>",
      "'; DROP TABLE comment; --",
      "e\u0301 and é, \u202egnp.exe, \u200bzero\u200dwidth",
      "👩‍👩‍👧‍👦 ".repeat(40),
      "x".repeat(1_000),
    ];
    for (const [index, content] of texts.entries()) {
      const response = await postComment(JSON.stringify({
        order_id: testOrderId(1),
        product_id: index + 1,
        rating: 5,
        content,
      }));
      assert.equal(response.status, 201);
      assert.equal((await response.json()).content, content);
      const list = await fetch(`${bff.url}/v1/product/comment?product_id=${index + 1}&ps=1`);
      assert.equal(list.headers.get("x-content-type-options"), "nosniff");
      assert.match(list.headers.get("content-type") ?? "", /^application\/json/);
      assert.equal((await list.json()).comments[0].content, content);
    }
    const docs = await fetch(`${bff.url}/docs`);
    await docs.body?.cancel();
    assert.match(docs.headers.get("content-security-policy") ?? "", /default-src 'self'/);
  });

  await t.step(
    "every row is where it was, no error was logged, and all processes live",
    async () => {
      const [row] = await sql.product`
      SELECT count(*)::int AS products, (SELECT count(*)::int FROM comment) AS comments FROM product`;
      assert.deepEqual({ ...row }, { products: 5, comments: 5 });
      assert.deepEqual(mall.logLines.filter((line) => line.includes('"level":"error"')), []);
      for (const url of [bff.url, services.product.url]) {
        assert.deepEqual(await (await fetch(`${url}/healthz`)).json(), { status: "ok" });
      }
    },
  );
});

/** Percent-encodes every byte, lone surrogates included. */
function encode(text: string): string {
  const bytes = new TextEncoder().encode(text);
  return Array.from(bytes, (byte) => `%${byte.toString(16).padStart(2, "0")}`).join("");
}
