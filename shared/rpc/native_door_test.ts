import assert from "node:assert/strict";
import { type ClientHttp2Session, connect, constants } from "node:http2";
import { connect as netConnect, type Socket } from "node:net";
import { type Client, Code, ConnectError, createClient } from "@connectrpc/connect";
import { createGrpcTransport, Http2SessionManager } from "@connectrpc/connect-node";
import { OrderService } from "../../proto/gen/order/v1/order_service_pb.ts";
import { eventually } from "../../tests/support/eventually.ts";
import { listen } from "../http/listener.ts";
import { type NativeDoorOptions, openNativeDoor } from "./native_door.ts";
import { createToy, recordingLog, type Toy } from "./testing/toy.ts";

const listPath = "/order.v1.OrderService/ListOrders";
const { log } = recordingLog();

function open(toy: Toy, options: Partial<NativeDoorOptions> = {}) {
  const { handlers } = toy;
  return openNativeDoor({
    handlers,
    port: 0,
    hostname: "127.0.0.1",
    log,
    drainMs: 300,
    ...options,
  });
}

interface GrpcClient extends Disposable {
  readonly orders: Client<typeof OrderService>;
}

/** A client of the library for other runtimes' sake: native gRPC over HTTP/2. */
function grpcClient(port: number): GrpcClient {
  const baseUrl = `http://127.0.0.1:${port}`;
  const sessionManager = new Http2SessionManager(baseUrl);
  const orders = createClient(OrderService, createGrpcTransport({ baseUrl, sessionManager }));
  return { orders, [Symbol.dispose]: () => sessionManager.abort() };
}

interface RawAnswer {
  readonly status: number;
  readonly grpcStatus: string | undefined;
}

/** Sends bytes as the message of a gRPC call and answers its status, wherever it stands. */
function rawCall(session: ClientHttp2Session, bytes: Uint8Array, path = listPath) {
  const stream = session.request({
    ":method": "POST",
    ":path": path,
    "content-type": "application/grpc+proto",
    te: "trailers",
  });
  const { promise, resolve, reject } = Promise.withResolvers<RawAnswer>();
  let status = 0;
  let grpcStatus: string | undefined;
  const learn = (headers: Record<string, unknown>) => {
    status = Number(headers[":status"] ?? status);
    if (headers["grpc-status"] === undefined) return;
    grpcStatus = `${headers["grpc-status"]}`;
    resolve({ status, grpcStatus });
  };
  stream.on("response", learn);
  stream.on("trailers", learn);
  stream.on("error", reject);
  stream.on("close", () => resolve({ status, grpcStatus }));
  stream.resume();
  stream.end(bytes);
  return promise;
}

async function rawSession(
  port: number,
  socket?: Socket,
): Promise<ClientHttp2Session & Disposable> {
  const options = socket === undefined ? {} : { createConnection: () => socket };
  const session = connect(`http://127.0.0.1:${port}`, options);
  await new Promise((resolve, reject) => session.once("connect", resolve).once("error", reject));
  return Object.assign(session, { [Symbol.dispose]: () => session.destroy() });
}

Deno.test("openNativeDoor() serves native gRPC", async () => {
  const toy = createToy({ orders: { listOrders: ({ userId }) => ({ orderTime: userId }) } });
  await using door = await open(toy);
  using client = grpcClient(door.port);
  const { orderTime } = await client.orders.listOrders({ userId: 7n });
  assert.equal(orderTime, 7n);
  assert.deepEqual(toy.calls(), ["order.v1.OrderService/ListOrders ok"]);
});

Deno.test("openNativeDoor() carries refusals and deadlines", async () => {
  const toy = createToy({ orders: { listOrders: () => new Promise(() => {}) } });
  await using door = await open(toy);
  using client = grpcClient(door.port);
  const codes: Code[] = [];
  const remember = (error: unknown) => codes.push(ConnectError.from(error).code);
  await client.orders.getOrder({ orderId: "1" }).catch(remember);
  await client.orders.listOrders({}, { timeoutMs: 60 }).catch(remember);
  assert.deepEqual(codes, [Code.Unimplemented, Code.DeadlineExceeded]);
});

Deno.test("openNativeDoor() calls an unknown method unimplemented, garbage an invalid argument", async () => {
  const toy = createToy();
  await using door = await open(toy);
  using session = await rawSession(door.port);
  const empty = new Uint8Array(5);
  const garbage = new Uint8Array([0, 0, 0, 0, 3, 0xff, 0xff, 0xff]);
  const cut = new Uint8Array([0, 0, 0, 0, 9, 0xff]);
  assert.deepEqual([
    await rawCall(session, empty, "/order.v1.OrderService/Nothing"),
    await rawCall(session, garbage),
    await rawCall(session, cut),
    await rawCall(session, empty),
  ], [
    { status: 200, grpcStatus: "12" },
    { status: 200, grpcStatus: "3" },
    { status: 200, grpcStatus: "3" },
    { status: 200, grpcStatus: "0" },
  ]);
  assert.deepEqual(toy.calls(), [
    "order.v1.OrderService/ListOrders invalid_argument",
    "order.v1.OrderService/ListOrders invalid_argument",
    "order.v1.OrderService/ListOrders ok",
  ]);
});

Deno.test("openNativeDoor() refuses a message that is too long", async () => {
  const toy = createToy();
  await using door = await open(toy);
  using session = await rawSession(door.port);
  const bytes = new Uint8Array(2 * 1_048_576);
  new DataView(bytes.buffer).setUint32(1, bytes.byteLength - 5);
  assert.deepEqual(await rawCall(session, bytes), { status: 200, grpcStatus: "8" });
});

Deno.test("openNativeDoor() sheds load above its limit", async () => {
  const gate = Promise.withResolvers<Record<string, never>>();
  const toy = createToy({ orders: { listOrders: () => gate.promise } });
  await using door = await open(toy, { inFlightMax: 1 });
  using session = await rawSession(door.port);
  const first = rawCall(session, new Uint8Array(5));
  assert.deepEqual(await rawCall(session, new Uint8Array(5)), { status: 200, grpcStatus: "14" });
  gate.resolve({});
  assert.deepEqual(await first, { status: 200, grpcStatus: "0" });
  assert.deepEqual(await rawCall(session, new Uint8Array(5)), { status: 200, grpcStatus: "0" });
});

Deno.test("openNativeDoor() ends a call whose message does not come", async () => {
  await using door = await open(createToy(), { requestTimeoutMs: 50 });
  using session = await rawSession(door.port);
  const stream = session.request({
    ":method": "POST",
    ":path": listPath,
    "content-type": "application/grpc",
  });
  const ended = Promise.withResolvers<number | undefined>();
  stream.on("error", () => {});
  stream.on("close", () => ended.resolve(stream.rstCode));
  stream.resume();
  stream.write(new Uint8Array([0, 0, 0]));
  assert.equal(await ended.promise, constants.NGHTTP2_CANCEL);
});

Deno.test("openNativeDoor() outlives garbage, resets and abandoned calls; the main door does not notice", async () => {
  const gate = Promise.withResolvers<Record<string, never>>();
  let waiting = 0;
  const toy = createToy({
    orders: {
      listOrders: ({ userId }) => {
        if (userId === 0n) return {};
        waiting++;
        return gate.promise;
      },
    },
  });
  await using door = await open(toy, { inFlightMax: 5 });
  await using main = listen(toy.fetch, { port: 0, hostname: "127.0.0.1", log });
  for (
    const text of [
      "\0\xff\xfe",
      "GET / HTTP/1.1\r\n\r\n",
      "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\xff\xff\xff\xff",
    ]
  ) {
    const socket = await Deno.connect({ hostname: "127.0.0.1", port: door.port });
    await socket.write(new TextEncoder().encode(text));
    socket.close();
  }
  const sockets = Array.from({ length: 5 }, () => netConnect(door.port, "127.0.0.1"));
  const sessions = await Promise.all(sockets.map((socket) => rawSession(door.port, socket)));
  const asking = new Uint8Array([0, 0, 0, 0, 2, 8, 7]);
  const abandoned = sessions.map((session) => rawCall(session, asking).catch(() => {}));
  await eventually("the calls are in their handlers", () => waiting === 5);
  for (const socket of sockets) socket.resetAndDestroy();
  await Promise.all(abandoned);
  using session = await rawSession(door.port);
  const answers = await eventually("abandoned calls have made room for as many", async () => {
    const before = waiting;
    const calls = Array.from({ length: 5 }, () => rawCall(session, asking));
    const refused = await Promise.race([...calls, entered(() => waiting === before + 5)]);
    return refused === undefined ? calls : undefined;
  });
  gate.resolve({});
  for (const answer of answers) assert.deepEqual(await answer, { status: 200, grpcStatus: "0" });
  const body = await fetch(`http://127.0.0.1:${main.port}${listPath}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: "{}",
  });
  assert.deepEqual(await body.json(), {});
  assert.deepEqual(await rawCall(session, new Uint8Array(5)), { status: 200, grpcStatus: "0" });
});

/** Nothing, as soon as the condition holds. */
async function entered(condition: () => boolean): Promise<undefined> {
  await eventually("all are in their handlers", condition, { pollMs: 2 });
}

/** A toy whose handler tells when it was entered, and waits for `gate`. */
function gatedToy(gate: Promise<Record<string, never>>, timeoutMs = 2_000) {
  const entered = Promise.withResolvers<void>();
  const toy = createToy({
    orders: {
      listOrders: () => {
        entered.resolve();
        return gate;
      },
    },
    interceptors: { timeoutMs },
  });
  return { toy, entered: entered.promise };
}

Deno.test("disposing the native door lets calls in flight end", async () => {
  const gate = Promise.withResolvers<Record<string, never>>();
  const { toy, entered } = gatedToy(gate.promise);
  const door = await open(toy, { drainMs: 5_000 });
  using session = await rawSession(door.port);
  const call = rawCall(session, new Uint8Array(5));
  await entered;
  const startedMs = performance.now();
  const closing = door[Symbol.asyncDispose]();
  gate.resolve({});
  assert.deepEqual(await call, { status: 200, grpcStatus: "0" });
  await closing;
  assert.ok(performance.now() - startedMs < 2_000);
  await assert.rejects(rawSession(door.port), { code: "ECONNREFUSED" });
});

Deno.test("disposing the native door ends within its limit, whatever hangs", async () => {
  const { toy, entered } = gatedToy(new Promise(() => {}), 700);
  const door = await open(toy, { drainMs: 100 });
  using session = await rawSession(door.port);
  const call = rawCall(session, new Uint8Array(5)).catch(() => ({ status: 0 }));
  await entered;
  const startedMs = performance.now();
  await door[Symbol.asyncDispose]();
  assert.ok(performance.now() - startedMs < 600);
  assert.equal((await call).status, 0);
  await eventually("the handler's deadline", () => toy.calls().length === 1);
});

Deno.test("openNativeDoor() rejects when the port is taken", async () => {
  using taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  await assert.rejects(open(createToy(), { port: taken.addr.port }), { code: "EADDRINUSE" });
});
