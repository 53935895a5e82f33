import { Code, ConnectError } from "@connectrpc/connect";
import assert from "node:assert/strict";
import { eventually } from "../../tests/support/eventually.ts";
import { BannerService } from "../../proto/gen/product/v1/banner_service_pb.ts";
import { ProductService } from "../../proto/gen/product/v1/product_service_pb.ts";
import { openShop, type Shop, type ShopOptions } from "../testing/shop.ts";
import { tags } from "./tags.ts";

/** A shop with banners, named after how often the service was asked. */
function bannerShop(options: ShopOptions = {}): Shop & { readonly asked: () => number } {
  let asked = 0;
  const shop = openShop((router) => {
    router.service(BannerService, {
      listBanners: () => ({ banners: [{ id: 1n, name: `banner ${++asked}`, url: "/1.svg" }] }),
    });
    router.service(ProductService, {
      listRecommendedProducts() {
        asked++;
        return { isEnd: true };
      },
      getProduct() {
        asked++;
        throw new ConnectError("no such product", Code.NotFound);
      },
    });
  }, options);
  return { ...shop, asked: () => asked };
}

const path = "/v1/home/banner";

/** The headers of an answer, without those that differ each time. */
function headersOf(response: Response): Record<string, string> {
  const { "x-request-id": _id, ...headers } = Object.fromEntries(response.headers);
  return headers;
}

Deno.test("Hot.tryAnswer() repeats what the route answered, headers and all", async () => {
  using shop = bannerShop();
  for (const headers of [{}, { origin: "https://shop.example" }, { origin: "https://evil.test" }]) {
    shop.hot.drop([tags.banners]);
    const long = await shop.request(path, { headers });
    const hot = shop.hot.tryAnswer(new Request(`http://mall.test${path}`, { headers }));
    assert.ok(hot !== undefined);
    assert.deepEqual([hot.status, headersOf(hot)], [long.status, headersOf(long)]);
    assert.deepEqual(await hot.json(), await long.json());
  }
  assert.equal(shop.asked(), 3);
});

Deno.test("Hot.tryAnswer() gives each answer its request id, the client's if it has a good one", async () => {
  using shop = bannerShop();
  await shop.request(path);
  const ids = await Promise.all(["request-0001", "no good", undefined].map(async (id) => {
    const response = await shop.request(
      path,
      id === undefined ? {} : { headers: { "x-request-id": id } },
    );
    return response.headers.get("x-request-id") ?? "";
  }));
  assert.equal(ids[0], "request-0001");
  assert.match(`${ids[1]} ${ids[2]}`, /^[0-9a-f-]{36} [0-9a-f-]{36}$/);
  assert.equal(new Set(ids).size, 3);
});

Deno.test("Hot answers 304 to who has the answer, on both ways, and counts", async () => {
  using shop = bannerShop();
  const etag = (await shop.request(path)).headers.get("etag") ?? "";
  const ask = async (ifNoneMatch: string, target = path) => {
    const response = await shop.request(target, { headers: { "if-none-match": ifNoneMatch } });
    return [response.status, (await response.bytes()).byteLength > 0];
  };
  for (const header of [etag, `W/${etag}`, `"x", ${etag}`, "*"]) {
    assert.deepEqual(await ask(header), [304, false]);
    assert.deepEqual(await ask(header, `${path}?long=${encodeURIComponent(header)}`), [304, false]);
  }
  assert.deepEqual(await ask('"x"'), [200, true]);
  assert.deepEqual(Object.fromEntries(shop.hot.routes), { [path]: { ok: 1, notModified: 4 } });
  assert.equal(shop.hot.counters.not_modified, 8);
});

Deno.test("Hot.tryAnswer() takes GET and HEAD only", async () => {
  using shop = bannerShop();
  await shop.request(path);
  const tried = ["GET", "HEAD", "POST", "DELETE", "OPTIONS"].map((method) => {
    return shop.hot.tryAnswer(new Request(`http://mall.test${path}`, { method }))?.status;
  });
  assert.deepEqual(tried, [200, 200, undefined, undefined, undefined]);
  const head = await shop.request(`${path}?again`, { method: "HEAD" });
  assert.deepEqual([head.status, head.headers.has("etag"), await head.text()], [200, true, ""]);
});

Deno.test("Hot knows one answer under all its targets", async () => {
  using shop = bannerShop();
  const targets = [
    "",
    "?ps=20&cursor=0",
    "?cursor=0",
    "?ps=abc&x=1",
    "?last_id=0&ps=51",
    "?ps=020",
  ];
  for (const target of targets) {
    assert.equal((await shop.request(`/v1/recommend${target}`)).status, 200);
  }
  assert.deepEqual([shop.asked(), shop.hot.size], [1, 1]);
  await shop.request("/v1/recommend?ps=19");
  assert.equal(shop.asked(), 2);
});

Deno.test("Hot survives a flood of targets: the one that is asked for stays", async () => {
  using shop = bannerShop({ targetsMax: 100 });
  await shop.request(path);
  for (let n = 0; n < 500; n++) {
    if (n % 50 === 0) await shop.request(path);
    const response = await shop.request(`${path}?flood=${n}`);
    await response.body?.cancel();
  }
  const { ok } = shop.hot.routes.get(path) ?? { ok: 0 };
  assert.deepEqual([shop.asked(), shop.hot.size, ok], [1, 1, 10]);
});

Deno.test("Hot does not remember very long targets", async () => {
  using shop = bannerShop();
  const target = `${path}?x=${"x".repeat(2_000)}`;
  for (let n = 0; n < 2; n++) assert.equal((await shop.request(target)).status, 200);
  assert.deepEqual([shop.asked(), shop.hot.routes.size], [1, 0]);
});

Deno.test("Hot.drop() drops at once, and again what is made before the moment is over", async () => {
  using shop = bannerShop();
  await shop.request(path);
  shop.hot.drop([tags.banners]);
  assert.equal(shop.hot.size, 0);
  await shop.request(path);
  await eventually("the second drop", () => shop.hot.size === 0);
  assert.deepEqual([shop.asked(), shop.hot.counters.invalidated], [2, 2]);
});

Deno.test("an unknown product is asked for once a second, and each 404 is its own", async () => {
  using shop = bannerShop();
  const problems = await Promise.all(["request-0001", "request-0002"].map(async (id) => {
    const headers = { "x-request-id": id };
    const response = await shop.request("/v1/product/detail?product_id=7", { headers });
    const { status, request_id } = await response.json();
    return [status, request_id, response.headers.get("x-request-id")];
  }));
  await shop.request("/v1/product/detail?product_id=007");
  assert.deepEqual(problems, [
    [404, "request-0001", "request-0001"],
    [404, "request-0002", "request-0002"],
  ]);
  assert.equal(shop.asked(), 1);
});

Deno.test("/metrics shows what the hot answers do", async () => {
  using shop = bannerShop();
  for (let n = 0; n < 3; n++) await shop.request(path);
  const text = await (await shop.request("/metrics")).text();
  assert.match(text, /hot_answers\{kind="hits",app="bff"\} 2\n/);
  assert.match(text, /hot_answers\{kind="kept",app="bff"\} 1\n/);
  assert.match(text, /hot_answers_sent\{route="\/v1\/home\/banner",status="200",app="bff"\} 2\n/);
});
