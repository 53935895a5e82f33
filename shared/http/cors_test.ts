import assert from "node:assert/strict";
import { createCors } from "./cors.ts";

const shape = { methods: ["GET", "POST"], allowHeaders: ["x-a", "x-b"], exposeHeaders: ["x-c"] };
const anyone = createCors({ ...shape, origins: ["*"] });
const shop = createCors({ ...shape, origins: ["https://shop.test"], maxAgeS: 60 });

function request(method: string, origin?: string): Request {
  return new Request("http://mall.test/", { method, headers: origin ? { origin } : {} });
}

function decorated(cors: typeof shop, origin?: string): Record<string, string> {
  const headers = new Headers();
  cors.decorate(request("GET", origin), { headers });
  return Object.fromEntries(headers);
}

Deno.test("Cors.preflight() answers OPTIONS only", () => {
  assert.equal(anyone.preflight(request("GET", "https://shop.test")), undefined);
  const answer = shop.preflight(request("OPTIONS", "https://shop.test"));
  assert.deepEqual([answer?.status, Object.fromEntries(answer?.headers ?? [])], [204, {
    "access-control-allow-origin": "https://shop.test",
    "access-control-allow-methods": "GET, POST",
    "access-control-allow-headers": "x-a, x-b",
    "access-control-max-age": "60",
    vary: "Origin",
  }]);
});

Deno.test("Cors.preflight() allows a stranger nothing", () => {
  const answer = shop.preflight(request("OPTIONS", "https://evil.test"));
  assert.deepEqual(Object.fromEntries(answer?.headers ?? []), { vary: "Origin" });
});

Deno.test("Cors.decorate() lets a page read, and tells caches what the answer depends on", () => {
  const exposed = { "access-control-expose-headers": "x-c" };
  assert.deepEqual(decorated(anyone, "https://x.test"), {
    ...exposed,
    "access-control-allow-origin": "*",
  });
  assert.deepEqual(decorated(shop, "https://shop.test"), {
    ...exposed,
    "access-control-allow-origin": "https://shop.test",
    vary: "Origin",
  });
  assert.deepEqual(decorated(shop, "https://shop.test.evil.test"), { vary: "Origin" });
  assert.deepEqual(decorated(shop, "null"), { vary: "Origin" });
  assert.deepEqual(decorated(shop), { vary: "Origin" });
  assert.deepEqual(decorated(anyone), {});
});

Deno.test("Cors.headersFor() says the same as decorate(), without making it anew", () => {
  const origins = [undefined, "https://shop.test", "https://evil.test", "null", "*"];
  for (const cors of [anyone, shop]) {
    for (const origin of origins) {
      const made = cors.headersFor(origin ?? null);
      assert.deepEqual({ ...made }, decorated(cors, origin));
      assert.equal(cors.headersFor(origin ?? null), made);
    }
  }
});
