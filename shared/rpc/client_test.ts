import assert from "node:assert/strict";
import { type Client, Code, ConnectError } from "@connectrpc/connect";
import { OrderService } from "../../proto/gen/order/v1/order_service_pb.ts";
import { AuthService } from "../../proto/gen/user/v1/auth_service_pb.ts";
import { eventually } from "../../tests/support/eventually.ts";
import { createHostList } from "../discovery/hosts.ts";
import { listen } from "../http/listener.ts";
import { unavailable } from "../errors.ts";
import { callIn } from "./call.ts";
import { createRpcClient } from "./client.ts";
import { cuttable } from "./testing/cuttable.ts";
import { createToy, hostAt, hostsAt, recordingLog, type ToyOptions } from "./testing/toy.ts";

const { log } = recordingLog();

interface Server extends AsyncDisposable {
  readonly port: number;
  /** Calls that reached a handler or its refusal. */
  readonly hits: number;
}

/** A real little server that counts its calls. */
function serve(options: ToyOptions = {}): Server {
  const toy = createToy(options);
  const listener = listen(toy.fetch, { port: 0, hostname: "127.0.0.1", log, drainMs: 200 });
  return {
    port: listener.port,
    get hits() {
      return toy.measured.length;
    },
    [Symbol.asyncDispose]: () => listener[Symbol.asyncDispose](),
  };
}

const refusing: ToyOptions = {
  orders: {
    listOrders: () => Promise.reject(unavailable("postgres")),
    cancelOrder: () => Promise.reject(unavailable("postgres")),
  },
  auth: { login: () => Promise.reject(unavailable("postgres")) },
};

/** A port that nothing listens on. */
function closedPort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}

async function codeOf(call: Promise<unknown>): Promise<string> {
  return await call.then(() => "ok", (error) => Code[ConnectError.from(error).code] ?? "?");
}

/** `calls` calls, `lanes` at a time; how many ended with which code. */
async function load(client: Client<typeof OrderService>, calls: number, lanes = 8) {
  const codes: Record<string, number> = {};
  let left = calls;
  await Promise.all(Array.from({ length: lanes }, async () => {
    while (left-- > 0) {
      const code = await codeOf(client.listOrders({}));
      codes[code] = (codes[code] ?? 0) + 1;
    }
  }));
  return codes;
}

Deno.test("createRpcClient() shares the calls among instances", async () => {
  await using one = serve();
  await using two = serve();
  const client = createRpcClient(OrderService, hostsAt(one.port, two.port));
  assert.deepEqual(await load(client, 300), { ok: 300 });
  assert.equal(one.hits + two.hits, 300);
  assert.ok(one.hits > 30 && two.hits > 30, `${one.hits} and ${two.hits}`);
});

Deno.test("createRpcClient() loses no idempotent call when an instance is cut off under load", async () => {
  const slowly = () =>
    new Promise<{ isEnd: boolean }>((resolve) => setTimeout(() => resolve({ isEnd: true }), 3));
  await using one = serve({ orders: { listOrders: slowly } });
  await using two = serve({ orders: { listOrders: slowly } });
  using cable = cuttable(two.port);
  const client = createRpcClient(OrderService, hostsAt(one.port, cable.port));
  const loading = load(client, 400, 12);
  await eventually("both serve", () => one.hits > 20 && two.hits > 20, { pollMs: 2 });
  cable.cut();
  assert.deepEqual(await loading, { ok: 400 });
});

Deno.test("createRpcClient() repeats an idempotent call on another instance", async () => {
  await using bad = serve(refusing);
  await using good = serve();
  const client = createRpcClient(OrderService, hostsAt(bad.port, good.port));
  await eventually("a call met the bad one", async () => {
    assert.equal(await codeOf(client.listOrders({})), "ok");
    return bad.hits > 0;
  });
  const unreachable = createRpcClient(OrderService, hostsAt(closedPort(), good.port));
  assert.deepEqual(await load(unreachable, 40), { ok: 40 });
});

Deno.test("createRpcClient() tries twice more at most, each time elsewhere", async () => {
  await using one = serve(refusing);
  await using two = serve(refusing);
  await using three = serve(refusing);
  await using four = serve(refusing);
  const servers = [one, two, three, four];
  const client = createRpcClient(OrderService, hostsAt(...servers.map(({ port }) => port)));
  assert.equal(await codeOf(client.listOrders({})), "Unavailable");
  assert.deepEqual(servers.map(({ hits }) => hits).toSorted(), [0, 1, 1, 1]);
  assert.equal(await codeOf(client.cancelOrder({})), "Unavailable");
  assert.equal(servers.reduce((sum, { hits }) => sum + hits, 0), 6);
});

Deno.test("createRpcClient() never repeats a call that has effects each time", async () => {
  await using one = serve(refusing);
  await using two = serve(refusing);
  const client = createRpcClient(AuthService, hostsAt(one.port, two.port));
  for (let call = 0; call < 3; call++) assert.equal(await codeOf(client.login({})), "Unavailable");
  assert.equal(one.hits + two.hits, 3);
});

Deno.test("createRpcClient() asks another instance for any call that was never sent", async () => {
  await using one = serve({ auth: { login: () => ({ tokens: { accessToken: "one" } }) } });
  const client = createRpcClient(AuthService, hostsAt(one.port, closedPort(), closedPort()));
  for (let call = 0; call < 20; call++) {
    assert.equal((await client.login({})).tokens?.accessToken, "one");
  }
  assert.equal(one.hits, 20);
});

Deno.test("createRpcClient() repeats nothing but Unavailable", async () => {
  const failing: ToyOptions = { orders: { listOrders: () => Promise.reject(new Error("bug")) } };
  await using one = serve(failing);
  await using two = serve(failing);
  const client = createRpcClient(OrderService, hostsAt(one.port, two.port));
  assert.equal(await codeOf(client.listOrders({})), "Internal");
  assert.equal(one.hits + two.hits, 1);
});

Deno.test("createRpcClient() keeps retries within the budget in an outage", async () => {
  await using one = serve(refusing);
  await using two = serve(refusing);
  await using three = serve(refusing);
  const servers = [one, two, three];
  const hosts = hostsAt(...servers.map(({ port }) => port));
  const client = createRpcClient(OrderService, hosts);
  const calls = 60;
  for (let call = 0; call < calls; call++) {
    // As if each call met fresh instances: their breakers would end the outage too soon.
    hosts.replace(servers.map(({ port }, at) => hostAt(port, `${call}-${at}`)));
    assert.equal(await codeOf(client.listOrders({})), "Unavailable");
  }
  const hits = servers.reduce((sum, server) => sum + server.hits, 0);
  assert.ok(hits >= calls + 20 && hits <= calls + 20 + calls * 0.2, `${hits} hits`);
});

Deno.test("createRpcClient() leaves an instance alone that keeps failing, and finds it again", async () => {
  let ill = true;
  await using server = serve({
    orders: {
      listOrders: () => ill ? Promise.reject(unavailable("postgres")) : Promise.resolve({}),
    },
  });
  const client = createRpcClient(OrderService, hostsAt(server.port), { retriesMax: 0 });
  for (let call = 0; call < 30; call++) {
    assert.equal(await codeOf(client.listOrders({})), "Unavailable");
  }
  assert.equal(server.hits, 5);
  ill = false;
  await eventually("the trial", async () => await codeOf(client.listOrders({})) === "ok", {
    timeoutMs: 3_000,
  });
});

Deno.test("createRpcClient() waits a little for discovery, then gives up", async () => {
  await using server = serve();
  const hosts = createHostList("order");
  const client = createRpcClient(OrderService, hosts, { hostWaitMs: 60 });
  const startedMs = performance.now();
  assert.equal(await codeOf(client.listOrders({})), "Unavailable");
  const waitedMs = performance.now() - startedMs;
  assert.ok(waitedMs >= 50 && waitedMs < 500, `${waitedMs} ms`);
  const early = client.listOrders({});
  hosts.replace([hostAt(server.port)]);
  assert.equal(await codeOf(early), "ok");
});

Deno.test("createRpcClient() keeps its deadline when an instance hangs", async () => {
  using halfOpen = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const accepted: Deno.TcpConn[] = [];
  const accepting = (async () => {
    for await (const connection of halfOpen) accepted.push(connection);
  })().catch(() => {});
  const client = createRpcClient(OrderService, hostsAt(halfOpen.addr.port), { timeoutMs: 80 });
  const startedMs = performance.now();
  assert.equal(await codeOf(client.listOrders({})), "DeadlineExceeded");
  assert.equal(await codeOf(client.listOrders({}, { timeoutMs: 40 })), "DeadlineExceeded");
  assert.ok(performance.now() - startedMs < 1_000);
  halfOpen.close();
  await accepting;
  for (const connection of accepted) connection.close();
});

Deno.test("createRpcClient() stops when its caller does", async () => {
  await using server = serve({
    orders: { listOrders: () => new Promise(() => {}) },
    interceptors: { timeoutMs: 300 },
  });
  const client = createRpcClient(OrderService, hostsAt(server.port));
  const caller = new AbortController();
  const call = client.listOrders({}, { signal: caller.signal });
  caller.abort();
  assert.equal(await codeOf(call), "Canceled");
  await eventually("the server's own deadline", () => server.hits <= 1);
});

Deno.test("createRpcClient() tells the server its deadline", async () => {
  const told: number[] = [];
  await using server = serve({
    orders: {
      listOrders: (_request, { values, requestHeader }) => {
        const { deadlineMs, startedMs } = callIn(values, requestHeader);
        told.push(deadlineMs - startedMs);
        return {};
      },
    },
  });
  const client = createRpcClient(OrderService, hostsAt(server.port), { timeoutMs: 700 });
  await client.listOrders({});
  await client.listOrders({}, { timeoutMs: 300 });
  assert.ok((told[0] ?? 0) > 600 && (told[0] ?? 0) <= 700, `${told}`);
  assert.ok((told[1] ?? 0) > 200 && (told[1] ?? 0) <= 300, `${told}`);
});

Deno.test("createRpcClient() sends most calls to the fast instance", async () => {
  const slow = () =>
    new Promise<Record<string, never>>((resolve) => setTimeout(() => resolve({}), 60));
  await using one = serve();
  await using two = serve({ orders: { listOrders: slow } });
  const client = createRpcClient(OrderService, hostsAt(one.port, two.port));
  assert.deepEqual(await load(client, 200, 2), { ok: 200 });
  assert.ok(one.hits > 150, `${one.hits} to the fast one`);
  assert.ok(two.hits > 0, "the slow one was never tried");
});

/** A server that answers whatever it is told, without the library. */
function answering(answer: () => Response) {
  return listen(answer, { port: 0, hostname: "127.0.0.1", log, drainMs: 100 });
}

Deno.test("createRpcClient() refuses an answer beyond its limit without reading it all", async () => {
  let sent = 0;
  const endless = () =>
    new ReadableStream<Uint8Array<ArrayBuffer>>({
      pull(controller) {
        sent += 1_048_576;
        controller.enqueue(new Uint8Array(1_048_576));
      },
    });
  const headers = { "content-type": "application/proto" };
  await using untold = answering(() => new Response(endless(), { headers }));
  await using told = answering(() => {
    return new Response(new Uint8Array(17 * 1_048_576), { headers });
  });
  for (const { port } of [untold, told]) {
    const client = createRpcClient(OrderService, hostsAt(port));
    assert.equal(await codeOf(client.listOrders({})), "ResourceExhausted");
  }
  assert.ok(sent < 64 * 1_048_576, `${sent} bytes`);
});

Deno.test("createRpcClient() calls an answer that breaks off Unavailable", async () => {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const cutting = (async () => {
    for await (const connection of listener) {
      await connection.read(new Uint8Array(4_096));
      const head =
        "HTTP/1.1 200 OK\r\ncontent-type: application/proto\r\ncontent-length: 99\r\n\r\nab";
      await connection.write(new TextEncoder().encode(head));
      connection.close();
    }
  })().catch(() => {});
  const client = createRpcClient(OrderService, hostsAt(listener.addr.port), { retriesMax: 0 });
  assert.equal(await codeOf(client.listOrders({})), "Unavailable");
  listener.close();
  await cutting;
});

Deno.test("createRpcClient() makes sense of what is not an rpc's answer", async () => {
  const cases: readonly [() => Response, string][] = [
    [() => new Response("<html>", { status: 502 }), "Unavailable"],
    [() => new Response("<html>", { status: 404 }), "Unimplemented"],
    [
      () => new Response(null, { status: 302, headers: { location: "http://127.0.0.1:1/" } }),
      "Unknown",
    ],
    [() => new Response("hello", { headers: { "content-type": "text/html" } }), "Unknown"],
  ];
  for (const [answer, code] of cases) {
    await using server = answering(answer);
    const client = createRpcClient(OrderService, hostsAt(server.port), { retriesMax: 0 });
    assert.equal(await codeOf(client.listOrders({})), code);
  }
});

Deno.test("createRpcClient() refuses a call without time, and blames no instance for it", async () => {
  await using server = serve();
  const client = createRpcClient(OrderService, hostsAt(server.port), { retriesMax: 0 });
  for (const timeoutMs of [0, -5, 0, 0, 0, 0, 0, 0]) {
    assert.equal(await codeOf(client.listOrders({}, { timeoutMs })), "DeadlineExceeded");
  }
  assert.equal(server.hits, 0);
  assert.equal(await codeOf(client.listOrders({})), "ok");
});

Deno.test("createRpcClient() blames no instance for fields that cannot be sent", async () => {
  await using server = serve();
  const client = createRpcClient(OrderService, hostsAt(server.port));
  for (let call = 0; call < 8; call++) {
    const call = client.listOrders({}, { headers: { "x-it": "a\r\nb" } });
    assert.equal(await codeOf(call), "InvalidArgument");
  }
  assert.equal(await codeOf(client.listOrders({})), "ok");
  assert.equal(server.hits, 1);
});
