import assert from "node:assert/strict";
import { gzipSync } from "node:zlib";
import { Code, ConnectError } from "@connectrpc/connect";
import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import {
  ListOrdersRequestSchema,
  ListOrdersResponseSchema,
} from "../../proto/gen/order/v1/order_service_pb.ts";
import { ErrorDetailSchema } from "../../proto/gen/error/v1/error_pb.ts";
import { invalidArgument, Refusal } from "../errors.ts";
import { listen } from "../http/listener.ts";
import { callOf, onBehalfOf } from "./call.ts";
import { createToy, goodToken, recordingLog, type Toy } from "./testing/toy.ts";

const listPath = "/order.v1.OrderService/ListOrders";
const listed = "order.v1.OrderService/ListOrders";
const secret = "s3cret-of-the-database";

function post(
  body: BodyInit | null,
  headers: Record<string, string> = {},
  path = listPath,
): Request {
  return new Request(`http://mall.test${path}`, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body,
  });
}

/** The parts of an error answer that a client reads. */
async function refusalOf(toy: Toy, request: Request) {
  const response = await toy.fetch(request);
  const { code, message } = await response.json();
  return { status: response.status, code, message };
}

/** One gRPC or gRPC-web frame. */
function frame(bytes: Uint8Array, flags = 0): Uint8Array<ArrayBuffer> {
  const framed = new Uint8Array(5 + bytes.byteLength);
  framed[0] = flags;
  new DataView(framed.buffer).setUint32(1, bytes.byteLength);
  framed.set(bytes, 5);
  return framed;
}

const request123 = toBinary(
  ListOrdersRequestSchema,
  create(ListOrdersRequestSchema, { userId: 7n }),
);
const echo = createEcho();

/** Answers the user id that it was asked for. */
function createEcho(): Toy {
  return createToy({ orders: { listOrders: ({ userId }) => ({ orderTime: userId }) } });
}

Deno.test("createRpcFetch() answers Connect with JSON", async () => {
  const response = await echo.fetch(post(`{"userId":"7","unknownMember":1}`));
  assert.deepEqual([response.status, await response.json()], [200, { orderTime: "7" }]);
  assert.equal(response.headers.get("content-type"), "application/json");
});

Deno.test("createRpcFetch() answers Connect with binary protobuf", async () => {
  const response = await echo.fetch(
    post(request123 as Uint8Array<ArrayBuffer>, { "content-type": "application/proto" }),
  );
  const { orderTime } = fromBinary(ListOrdersResponseSchema, await response.bytes());
  assert.deepEqual([response.status, orderTime], [200, 7n]);
});

Deno.test("createRpcFetch() takes a compressed request and compresses a long answer", async () => {
  const toy = createToy({ orders: { listOrders: () => ({ lastId: "x".repeat(20_000) }) } });
  const response = await toy.fetch(post(new Uint8Array(gzipSync("{}")), {
    "content-encoding": "gzip",
    "accept-encoding": "gzip",
  }));
  assert.deepEqual([response.status, response.headers.get("content-encoding")], [200, "gzip"]);
  assert.ok((await response.bytes()).byteLength < 2_000);
});

Deno.test("createRpcFetch() answers GET with a JSON and with a base64 message", async () => {
  const json = new URLSearchParams({ connect: "v1", encoding: "json", message: `{"userId":"7"}` });
  const binary = new URLSearchParams({
    connect: "v1",
    encoding: "proto",
    base64: "1",
    message: request123.toBase64({ alphabet: "base64url" }),
  });
  const one = await echo.fetch(new Request(`http://mall.test${listPath}?${json}`));
  assert.deepEqual([one.status, await one.json()], [200, { orderTime: "7" }]);
  const other = await echo.fetch(new Request(`http://mall.test${listPath}?${binary}`));
  const { orderTime } = fromBinary(ListOrdersResponseSchema, await other.bytes());
  assert.deepEqual([other.status, orderTime], [200, 7n]);
});

Deno.test("createRpcFetch() answers gRPC-web", async () => {
  const response = await echo.fetch(
    post(frame(request123), { "content-type": "application/grpc-web+proto" }),
  );
  const bytes = await response.bytes();
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(1);
  const { orderTime } = fromBinary(ListOrdersResponseSchema, bytes.subarray(5, 5 + length));
  const trailers = new TextDecoder().decode(bytes.subarray(5 + length + 5));
  assert.deepEqual([response.status, orderTime], [200, 7n]);
  assert.match(trailers, /grpc-status: 0\r\n/);
});

Deno.test("createRpcFetch() refuses native gRPC before the call is carried out", async () => {
  let carriedOut = 0;
  const toy = createToy({ orders: { cancelOrder: () => ({ order: { status: ++carriedOut } }) } });
  const response = await toy.fetch(
    post(
      frame(new Uint8Array()),
      { "content-type": "application/grpc" },
      "/order.v1.OrderService/CancelOrder",
    ),
  );
  const { status, headers } = response;
  assert.deepEqual([status, headers.get("grpc-status"), carriedOut], [200, "12", 0]);
  assert.deepEqual(toy.calls(), ["order.v1.OrderService/CancelOrder unimplemented"]);
});

Deno.test("createRpcFetch() answers preflights and exposes what a page may read", async () => {
  const preflight = await echo.fetch(
    new Request(`http://mall.test${listPath}`, {
      method: "OPTIONS",
      headers: { origin: "https://shop.test", "access-control-request-method": "POST" },
    }),
  );
  assert.equal(preflight.status, 204);
  assert.equal(preflight.headers.get("access-control-allow-origin"), "*");
  assert.match(preflight.headers.get("access-control-allow-headers") ?? "", /connect-timeout-ms/i);
  assert.match(preflight.headers.get("access-control-allow-headers") ?? "", /authorization/);
  const refused = await echo.fetch(post("{", { origin: "https://shop.test" }));
  await refused.body?.cancel();
  assert.equal(refused.headers.get("access-control-allow-origin"), "*");
  assert.match(
    refused.headers.get("access-control-expose-headers") ?? "",
    /grpc-status.*x-request-id/i,
  );
});

Deno.test("createRpcFetch() calls an unknown method unimplemented", async () => {
  const toy = createToy();
  const answer = await refusalOf(toy, post("{}", {}, "/order.v1.OrderService/Nothing"));
  assert.deepEqual([answer.status, answer.code], [404, "unimplemented"]);
  assert.deepEqual([toy.calls(), toy.measured], [["unknown unimplemented"], [
    "unknown unimplemented",
  ]]);
});

Deno.test("createRpcFetch() calls an rpc that is not built unimplemented", async () => {
  const answer = await refusalOf(createToy(), post("{}", {}, "/order.v1.OrderService/GetOrder"));
  assert.deepEqual([answer.status, answer.code], [501, "unimplemented"]);
});

Deno.test("createRpcFetch() refuses a wrong content type and a wrong method, each logged once", async () => {
  const toy = createToy();
  const text = await refusalOf(toy, post("hello", { "content-type": "text/plain" }));
  const put = await refusalOf(toy, new Request(`http://mall.test${listPath}`, { method: "PUT" }));
  assert.deepEqual([text.status, text.code, put.status, put.code], [
    415,
    "unimplemented",
    405,
    "unimplemented",
  ]);
  assert.deepEqual(toy.calls(), [`${listed} unimplemented`, `${listed} unimplemented`]);
});

Deno.test("createRpcFetch() refuses GET for what has side effects", async () => {
  const path = "/order.v1.OrderService/CancelOrder?connect=v1&encoding=json&message=%7B%7D";
  const response = await createToy().fetch(new Request(`http://mall.test${path}`));
  await response.body?.cancel();
  assert.equal(response.status, 405);
});

Deno.test("createRpcFetch() calls what cannot be decoded an invalid argument", async () => {
  const garbage = new Uint8Array([0xff, 0xff, 0xff]);
  const samples: readonly [BodyInit, string][] = [
    ["{", "application/json"],
    ["[]", "application/json"],
    [`"text"`, "application/json"],
    [`{"userId":"abc"}`, "application/json"],
    [`{"userId":"9223372036854775808"}`, "application/json"],
    [`{"ps":1e99}`, "application/json"],
    ["[".repeat(500_000), "application/json"],
    [`{"x":`.repeat(100_000), "application/json"],
    [garbage, "application/json"],
    [garbage, "application/proto"],
    [new Uint8Array([0x2a, 0x7f]), "application/proto"],
  ];
  for (const [body, contentType] of samples) {
    const toy = createToy();
    const { status, code } = await refusalOf(toy, post(body, { "content-type": contentType }));
    assert.deepEqual([status, code, toy.calls(), toy.measured], [
      400,
      "invalid_argument",
      [`${listed} invalid_argument`],
      [`${listed} invalid_argument`],
    ]);
  }
});

Deno.test("createRpcFetch() calls broken gRPC-web an invalid argument", async () => {
  const garbage = new Uint8Array([0xff, 0xff, 0xff]);
  const bodies = [frame(garbage), frame(garbage, 1), frame(garbage).subarray(0, 6), garbage];
  for (const body of bodies) {
    const toy = createToy();
    const response = await toy.fetch(
      post(body, { "content-type": "application/grpc-web+proto" }),
    );
    const text = await response.text();
    assert.equal(response.status, 200);
    assert.match(text, /grpc-status: 3\r\n/);
    assert.deepEqual(toy.calls(), [`${listed} invalid_argument`]);
  }
});

Deno.test("createRpcFetch() refuses a message of a wrong compression or version", async () => {
  const answer = await refusalOf(createToy(), post("{}", { "content-encoding": "br" }));
  assert.deepEqual([answer.status, answer.code], [501, "unimplemented"]);
  for (const timeout of ["soon", "-1", "9999999999"]) {
    const refused = await refusalOf(createToy(), post("{}", { "connect-timeout-ms": timeout }));
    assert.deepEqual([refused.status, refused.code], [400, "invalid_argument"]);
  }
});

const smallBodies = { bodyLimits: { maxBytes: 1_000, timeoutMs: 100 } };

/** A body of unknown length; counts what was taken of it. */
function endless(taken: { bytes: number }): ReadableStream<Uint8Array<ArrayBuffer>> {
  return new ReadableStream({
    pull(controller) {
      taken.bytes += 400;
      controller.enqueue(new Uint8Array(400));
    },
  });
}

Deno.test("createRpcFetch() refuses a body that is too long without reading it", async () => {
  const toy = createToy({ server: smallBodies });
  const taken = { bytes: 0 };
  const told = await refusalOf(toy, post("x".repeat(1_001), { "content-length": "1001" }));
  const untold = await refusalOf(toy, post(endless(taken)));
  assert.deepEqual([told.status, told.code], [413, "resource_exhausted"]);
  assert.deepEqual([untold.status, untold.code], [413, "resource_exhausted"]);
  assert.ok(taken.bytes <= 2_000);
  assert.deepEqual(toy.calls(), [`${listed} resource_exhausted`, `${listed} resource_exhausted`]);
});

Deno.test("createRpcFetch() tells gRPC-web of a body that is too long in its own words", async () => {
  const toy = createToy({ server: smallBodies });
  const response = await toy.fetch(
    post(frame(new Uint8Array(2_000)), { "content-type": "application/grpc-web+proto" }),
  );
  assert.match(await response.text(), /grpc-status: 8\r\n/);
  assert.equal(response.status, 200);
});

Deno.test("createRpcFetch() stops at a gzip bomb", async () => {
  const toy = createToy();
  const bomb = new Uint8Array(gzipSync(new Uint8Array(200 * 1_048_576)));
  const before = Deno.memoryUsage().rss;
  const startedMs = performance.now();
  const answer = await refusalOf(toy, post(bomb, { "content-encoding": "gzip" }));
  assert.deepEqual([answer.status, answer.code], [413, "resource_exhausted"]);
  assert.ok(performance.now() - startedMs < 2_000);
  assert.ok(Deno.memoryUsage().rss - before < 80 * 1_048_576);
  assert.deepEqual(toy.calls(), [`${listed} resource_exhausted`]);
});

Deno.test("createRpcFetch() gives up on a body that does not come", async () => {
  const toy = createToy({ server: smallBodies });
  const silent = new ReadableStream<Uint8Array<ArrayBuffer>>({});
  const answer = await refusalOf(toy, post(silent));
  assert.deepEqual([answer.status, answer.code], [408, "deadline_exceeded"]);
  assert.deepEqual(toy.calls(), [`${listed} deadline_exceeded`]);
});

Deno.test("createRpcFetch() refuses a URL that is too long", async () => {
  const toy = createToy();
  const url = `http://mall.test${listPath}?connect=v1&encoding=json&message=${"x".repeat(20_000)}`;
  const answer = await refusalOf(toy, new Request(url));
  assert.deepEqual([answer.status, answer.code], [414, "resource_exhausted"]);
  assert.deepEqual(toy.calls(), [`${listed} resource_exhausted`]);
});

Deno.test("createRpcFetch() keeps a sane request id and replaces any other", async () => {
  const uuid = /^[0-9a-f-]{36}$/;
  const paths = [listPath, "/order.v1.OrderService/Nothing"];
  for (const path of paths) {
    for (const body of ["{}", "{"]) {
      const kept = await echo.fetch(post(body, { "x-request-id": "request-12345" }, path));
      const replaced = await echo.fetch(post(body, { "x-request-id": "<script>" }, path));
      assert.equal(kept.headers.get("x-request-id"), "request-12345");
      assert.match(replaced.headers.get("x-request-id") ?? "", uuid);
      await Promise.all([kept.body?.cancel(), replaced.body?.cancel()]);
    }
  }
});

Deno.test("createRpcFetch() tells the request id beside an error that came over the wire", async () => {
  const remote = new ConnectError("not there", Code.NotFound);
  remote.isWireError = true;
  const toy = createToy({ orders: { listOrders: () => Promise.reject(remote) } });
  const response = await toy.fetch(post("{}", { "x-request-id": "request-12345" }));
  await response.body?.cancel();
  assert.deepEqual([response.status, response.headers.get("x-request-id")], [404, "request-12345"]);
});

Deno.test("a call writes one canonical line and one measurement, without secrets", async () => {
  const toy = createToy();
  const traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
  const response = await toy.fetch(
    post(`{"lastId":"${secret}"}`, {
      authorization: `Bearer ${goodToken}`,
      "x-request-id": "request-12345",
      traceparent,
    }),
  );
  await response.body?.cancel();
  const { time: _time, duration_ms, ...line } = toy.lines[0] ?? {};
  assert.equal(typeof duration_ms, "number");
  assert.deepEqual([toy.lines.length, line], [1, {
    level: "info",
    message: "rpc",
    method: listed,
    code: "ok",
    request_id: "request-12345",
    trace_id: "0af7651916cd43dd8448eb211c80319c",
    caller: "user",
  }]);
  assert.deepEqual(toy.measured, [`${listed} ok`]);
  assert.doesNotMatch(JSON.stringify(toy.lines), new RegExp(`${goodToken}|${secret}`));
});

Deno.test("/metrics shows what was measured", async () => {
  const toy = createToy();
  await (await toy.fetch(post("{}"))).body?.cancel();
  const metrics = await (await toy.fetch(new Request("http://mall.test/metrics"))).text();
  assert.match(
    metrics,
    /rpc_server_duration_ms_count\{app="toy",method="order\.v1\.OrderService\/ListOrders",code="ok"\} 1/,
  );
});

/** The error of a call to a toy whose only rpc throws `error`. */
async function thrown(error: unknown) {
  const toy = createToy({ orders: { listOrders: () => Promise.reject(error) } });
  const response = await toy.fetch(post("{}", { "x-request-id": "request-12345" }));
  return { toy, response, body: await response.json() };
}

Deno.test("a Refusal leaves with its code, reason and violations", async () => {
  const violations = [{
    pointer: "/items/0/quantity",
    reason: "OUT_OF_RANGE",
    message: "1 to 999",
  }];
  const { toy, response, body } = await thrown(invalidArgument(violations));
  const { code, message, details: [detail] } = body;
  const bytes = Uint8Array.fromBase64(detail.value);
  const { $typeName: _, violations: told, ...told2 } = fromBinary(ErrorDetailSchema, bytes);
  assert.deepEqual([response.status, code, message], [
    400,
    "invalid_argument",
    "/items/0/quantity: 1 to 999",
  ]);
  assert.deepEqual(told2, { reason: "INVALID_ARGUMENT", retryable: false });
  assert.deepEqual(told.map(({ $typeName: _, ...violation }) => violation), violations);
  assert.equal(toy.lines[0]?.["reason"], "INVALID_ARGUMENT");
  const lost = await thrown(new Refusal(Code.Aborted, "LOST_RACE", "somebody was faster"));
  const lostDetail = fromBinary(
    ErrorDetailSchema,
    Uint8Array.fromBase64(lost.body.details[0].value),
  );
  assert.deepEqual([lost.response.status, lostDetail.retryable], [409, true]);
});

Deno.test("an unclassified error keeps its text to the log", async () => {
  const samples = [
    new Error(`${secret}: relation "orders" does not exist`),
    new ConnectError(secret, Code.Internal),
    new ConnectError(secret, Code.Unknown),
    new TypeError(secret),
    secret,
    undefined,
  ];
  for (const error of samples) {
    const { toy, response, body } = await thrown(error);
    assert.deepEqual([response.status, body.code, body.message], [
      500,
      "internal",
      "internal error",
    ]);
    assert.doesNotMatch(JSON.stringify([body, [...response.headers]]), new RegExp(secret));
    const [line] = toy.lines.filter((one) => one["message"] === "unclassified error");
    assert.deepEqual([line?.["level"], line?.["request_id"]], ["error", "request-12345"]);
    assert.deepEqual(toy.calls(), [`${listed} internal`]);
  }
});

const never = (): Promise<never> => new Promise(() => {});

Deno.test("a handler that never answers ends at the client's timeout", async () => {
  const toy = createToy({ orders: { listOrders: never } });
  const answer = await refusalOf(toy, post("{}", { "connect-timeout-ms": "30" }));
  assert.deepEqual([answer.status, answer.code], [504, "deadline_exceeded"]);
  assert.deepEqual(toy.calls(), [`${listed} deadline_exceeded`]);
});

Deno.test("a handler that never answers ends at the default timeout", async () => {
  const toy = createToy({ orders: { listOrders: never }, interceptors: { timeoutMs: 30 } });
  assert.equal((await refusalOf(toy, post("{}"))).code, "deadline_exceeded");
});

Deno.test("a timeout beyond the maximum is cut to it", async () => {
  const toy = createToy({ orders: { listOrders: never }, interceptors: { timeoutMaxMs: 30 } });
  const wish = { "connect-timeout-ms": "2147483647" };
  assert.equal((await refusalOf(toy, post("{}", wish))).code, "deadline_exceeded");
});

Deno.test("a handler is told by its signal that the deadline passed", async () => {
  const told = Promise.withResolvers<boolean>();
  const toy = createToy({
    orders: {
      listOrders: (_request, { signal }) => {
        signal.addEventListener("abort", () => told.resolve(true));
        return never();
      },
    },
    interceptors: { timeoutMs: 20 },
  });
  assert.equal((await refusalOf(toy, post("{}"))).code, "deadline_exceeded");
  assert.equal(await told.promise, true);
});

Deno.test("onBehalfOf() passes on the ids and what is left of the time", async () => {
  const seen: unknown[] = [];
  const toy = createToy({
    orders: {
      listOrders: (_request, context) => {
        const call = callOf(context);
        const { headers, timeoutMs = 0 } = onBehalfOf(call);
        seen.push(headers, timeoutMs > 0 && timeoutMs <= 500, call.principal.kind);
        return {};
      },
    },
  });
  const headers = {
    "connect-timeout-ms": "500",
    "x-request-id": "request-12345",
    traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
  };
  await (await toy.fetch(post("{}", headers))).body?.cancel();
  const [ids, ...rest] = seen as [Record<string, string>, ...unknown[]];
  assert.deepEqual([ids["x-request-id"], ...rest], ["request-12345", true, "anonymous"]);
  assert.match(ids["traceparent"] ?? "", /^00-0af7651916cd43dd8448eb211c80319c-[0-9a-f]{16}-01$/);
  assert.doesNotMatch(ids["traceparent"] ?? "", /b7ad6b7169203331/);
});

Deno.test("a token that proves nothing is unauthenticated, whatever its shape", async () => {
  const bad = [
    "",
    "garbage",
    "Bearer",
    "Bearer ",
    "Bearer wrong",
    "Basic YTpi",
    `Bearer ${"x".repeat(5_000)}`,
  ];
  for (const authorization of bad) {
    const toy = createToy();
    const answer = await refusalOf(toy, post("{}", { authorization }));
    assert.deepEqual([answer.status, answer.code], [401, "unauthenticated"]);
    assert.equal(toy.lines[0]?.["reason"], "UNAUTHENTICATED");
  }
});

Deno.test("createRpcFetch() sheds load above its limit, and only then", async () => {
  const gate = Promise.withResolvers<Record<string, never>>();
  const toy = createToy({
    orders: { listOrders: () => gate.promise },
    server: { inFlightMax: 2 },
  });
  const first = [toy.fetch(post("{}")), toy.fetch(post("{}"))];
  const refused = await toy.fetch(post("{}", { "x-request-id": "request-12345" }));
  const { code } = await refused.json();
  const { headers, status } = refused;
  assert.deepEqual([status, code, headers.get("retry-after"), headers.get("x-request-id")], [
    503,
    "unavailable",
    "1",
    "request-12345",
  ]);
  const health = await toy.fetch(new Request("http://mall.test/healthz"));
  assert.deepEqual([health.status, await health.json()], [200, { status: "ok" }]);
  gate.resolve({});
  for (const response of await Promise.all(first)) assert.deepEqual(await response.json(), {});
  const after = await toy.fetch(post("{}"));
  assert.deepEqual([after.status, await after.json()], [200, {}]);
  assert.deepEqual(toy.measured, [
    `${listed} unavailable`,
    `${listed} ok`,
    `${listed} ok`,
    `${listed} ok`,
  ]);
});

/** Sends text to a port and collects what comes back until `enough` matches or it closes. */
async function raw(port: number, text: string, enough: RegExp): Promise<string> {
  using connection = await Deno.connect({ hostname: "127.0.0.1", port });
  await connection.write(new TextEncoder().encode(text));
  const buffer = new Uint8Array(65_536);
  let answer = "";
  while (!enough.test(answer)) {
    const length = await connection.read(buffer);
    if (length === null) break;
    answer += new TextDecoder().decode(buffer.subarray(0, length));
  }
  return answer;
}

Deno.test("over a real port: chunked bodies, slow bodies, HTTP/1.1 and h2c", async () => {
  const toy = createToy({ server: smallBodies });
  await using listener = listen(toy.fetch, {
    port: 0,
    hostname: "127.0.0.1",
    log: recordingLog().log,
    drainMs: 200,
  });
  const head = `POST ${listPath} HTTP/1.1\r\nhost: mall\r\ncontent-type: application/json\r\n`;
  const chunked = `${head}transfer-encoding: chunked\r\n\r\n`;
  const ok = await raw(listener.port, `${chunked}2\r\n{}\r\n0\r\n\r\n`, /true/);
  assert.match(ok, /^HTTP\/1\.1 200 OK/);
  const long = `${chunked}3e8\r\n${"a".repeat(1_000)}\r\n3e8\r\n${"a".repeat(1_000)}\r\n`;
  assert.match(await raw(listener.port, long, /resource_exhausted/), /^HTTP\/1\.1 413/);
  const told = `${head}content-length: 2000000000\r\n\r\n{`;
  assert.match(await raw(listener.port, told, /resource_exhausted/), /^HTTP\/1\.1 413/);
  const slow = `${head}content-length: 10\r\n\r\n{`;
  assert.match(await raw(listener.port, slow, /deadline_exceeded/), /^HTTP\/1\.1 408/);
  const slowChunks = `${chunked}1\r\n{\r\n`;
  assert.match(await raw(listener.port, slowChunks, /deadline_exceeded/), /^HTTP\/1\.1 408/);
  using client = Deno.createHttpClient({ http1: false, http2: true });
  const h2 = await fetch(`http://127.0.0.1:${listener.port}${listPath}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: "{}",
    client,
  });
  assert.deepEqual([h2.status, await h2.json()], [200, { isEnd: true }]);
});
