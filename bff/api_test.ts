import { Code, ConnectError } from "@connectrpc/connect";
import assert from "node:assert/strict";
import { OrderService } from "../proto/gen/order/v1/order_service_pb.ts";
import type { ListOrdersRequest } from "../proto/gen/order/v1/order_service_pb.ts";
import { as } from "../shared/rpc/testing/principals.ts";
import { openShop } from "./testing/shop.ts";

/** The API over an order service that does as told. */
function api(answer: (request: ListOrdersRequest) => Promise<void> = () => Promise.resolve()) {
  return openShop((router) => {
    router.service(OrderService, {
      listOrders: async (request) => {
        await answer(request);
        return { isEnd: true };
      },
    });
  });
}

/** What the order service is asked for a query string. */
async function askedBy(query: string) {
  let asked: ListOrdersRequest | undefined;
  using app = api((request) => {
    asked = request;
    return Promise.resolve();
  });
  const caller = BigInt(new URLSearchParams(query).get("uid") ?? 1);
  const response = await app.request(`/v1/order/list?${query}`, as(caller));
  const { userId, status, cursor, ps, lastId } = asked ?? {};
  return { http: response.status, userId, status, cursor, ps, lastId };
}

Deno.test("GET /v1/order/list passes its parameters on", async () => {
  const lastId = "2022060912345678904829130123";
  assert.deepEqual(await askedBy(`uid=123&status=0&cursor=77&ps=5&last_id=${lastId}`), {
    http: 200,
    userId: 123n,
    status: 0,
    cursor: 77n,
    ps: 5,
    lastId,
  });
});

Deno.test("GET /v1/order/list forgives every illegal page size", async () => {
  for (const ps of ["0", "-1", "51", "10000", "abc", "", "1.5", "1e1", "%20", "ps"]) {
    const asked = await askedBy(`uid=1&ps=${ps}`);
    assert.deepEqual([ps, asked.http, asked.ps], [ps, 200, 20]);
  }
});

Deno.test("GET /v1/order/list names what is wrong", async () => {
  using app = api();
  const cases: [string, string[]][] = [
    ["uid=abc&status=7", ["/uid", "/status"]],
    ["uid=1&cursor=9223372036854775808", ["/cursor"]],
    ["uid=1&cursor=99999999999999999999", ["/cursor"]],
    ["uid=1&cursor=-1", ["/cursor"]],
    ["uid=1&last_id=drop", ["/last_id"]],
    ["uid=1&uid=2", ["/uid"]],
    ["uid=1%00", ["/uid"]],
  ];
  for (const [query, pointers] of cases) {
    const response = await app.request(`/v1/order/list?${query}`, as(1n));
    const problem = await response.json();
    assert.deepEqual(
      [query, response.status, problem.errors.map((error: { pointer: string }) => error.pointer)],
      [query, 400, pointers],
    );
    assert.equal(response.headers.get("content-type"), "application/problem+json");
  }
});

Deno.test("an error of a service becomes a problem with the request's id", async () => {
  using app = api(() => Promise.reject(new ConnectError("try again", Code.Unavailable)));
  const response = await app.request("/v1/order/list?uid=1", {
    headers: { ...as(1n).headers, "x-request-id": "request-0001" },
  });
  assert.deepEqual(await response.json(), {
    type: "about:blank",
    title: "Service Unavailable",
    status: 503,
    detail: "try again",
    instance: "/v1/order/list",
    request_id: "request-0001",
    reason: "UNAVAILABLE",
    retryable: true,
    errors: [],
  });
  assert.deepEqual(
    [response.status, response.headers.get("retry-after"), response.headers.get("x-request-id")],
    [503, "1", "request-0001"],
  );
});

Deno.test("an unclassified error tells nothing but its request id, and is logged", async () => {
  using app = api(() => Promise.reject(new Error("SELECT secret FROM vault")));
  const response = await app.request("/v1/order/list?uid=1", as(1n));
  const text = await response.text();
  assert.equal(response.status, 500);
  assert.ok(!text.includes("vault"), text);
  assert.ok(
    app.lines.some((line) => line.includes(JSON.parse(text).request_id)),
    app.lines.join("\n"),
  );
});

Deno.test("an unknown path is a problem, whatever its method", async () => {
  using app = api();
  for (const method of ["GET", "POST", "DELETE"]) {
    const response = await app.request("/v1/nothing", { method });
    assert.deepEqual([response.status, (await response.json()).reason], [404, "ROUTE_NOT_FOUND"]);
  }
});

Deno.test("a body that is no JSON, or too large, is refused", async () => {
  using app = api();
  const cases: [string, string, number][] = [
    ["text/plain", "hello", 415],
    ["application/json", "{", 400],
    ["application/json", `"${"x".repeat(1_100_000)}"`, 413],
  ];
  for (const [contentType, body, status] of cases) {
    const headers = { "content-type": contentType };
    const response = await app.request("/v1/order/list", { method: "POST", body, headers });
    assert.equal(response.status, status);
    assert.equal((await response.json()).status, status);
  }
});

Deno.test("pages of a configured origin may read answers, others not", async () => {
  using app = api();
  const origins = ["https://shop.example", "https://evil.example"];
  const allowed = await Promise.all(origins.map(async (origin) => {
    const response = await app.request("/v1/order/list?uid=1", { headers: { origin } });
    return response.headers.get("access-control-allow-origin");
  }));
  assert.deepEqual(allowed, ["https://shop.example", null]);
});

Deno.test("each request writes one line with its route and status", async () => {
  using app = api();
  await app.request("/v1/order/list?uid=1", as(1n));
  const { level, message, method, route, status } = JSON.parse(app.lines[0] ?? "{}");
  assert.deepEqual(
    [app.lines.length, level, message, method, route, status],
    [1, "info", "http", "GET", "/v1/order/list", 200],
  );
});

Deno.test("/openapi.json documents every route, its parameters and its problems", async () => {
  using app = api();
  const document = await (await app.request("/openapi.json")).json();
  assert.equal(document.openapi, "3.1.0");
  const { parameters, responses } = document.paths["/v1/order/list"].get;
  assert.deepEqual(
    parameters.map((p: { name: string; required?: boolean }) => [p.name, p.required === true]),
    [["uid", false], ["status", false], ["cursor", false], ["ps", false], ["last_id", false]],
  );
  assert.deepEqual(Object.keys(responses), ["200", "400", "401", "403", "503"]);
  const operations = Object.entries(document.paths).map(([path, methods]) => {
    return [path, Object.keys(methods as object)];
  });
  assert.deepEqual(Object.fromEntries(operations), {
    "/v1/home/banner": ["get"],
    "/v1/flashsale": ["get"],
    "/v1/recommend": ["get"],
    "/v1/categories": ["get"],
    "/v1/category/list": ["get"],
    "/v1/product/detail": ["get"],
    "/v1/search": ["get"],
    "/v1/product/comment": ["get", "post"],
    "/v1/order/list": ["get"],
    "/v1/order": ["post"],
    "/v1/order/counts": ["get"],
    "/v1/order/{id}": ["get"],
    "/v1/order/{id}/cancel": ["post"],
    "/v1/order/{id}/confirm": ["post"],
    "/v1/pay": ["post"],
    "/v1/pay/{id}": ["get"],
    "/v1/pay/callback/{platform}": ["post"],
    "/v1/user/register": ["post"],
    "/v1/user/login": ["post"],
    "/v1/user/refresh": ["post"],
    "/v1/user/logout": ["post"],
    "/v1/user/session/list": ["get"],
    "/v1/user/session/{session_id}": ["delete"],
    "/v1/user/session": ["delete"],
    "/v1/user/info": ["get", "patch"],
    "/v1/user/password": ["post"],
    "/v1/user/password/question": ["get"],
    "/v1/user/password/reset": ["post"],
    "/v1/user/question": ["post"],
    "/v1/user": ["delete"],
    "/v1/user/address/list": ["get"],
    "/v1/user/address": ["post"],
    "/v1/user/address/{id}": ["put", "delete"],
    "/v1/user/collection/list": ["get"],
    "/v1/user/collection": ["post"],
    "/v1/user/collection/{product_id}": ["delete"],
    "/v1/cart/list": ["get"],
    "/v1/cart/item": ["post"],
    "/v1/cart/item/{product_id}": ["patch", "delete"],
    "/v1/cart/check": ["post"],
    "/v1/cart": ["delete"],
    "/v1/cart/merge": ["post"],
    "/.well-known/jwks.json": ["get"],
  });
});

Deno.test("/openapi.json names the words of each sort, and refers to nothing that it lacks", async () => {
  using app = api();
  const text = await (await app.request("/openapi.json")).text();
  const document = JSON.parse(text);
  const sorts = ["/v1/category/list", "/v1/search"].map((path) => {
    const { parameters } = document.paths[path].get;
    const { schema } = parameters.find(({ name }: { name: string }) => name === "sort");
    return [schema.default, schema.enum];
  });
  const words = ["new", "sales", "price_asc", "price_desc", "rating"];
  assert.deepEqual(sorts, [["new", words], ["relevance", ["relevance", ...words]]]);
  const refs = [...text.matchAll(/"#\/components\/schemas\/(\w+)"/g)].map((match) => match[1]);
  const known = Object.keys(document.components.schemas);
  assert.deepEqual(refs.filter((name) => !known.includes(name ?? "")), []);
});

Deno.test("/docs loads every asset from here and no inline script", async () => {
  using app = api();
  const page = await app.request("/docs");
  const html = await page.text();
  assert.match(page.headers.get("content-security-policy") ?? "", /default-src 'self'/);
  const assets = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map((match) => match[1] ?? "");
  assert.equal(assets.length, 4);
  for (const path of assets) {
    const asset = await app.request(path);
    assert.equal(asset.status, 200, path);
    assert.ok((await asset.bytes()).byteLength > 100, path);
  }
});
