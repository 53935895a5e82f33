/** The fast path answers as the library's handler does: the same requests go to both. */
import { create, toBinary } from "@bufbuild/protobuf";
import { Code, ConnectError, type HandlerContext } from "@connectrpc/connect";
import assert from "node:assert/strict";
import fc from "fast-check";
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
  context.responseHeader.set("x-seen", String(request.userId));
  if (ps === 19) context.responseTrailer.set("x-after", "all");
  return { orders: [{ orderId: lastId, status: request.status ?? 7 }], orderTime: request.cursor };
}

function doors() {
  const log = createLogger({ write: () => {} });
  const metrics = createMetrics("test");
  const rpcMetrics = createRpcMetrics(metrics);
  const interceptors = serverInterceptors({ log, metrics: rpcMetrics, verifyToken: refuseTokens });
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
  readonly contentType: string;
  readonly body: Uint8Array<ArrayBuffer>;
  readonly header?: Readonly<Record<string, string>>;
}

/** What a client can tell from an answer; the order of JSON members is not part of it. */
async function told(fetch: (request: Request) => Promise<Response>, sent: Sent) {
  const headers = { ...sent.header, "content-type": sent.contentType, "x-request-id": "request-1" };
  const response = await fetch(new Request(url, { method: "POST", headers, body: sent.body }));
  const bytes = await response.bytes();
  const names = [...response.headers.keys()].filter((name) => !leftOut.has(name));
  return {
    status: response.status,
    headers: Object.fromEntries(names.map((name) => [name, response.headers.get(name)])),
    body: response.headers.get("content-type") === "application/json"
      ? JSON.parse(new TextDecoder().decode(bytes))
      : bytes.toHex(),
  };
}

/** The library tells a length that the server sets anyway; we add when to come again. */
const leftOut = new Set(["content-length", "retry-after"]);

const request = fc.record({
  userId: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  cursor: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  ps: fc.integer({ min: 0, max: 25 }),
  lastId: fc.string({ unit: "grapheme" }),
  status: fc.option(fc.integer({ min: -5, max: 70 }), { nil: undefined }),
});
const header = fc.constantFrom<Record<string, string>>(
  {},
  { "connect-protocol-version": "1" },
  { "connect-timeout-ms": "5000" },
  { "connect-timeout-ms": "never" },
  { "connect-timeout-ms": "99999999999" },
  { authorization: "Bearer x" },
  { authorization: "nonsense" },
  { "content-encoding": "zip" },
);
const encoder = new TextEncoder();
const contentType = fc.constantFrom("application/json", "application/proto");

Deno.test("a valid call has the same answer on both paths", async () => {
  const { fast, reference, isFast } = doors();
  assert.equal(typeof isFast.get(new URL(url).pathname)?.unary, "function");
  await fc.assert(
    fc.asyncProperty(request, header, fc.boolean(), async ({ status, ...fields }, header, json) => {
      const init = { ...fields, ...(status === undefined ? {} : { status }) };
      const body = json
        ? encoder.encode(
          JSON.stringify(init, (_, value) => typeof value === "bigint" ? value.toString() : value),
        )
        : toBinary(ListOrdersRequestSchema, create(ListOrdersRequestSchema, init));
      const contentType = json ? "application/json" : "application/proto";
      const sent = { contentType, body: new Uint8Array(body), header };
      assert.deepEqual(await told(fast, sent), await told(reference, sent));
    }),
    { numRuns: 1_000 },
  );
});

Deno.test("an undecodable call has the same answer on both paths", async () => {
  const { fast, reference } = doors();
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 60 }), contentType, async (bytes, contentType) => {
      const sent = { contentType, body: new Uint8Array(bytes) };
      assert.deepEqual(await told(fast, sent), await told(reference, sent));
    }),
    { numRuns: 1_000 },
  );
});

Deno.test("every code leaves with the same status on both paths", async () => {
  const { fast, reference } = doors();
  const codes = Object.values(Code).filter((code) => typeof code === "number");
  for (const ps of [...codes, 17, 18, 19]) {
    const body = encoder.encode(JSON.stringify({ ps, lastId: "x" }));
    const sent = { contentType: "application/json", body };
    assert.deepEqual(await told(fast, sent), await told(reference, sent), `ps ${ps}`);
  }
});
