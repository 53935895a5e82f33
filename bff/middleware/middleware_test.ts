import assert from "node:assert/strict";
import { verifyTestToken } from "../../shared/rpc/testing/principals.ts";
import { Hono } from "hono";
import { createLogger } from "../../shared/log.ts";
import type { BffEnv } from "../context.ts";
import { problemOf, problemResponse } from "../problem.ts";
import { bodyGate } from "./body_gate.ts";
import { callContext } from "./call_context.ts";
import { crossOrigin } from "./cross_origin.ts";

interface Seen {
  readonly app: Hono<BffEnv>;
  readonly lines: Record<string, unknown>[];
  readonly observed: unknown[][];
}

/** An app with the three of them and three routes. */
function createSeen(limits = { maxBytes: 1_000, timeoutMs: 50 }, timeoutMs = 3_000): Seen {
  const lines: Record<string, unknown>[] = [];
  const observed: unknown[][] = [];
  const log = createLogger({ write: (line) => lines.push(JSON.parse(line)) });
  const metrics = {
    observe: (...[route, method, status]: unknown[]) => {
      observed.push([route, method, status]);
    },
  };
  const app = new Hono<BffEnv>();
  app.onError((error, c) => {
    return problemResponse(problemOf(error, { path: c.req.path, requestId: c.var.call.requestId }));
  });
  app.use(callContext({ log, metrics, timeoutMs, verifyToken: verifyTestToken }));
  app.use(crossOrigin(["https://shop.test"]));
  app.use(bodyGate(limits));
  app.post("/echo/:id", async (c) => c.json(await c.req.json()));
  app.get("/left", (c) => c.json(Math.round(c.var.call.deadlineMs - c.var.call.startedMs)));
  app.get("/broken", () => {
    throw new Error("secret");
  });
  return { app, lines, observed };
}

const json = { "content-type": "application/json" };

function post(app: Hono<BffEnv>, body: BodyInit | null, headers: Record<string, string> = json) {
  return app.request("/echo/7", { method: "POST", body, headers });
}

async function refusal(response: Response): Promise<[number, string]> {
  return [response.status, (await response.json()).reason];
}

Deno.test("bodyGate() hands over JSON, also with a charset, a suffix or a byte order mark", async () => {
  const { app } = createSeen();
  const types = [
    "application/json; charset=utf-8",
    "application/merge-patch+json",
    "Application/JSON",
  ];
  for (const type of types) {
    const response = await post(app, `\ufeff{"a":1}`, { "content-type": type });
    assert.deepEqual([response.status, await response.json()], [200, { a: 1 }]);
  }
});

Deno.test("bodyGate() refuses what is no JSON, too long or too slow", async () => {
  const { app } = createSeen();
  const silent = new ReadableStream<Uint8Array<ArrayBuffer>>({});
  assert.deepEqual([
    await refusal(await post(app, "a=1", { "content-type": "application/x-www-form-urlencoded" })),
    await refusal(await post(app, "{}", { "content-type": "text/json" })),
    await refusal(await post(app, "{")),
    await refusal(await post(app, new Uint8Array([0x22, 0xff, 0x22]))),
    await refusal(await post(app, `"${"x".repeat(1_000)}"`)),
    await refusal(await post(app, silent)),
  ], [
    [415, "UNSUPPORTED_MEDIA_TYPE"],
    [415, "UNSUPPORTED_MEDIA_TYPE"],
    [400, "MALFORMED_JSON"],
    [400, "MALFORMED_JSON"],
    [413, "BODY_TOO_LARGE"],
    [408, "BODY_TOO_SLOW"],
  ]);
});

Deno.test("bodyGate() takes deep nesting for what it is", async () => {
  const { app } = createSeen({ maxBytes: 1_048_576, timeoutMs: 1_000 });
  const response = await post(app, "[".repeat(400_000));
  assert.deepEqual(await refusal(response), [400, "MALFORMED_JSON"]);
});

Deno.test("callContext() gives ids and a deadline, and writes one line with the declared route", async () => {
  const { app, lines, observed } = createSeen(undefined, 700);
  const left = await app.request("/left", { headers: { "x-request-id": "request-12345" } });
  assert.deepEqual([left.headers.get("x-request-id"), await left.json()], ["request-12345", 700]);
  await post(app, "{}");
  const { time: _time, duration_ms: _ms, trace_id, request_id, ...line } = lines[1] ?? {};
  assert.deepEqual([lines.length, line], [2, {
    level: "info",
    message: "http",
    method: "POST",
    route: "/echo/:id",
    status: 200,
  }]);
  assert.match(`${trace_id} ${request_id}`, /^[0-9a-f]{32} [0-9a-f-]{36}$/);
  assert.deepEqual(observed, [["/left", "GET", 200], ["/echo/:id", "POST", 200]]);
});

Deno.test("callContext() writes its line and the request id beside an error, too", async () => {
  const { app, lines } = createSeen();
  const response = await app.request("/broken", { headers: { "x-request-id": "request-12345" } });
  const { request_id, detail } = await response.json();
  assert.deepEqual([response.status, response.headers.get("x-request-id"), request_id, detail], [
    500,
    "request-12345",
    "request-12345",
    "something went wrong on our side",
  ]);
  assert.deepEqual(lines.map(({ level, status }) => [level, status]), [["warn", 500]]);
});

Deno.test("callContext() does not make a time series of every invented method", async () => {
  const { app, observed } = createSeen();
  for (const method of ["BREW", "PROPFIND", "GET"]) await app.request("/nowhere", { method });
  assert.deepEqual(observed.map(([, method, status]) => [method, status]), [
    ["other", 404],
    ["other", 404],
    ["GET", 404],
  ]);
});

Deno.test("crossOrigin() answers preflights, and tells caches that answers differ by origin", async () => {
  const { app } = createSeen();
  const origin = "https://shop.test";
  const preflight = await app.request("/echo/7", { method: "OPTIONS", headers: { origin } });
  const answer = await app.request("/left", { headers: { origin } });
  const stranger = await app.request("/left", { headers: { origin: "https://evil.test" } });
  const plain = await app.request("/left");
  const allowed = [preflight, answer, stranger, plain].map(({ headers }) => [
    headers.get("access-control-allow-origin"),
    headers.get("vary"),
  ]);
  assert.equal(preflight.status, 204);
  assert.match(preflight.headers.get("access-control-allow-headers") ?? "", /idempotency-key/);
  assert.match(answer.headers.get("access-control-expose-headers") ?? "", /x-request-id/);
  assert.deepEqual(allowed, [
    [origin, "Origin"],
    [origin, "Origin"],
    [null, "Origin"],
    [null, "Origin"],
  ]);
});
