/** Many calls at once, while instances die, come back and are slow. */
import assert from "node:assert/strict";
import { type Client, Code, ConnectError } from "@connectrpc/connect";
import { create, toBinary } from "@bufbuild/protobuf";
import {
  ListOrdersRequestSchema,
  ListOrdersResponseSchema,
  OrderService,
} from "../../proto/gen/order/v1/order_service_pb.ts";
import { eventually } from "../../tests/support/eventually.ts";
import { listen } from "../http/listener.ts";
import { readMaxBytes } from "./answer.ts";
import { createRpcClient } from "./client.ts";
import { cuttable } from "./testing/cuttable.ts";
import { createToy, hostsAt, recordingLog, type ToyOptions } from "./testing/toy.ts";

const requestMaxBytes = 1_048_576;

/** A server, and the cable to it. */
function serve(listOrders: NonNullable<ToyOptions["orders"]>["listOrders"] & object) {
  const toy = createToy({ orders: { listOrders } });
  const { log } = recordingLog();
  const listener = listen(toy.fetch, { port: 0, hostname: "127.0.0.1", log, drainMs: 200 });
  let cable = cuttable(listener.port);
  const { port } = cable;
  return {
    port,
    get hits() {
      return toy.measured.length;
    },
    get open() {
      return cable.open;
    },
    cut: () => cable.cut(),
    mend: () => cable = cuttable(listener.port, port),
    async [Symbol.asyncDispose]() {
      cable.cut();
      await listener[Symbol.asyncDispose]();
    },
  };
}

/** Each caller gets back what it sent. */
function echo({ lastId }: { lastId: string }) {
  return { lastId };
}

type Codes = Record<string, number>;

/** `calls` calls, so many at a time; how many ended how. Wrong answers count as "mixed up". */
async function load(
  client: Client<typeof OrderService>,
  { calls, lanes, done = () => {} }: { calls: number; lanes: number; done?: () => void },
): Promise<Codes> {
  const codes: Codes = {};
  let number = 0;
  await Promise.all(Array.from({ length: lanes }, async () => {
    while (number < calls) {
      const lastId = `call ${number++}`;
      const code = await client.listOrders({ lastId }, { timeoutMs: 10_000 }).then(
        (answer) => answer.lastId === lastId ? "ok" : "mixed up",
        (error) => Code[ConnectError.from(error).code] ?? "?",
      );
      codes[code] = (codes[code] ?? 0) + 1;
      done();
    }
  }));
  return codes;
}

for (const [lanes, calls] of [[16, 800], [64, 1_500], [256, 3_000]] as const) {
  Deno.test(`${lanes} calls in flight lose none when an instance dies and comes back`, async () => {
    await using steady = serve(echo);
    await using mortal = serve(echo);
    const client = createRpcClient(OrderService, hostsAt(steady.port, mortal.port));
    let ended = 0;
    let hitsAtReturn = 0;
    const codes = await load(client, {
      calls,
      lanes,
      done: () => {
        ended++;
        if (ended === Math.floor(calls / 3)) mortal.cut();
        if (ended === Math.floor(calls / 2)) {
          mortal.mend();
          hitsAtReturn = mortal.hits;
        }
      },
    });
    assert.deepEqual(codes, { ok: calls });
    await eventually("it is asked again", async () => {
      assert.deepEqual(await load(client, { calls: 20, lanes: 4 }), { ok: 20 });
      return mortal.hits > hitsAtReturn;
    });
    const open = steady.open + mortal.open;
    assert.ok(open <= lanes * 2 && steady.open <= 256 && mortal.open <= 256, `${open} open`);
    // Calls one after the other need no more than there are.
    assert.deepEqual(await load(client, { calls: 100, lanes: 1 }), { ok: 100 });
    assert.ok(steady.open + mortal.open <= open, `${steady.open} and ${mortal.open}, not ${open}`);
  });
}

Deno.test("a slow instance holds up nobody else, and deadlines hold", async () => {
  await using slow = serve(async () => {
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    return {};
  });
  await using fast = serve(echo);
  const toSlow = createRpcClient(OrderService, hostsAt(slow.port), { retriesMax: 0 });
  const toFast = createRpcClient(OrderService, hostsAt(fast.port));
  const late = Array.from({ length: 64 }, async () => {
    const startedMs = performance.now();
    const code = await toSlow.listOrders({}, { timeoutMs: 200 }).then(
      () => "ok",
      (error) => Code[ConnectError.from(error).code],
    );
    return { code, tookMs: performance.now() - startedMs };
  });
  const startedMs = performance.now();
  assert.deepEqual(await load(toFast, { calls: 500, lanes: 16 }), { ok: 500 });
  const tookMs = performance.now() - startedMs;
  for (const { code, tookMs } of await Promise.all(late)) {
    assert.equal(code, "DeadlineExceeded");
    assert.ok(tookMs >= 199 && tookMs < 2_000, `${tookMs} ms`);
  }
  assert.ok(tookMs < 5_000, `500 calls took ${tookMs} ms`);
  await eventually("given up connections are closed", () => slow.open === 0);
});

Deno.test("more calls than connections and places to wait are refused, not lost", async () => {
  await using server = serve(async (request) => {
    await new Promise((resolve) => setTimeout(resolve, 20));
    return echo(request);
  });
  const client = createRpcClient(OrderService, hostsAt(server.port), { retriesMax: 0 });
  const codes = await load(client, { calls: 1_400, lanes: 1_400 });
  assert.deepEqual(codes, { ok: 1_256, Unavailable: 144 });
  assert.equal(server.open, 256);
});

Deno.test("messages at the limit pass among others, longer ones do not", async () => {
  const overhead = 4;
  const longest = requestMaxBytes - overhead;
  const answerLongest = readMaxBytes - overhead - 1;
  await using server = serve(({ lastId, ps }) => ({
    lastId: ps === 0 ? lastId : "x".repeat(answerLongest + ps - 1),
  }));
  const schemas = [
    toBinary(
      ListOrdersRequestSchema,
      create(ListOrdersRequestSchema, {
        lastId: "x".repeat(longest),
      }),
    ).length,
    toBinary(
      ListOrdersResponseSchema,
      create(ListOrdersResponseSchema, {
        lastId: "x".repeat(answerLongest),
      }),
    ).length,
  ];
  assert.deepEqual(schemas, [requestMaxBytes, readMaxBytes]);
  const client = createRpcClient(OrderService, hostsAt(server.port), { timeoutMs: 15_000 });
  const small = load(client, { calls: 300, lanes: 8 });
  const outcome = async (request: { lastId?: string; ps?: number }) => {
    return await client.listOrders(request).then(
      ({ lastId }) => lastId.length,
      (error) => Code[ConnectError.from(error).code],
    );
  };
  for (let round = 0; round < 2; round++) {
    const outcomes = await Promise.all([
      outcome({ lastId: "x".repeat(longest) }),
      outcome({ lastId: "x".repeat(longest + 1) }),
      outcome({ ps: 1 }),
      outcome({ ps: 2 }),
    ]);
    assert.deepEqual(outcomes, [longest, "ResourceExhausted", answerLongest, "ResourceExhausted"]);
  }
  assert.deepEqual(await small, { ok: 300 });
});
