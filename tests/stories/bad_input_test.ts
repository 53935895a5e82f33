/** Whatever a client sends: a clear answer, never a 5xx, and the process lives on. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { startMall } from "../support/mall.ts";

const listOrders = "order.v1.OrderService/ListOrders";

Deno.test("bad input", async (t) => {
  await using mall = await startMall();
  const order = mall.services.order.url;
  const headers = await mall.tokens.headers(1n);

  async function post(method: string, contentType: string, body: BodyInit) {
    const response = await fetch(`${order}/${method}`, {
      method: "POST",
      headers: { ...headers, "content-type": contentType },
      body,
    });
    const text = await response.text();
    return { status: response.status, text };
  }

  await t.step("each mistake of an rpc has its own answer", async () => {
    const cases: [string, string, BodyInit, number, string][] = [
      [listOrders, "application/json", "{", 400, "invalid_argument"],
      [listOrders, "application/json", '{"user_id": "x"}', 400, "invalid_argument"],
      [
        listOrders,
        "application/json",
        '{"user_id": "9223372036854775808"}',
        400,
        "invalid_argument",
      ],
      [listOrders, "application/json", '{"user_id": "2"}', 403, "permission_denied"],
      [listOrders, "application/json", '{"user_id": "1", "status": 7}', 400, "invalid_argument"],
      [listOrders, "application/json", `"${"x".repeat(2_000_000)}"`, 413, "resource_exhausted"],
      [listOrders, "application/proto", new Uint8Array([255, 255, 255]), 400, "invalid_argument"],
      [listOrders, "text/plain", "hello", 415, "unimplemented"],
      ["order.v1.OrderService/Nothing", "application/json", "{}", 404, "unimplemented"],
      ["order.v1.OrderService/GetOrder", "application/json", "{}", 404, "not_found"],
    ];
    for (const [method, contentType, body, status, code] of cases) {
      const answer = await post(method, contentType, body);
      assert.deepEqual([status, JSON.parse(answer.text).code], [answer.status, code], answer.text);
    }
  });

  await t.step("the page size is forgiven, at the BFF and at the service", async () => {
    for (const ps of ["0", "-1", "10000"]) {
      const rpc = await post(listOrders, "application/json", `{"user_id":"1","ps":${ps}}`);
      const http = await fetch(`${mall.bff.url}/v1/order/list?uid=1&ps=${ps}`, { headers });
      await http.body?.cancel();
      assert.deepEqual([rpc.status, http.status], [200, 200]);
    }
  });

  await t.step("random bytes never make a 5xx", async () => {
    const contentTypes = ["application/json", "application/proto", "application/grpc-web+proto"];
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ maxLength: 200 }),
        fc.constantFrom(...contentTypes),
        async (bytes, contentType) => {
          const { status, text } = await post(listOrders, contentType, new Uint8Array(bytes));
          assert.ok(status < 500, `${status} ${text}`);
          assert.ok(!/grpc-status: (2|13)\r/.test(text), text);
        },
      ),
      { numRuns: 300 },
    );
  });

  await t.step("random queries never make a 5xx, and every refusal is a problem", async () => {
    const key = fc.constantFrom("uid", "status", "cursor", "ps", "last_id", "x");
    const value = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.bigInt().map(String),
      fc.constant("1"),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(key, value), { maxLength: 6 }), async (pairs) => {
        const query = pairs.map(([name, text]) => `${name}=${encode(text)}`).join("&");
        const response = await fetch(`${mall.bff.url}/v1/order/list?${query}`, { headers });
        const body = await response.json();
        assert.ok(response.status < 500, `${query}: ${JSON.stringify(body)}`);
        if (response.status !== 200) {
          const isNamed = body.errors.length > 0 || body.reason === "NOT_YOUR_ACCOUNT";
          assert.deepEqual([body.status, isNamed], [response.status, true]);
        }
      }),
      { numRuns: 300 },
    );
  });

  await t.step("no answer and no log line told a stack, and the processes live", async () => {
    assert.deepEqual(mall.logLines.filter((line) => line.includes('"level":"error"')), []);
    for (const url of [order, mall.bff.url]) {
      const response = await fetch(`${url}/healthz`);
      assert.deepEqual(await response.json(), { status: "ok" });
    }
  });
});

/** Percent-encodes every byte, lone surrogates included. */
function encode(text: string): string {
  const bytes = new TextEncoder().encode(text);
  return Array.from(bytes, (byte) => `%${byte.toString(16).padStart(2, "0")}`).join("");
}
