/** The fast path answers as the library's handler does: the same requests go to both. */
import { create, toBinary, toJsonString } from "@bufbuild/protobuf";
import { Code, ConnectError, type HandlerContext, type Interceptor } from "@connectrpc/connect";
import { errorFromJsonBytes } from "@connectrpc/connect/protocol-connect";
import assert from "node:assert/strict";
import fc from "fast-check";
import { gunzipSync, gzipSync } from "node:zlib";
import {
  type ListOrdersRequest,
  ListOrdersRequestSchema,
  OrderService,
} from "../../proto/gen/order/v1/order_service_pb.ts";
import { invalidArgument } from "../errors.ts";
import { createProbes } from "../http/probes.ts";
import { createLogger } from "../log.ts";
import { createMetrics } from "../metrics.ts";
import { refuseTokens } from "./authentication.ts";
import { createHandlers, type Handlers } from "./handlers.ts";
import { serverInterceptors } from "./interceptors.ts";
import { createRpcMetrics } from "./rpc_metrics.ts";
import { createRpcFetch } from "./server.ts";

const url = "http://service/order.v1.OrderService/ListOrders";

/** Does what the request's fields say: every code, details, metadata, trailers, plain bugs. */
function listOrders(request: ListOrdersRequest, context: HandlerContext) {
  const { ps, lastId } = request;
  if (ps >= 1 && ps <= 16) {
    throw new ConnectError(`refused ${lastId}`, ps, { "x-why": "because", "content-type": "x/y" });
  }
  if (ps === 17) throw new Error("a bug");
  if (ps === 18) throw invalidArgument([{ pointer: "/ps", reason: "WRONG", message: lastId }]);
  if (ps === 20) throw remoteError();
  if (ps === 25) return untilAborted(context.signal);
  if (ps === 23) return { orders: [], lastId: "x".repeat(20_000) };
  context.responseHeader.set("x-seen", String(request.userId));
  if (ps === 19 || ps === 21) context.responseTrailer.set("x-after", "all");
  if (ps === 21) throw new ConnectError("late", Code.Aborted, { "x-seen": "too", date: "never" });
  if (ps === 22) context.responseHeader.append("x-seen", "twice");
  if (ps === 24) throw new ConnectError("long ".repeat(5_000), Code.OutOfRange);
  return { orders: [{ orderId: lastId, status: request.status ?? 7 }], orderTime: request.cursor };
}

function untilAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener("abort", () => reject(new ConnectError("gone", Code.Canceled)));
  });
}

/** What a client of another service throws: its metadata is not passed on. */
function remoteError(): ConnectError {
  const told = JSON.stringify({ code: "not_found", message: "there is none" });
  return errorFromJsonBytes(
    new TextEncoder().encode(told),
    new Headers({ "x-remote": "yes" }),
    new ConnectError("unknown", Code.Unknown),
  );
}

function doors() {
  const log = createLogger({ write: () => {} });
  const metrics = createMetrics("test");
  const rpcMetrics = createRpcMetrics(metrics);
  const authorize: Interceptor = (next) => next;
  const verifyToken = refuseTokens;
  const interceptors = serverInterceptors({ log, metrics: rpcMetrics, verifyToken, authorize });
  const fast = createHandlers((router) => void router.service(OrderService, { listOrders }), {
    interceptors,
    log,
    metrics: rpcMetrics,
  });
  const reference: Handlers = new Map([...fast].map(([path, handler]) => {
    const copy = (request: Parameters<typeof handler>[0]) => handler(request);
    return [path, Object.assign(copy, handler, { unary: undefined })];
  }));
  const probes = createProbes({ dependencies: [], metrics });
  const fetchOf = (handlers: Handlers) =>
    createRpcFetch({ handlers, probes, corsOrigins: ["*"], log });
  return { fast: fetchOf(fast), reference: fetchOf(reference), isFast: fast };
}

interface Sent {
  readonly method: "POST" | "GET";
  /** After the path, for GET. */
  readonly query: string;
  readonly body: Uint8Array<ArrayBuffer>;
  readonly header: Readonly<Record<string, string>>;
}

/** What a client can tell from an answer; the order of JSON members is not part of it. */
async function told(fetch: (request: Request) => Promise<Response>, sent: Sent) {
  const { method, query, body, header } = sent;
  const headers = { ...header, "x-request-id": "request-1" };
  const init = method === "GET" ? { method, headers } : { method, headers, body };
  const response = await fetch(new Request(url + query, init));
  const names = [...response.headers.keys()].filter((name) => !leftOut.has(name));
  return {
    status: response.status,
    headers: Object.fromEntries(names.map((name) => [name, response.headers.get(name)])),
    body: presentable(response.headers, await response.bytes()),
  };
}

function presentable(headers: Headers, bytes: Uint8Array): unknown {
  const plain = headers.get("content-encoding") === "gzip" ? gunzipSync(bytes) : bytes;
  if (headers.get("content-type") !== "application/json") return Uint8Array.from(plain).toHex();
  return JSON.parse(new TextDecoder().decode(plain));
}

/** The library tells a length that the server sets anyway; we add when to come again. */
const leftOut = new Set(["content-length", "retry-after"]);

const int64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
const fields = fc.record({
  userId: fc.oneof(int64, fc.constantFrom(2n ** 63n - 1n, -(2n ** 63n), 2n ** 53n)),
  cursor: int64,
  ps: fc.integer({ min: 0, max: 24 }),
  lastId: fc.string({ unit: "grapheme" }),
  status: fc.option(fc.integer({ min: -5, max: 70 }), { nil: undefined }),
});
const odd = fc.constantFrom<Record<string, string>>(
  {},
  {},
  { "connect-protocol-version": "1" },
  { "connect-protocol-version": "7" },
  { "connect-timeout-ms": "5000" },
  { "connect-timeout-ms": "0" },
  { "connect-timeout-ms": "never" },
  { "connect-timeout-ms": "99999999999" },
  { authorization: "Bearer x" },
  { authorization: "nonsense" },
  { origin: "http://page.example" },
  { traceparent: "00-nonsense" },
);
const accepted = fc.constantFrom<Record<string, string>>(
  {},
  { "accept-encoding": "identity" },
  { "accept-encoding": "gzip" },
  { "accept-encoding": "br, gzip, deflate" },
  { "accept-encoding": "br" },
  { "accept-encoding": "" },
);
/** How the message is compressed, as the request says it. */
const packing = fc.constantFrom(undefined, undefined, "identity", "gzip", "zip", "GZIP");
const types: Readonly<Record<"json" | "proto", readonly string[]>> = {
  json: ["application/json", "application/json; charset=utf-8", "APPLICATION/JSON"],
  proto: ["application/proto", "application/proto", "application/x-proto"],
};
const encoder = new TextEncoder();

type Format = "json" | "proto";

/** A request that carries `bytes`, in every way that the protocol has and some that it has not. */
function carrying(bytes: fc.Arbitrary<readonly [Format, Uint8Array]>): fc.Arbitrary<Sent> {
  return fc.record({
    bytes,
    odd,
    accepted,
    packing,
    method: fc.constantFrom("POST" as const, "GET" as const),
    type: fc.nat({ max: 2 }),
    base64: fc.constantFrom("standard", "url", "none"),
    others: fc.constantFrom("", "&connect=v1", "&encoding=json", "&x=%zz"),
  }).map(({ bytes: [format, plain], odd, accepted, packing, method, type, base64, others }) => {
    const body = packing === "gzip" ? Uint8Array.from(gzipSync(plain)) : Uint8Array.from(plain);
    if (method === "POST") {
      const encoding: Record<string, string> = packing ? { "content-encoding": packing } : {};
      const contentType = types[format][type] ?? "";
      const header = { ...odd, ...accepted, ...encoding, "content-type": contentType };
      return { method, query: "", body, header };
    }
    const compression = packing === undefined ? "" : `&compression=${packing}`;
    const query = `?encoding=${format}${messageIn(body, base64)}${compression}${others}`;
    return { method, query, body, header: { ...odd, ...accepted } };
  });
}

function messageIn(body: Uint8Array, base64: string): string {
  if (base64 === "none") return `&message=${encodeURIComponent(new TextDecoder().decode(body))}`;
  const alphabet = base64 === "url" ? "base64url" : "base64";
  return `&base64=1&message=${encodeURIComponent(body.toBase64({ alphabet }))}`;
}

const valid = fc.tuple(fields, fc.constantFrom<Format>("json", "proto")).map(
  ([{ status, ...rest }, format]): readonly [Format, Uint8Array] => {
    const init = { ...rest, ...(status === undefined ? {} : { status }) };
    const message = create(ListOrdersRequestSchema, init);
    return [
      format,
      format === "json"
        ? encoder.encode(toJsonString(ListOrdersRequestSchema, message))
        : toBinary(ListOrdersRequestSchema, message),
    ];
  },
);
const nonsense = fc.tuple(
  fc.constantFrom<Format>("json", "proto"),
  fc.oneof(
    fc.uint8Array({ maxLength: 60 }),
    fc.json().map((text) => encoder.encode(text)),
    fc.constantFrom(
      '{"userId":"9223372036854775808"}',
      '{"userId":1e3}',
      '{"ps":2147483648}',
      '{"unknown":1,"ps":0}',
      '{"lastId":"\\ud800"}',
      "null",
      "",
    ).map((text) => encoder.encode(text)),
  ),
);

Deno.test("a call has the same answer on both paths, however it is sent", async () => {
  const { fast, reference, isFast } = doors();
  assert.equal(typeof isFast.get(new URL(url).pathname)?.unary, "function");
  const seen = new Set<number>();
  await fc.assert(
    fc.asyncProperty(carrying(valid), async (sent) => {
      const answer = await told(fast, sent);
      assert.deepEqual(answer, await told(reference, sent));
      seen.add(answer.status);
    }),
    { numRuns: 4_000 },
  );
  for (const status of [200, 400, 415, 500]) assert.ok(seen.has(status), `no answer was ${status}`);
});

Deno.test("an undecodable call has the same answer on both paths", async () => {
  const { fast, reference } = doors();
  await fc.assert(
    fc.asyncProperty(carrying(nonsense), async (sent) => {
      assert.deepEqual(await told(fast, sent), await told(reference, sent));
    }),
    { numRuns: 2_000 },
  );
});

Deno.test("every code leaves with the same status on both paths", async () => {
  const { fast, reference } = doors();
  const codes = Object.values(Code).filter((code) => typeof code === "number");
  const header = { "content-type": "application/json", "accept-encoding": "gzip" };
  for (const ps of [...codes, 17, 18, 19, 20, 21, 22, 23, 24]) {
    const body = encoder.encode(JSON.stringify({ ps, lastId: "x" }));
    const sent = { method: "POST" as const, query: "", body, header };
    assert.deepEqual(await told(fast, sent), await told(reference, sent), `ps ${ps}`);
  }
});

Deno.test("a handler is told on both paths that its client has gone", async () => {
  const { fast, reference } = doors();
  const headers = { "content-type": "application/json", "x-request-id": "request-1" };
  const answers = await Promise.all([fast, reference].map(async (fetch) => {
    const client = new AbortController();
    const init = { method: "POST", headers, body: '{"ps":25}', signal: client.signal };
    const answering = fetch(new Request(url, init));
    setTimeout(() => client.abort(), 20);
    const response = await answering;
    return [response.status, await response.json()];
  }));
  assert.deepEqual(answers[0], answers[1]);
  assert.equal(answers[0]?.[0], 499);
});

Deno.test("what is plain takes the fast path, and only that", () => {
  const { isFast } = doors();
  const handler = isFast.get(new URL(url).pathname);
  const limits = { maxBytes: 1_000, timeoutMs: 1_000 };
  const isTaken = (query: string, init: RequestInit) => {
    const request = new Request(url + query, init);
    const answer = handler?.unary?.({ request, limits, peer: undefined });
    void answer?.catch(() => {});
    return answer !== undefined;
  };
  const post = (headers: Record<string, string>) => isTaken("", { method: "POST", headers });
  assert.ok(post({ "content-type": "application/proto" }));
  assert.ok(post({ "content-type": "application/json", "accept-encoding": "gzip, br" }));
  assert.ok(post({ "content-type": "application/json", "content-encoding": "gzip" }));
  assert.ok(isTaken("?encoding=json&message={}", {}));
  assert.ok(isTaken("?encoding=proto&base64=1&message=&compression=gzip", {}));
  assert.ok(!post({ "content-type": "application/grpc-web+proto" }));
  assert.ok(!post({ "content-type": "application/json", "content-encoding": "br" }));
  assert.ok(!post({ "content-type": "application/json", "connect-timeout-ms": "x" }));
  assert.ok(!isTaken("?message={}", {}));
});
