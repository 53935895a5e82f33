import assert from "node:assert/strict";
import { eventually } from "../../tests/support/eventually.ts";
import { latin1, latin1Bytes } from "./answer_head.ts";
import { Cancellation } from "../deadline/cancellation.ts";
import type { Answer } from "./connection.ts";
import { createPool, type Pool, type PoolOptions } from "./pool.ts";
import { inTime, outcomeOf } from "./testing/outcome.ts";
import { type RawConnection, type RawServer, rawServer } from "./testing/raw_server.ts";
import { untilHeard } from "./testing/until_heard.ts";

function poolOf({ port }: { port: number }, options: Partial<PoolOptions> = {}): Pool {
  return createPool({ hostname: "127.0.0.1", port, bodyBytesMax: 1_000, ...options });
}

function requestOf(body: string): Uint8Array {
  return latin1Bytes(`POST / HTTP/1.1\r\nhost: x\r\ncontent-length: ${body.length}\r\n\r\n${body}`);
}

function answerOf(body: string): string {
  return `HTTP/1.1 200 OK\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
}

function bodyOf(request: string): string {
  return request.slice(request.indexOf("\r\n\r\n") + 4);
}

function textOf({ body }: Answer): string {
  return latin1(body ?? new Uint8Array());
}

async function ask(pool: Pool, body = "hi", cancellation = new Cancellation()): Promise<string> {
  return textOf(await inTime(pool.exchange(requestOf(body), cancellation)));
}

/** Sends back the body of every request. */
async function echo(connection: RawConnection): Promise<void> {
  for (let request; (request = await connection.request()) !== null;) {
    await connection.send(answerOf(bodyOf(request)));
  }
}

/** Notes what comes in, and answers when it is told to. */
function held(options: { port?: number } = {}) {
  const came: string[] = [];
  const answers: (() => Promise<void>)[] = [];
  const server = rawServer(async (connection) => {
    for (let request; (request = await connection.request()) !== null;) {
      const body = bodyOf(request);
      const go = Promise.withResolvers<void>();
      came.push(body);
      answers.push(() => {
        go.resolve();
        return Promise.resolve();
      });
      await go.promise;
      await connection.send(answerOf(body));
    }
  }, options);
  return {
    server,
    came,
    /** Answers the oldest that has none. */
    answer: () => answers.shift()?.(),
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

async function allClosed(...servers: readonly RawServer[]): Promise<void> {
  await eventually("all is closed", () => servers.every(({ open }) => open === 0), { pollMs: 1 });
}

Deno.test("calls one after the other share one connection", async () => {
  await using server = rawServer(echo);
  const pool = poolOf(server);
  for (let call = 0; call < 200; call++) assert.equal(await ask(pool, `${call}`), `${call}`);
  const long = "x".repeat(900);
  for (let call = 0; call < 20; call++) assert.equal(await ask(pool, long), long);
  assert.equal(server.accepted, 1);
});

Deno.test("a long request does not cost its connection", async () => {
  await using server = rawServer(async (connection) => {
    for (let request; (request = await connection.request()) !== null;) {
      await connection.send(answerOf(`${bodyOf(request).length}`));
    }
  });
  const pool = poolOf(server);
  for (const length of [65_536, 1_048_576, 5_000_000, 1]) {
    assert.equal(await ask(pool, "x".repeat(length)), `${length}`);
  }
  assert.equal(server.accepted, 1);
});

Deno.test("256 calls in flight go over fewer connections", async () => {
  await using server = rawServer(echo);
  const pool = poolOf(server, { connectionsMax: 8 });
  for (let round = 0; round < 3; round++) {
    const bodies = Array.from({ length: 256 }, (_, n) => `${round} ${n}`);
    assert.deepEqual(await Promise.all(bodies.map((body) => ask(pool, body))), bodies);
  }
  assert.deepEqual([server.accepted, server.openMost], [8, 8]);
});

Deno.test("calls wait in turn, and those that come later do not overtake", async () => {
  await using bench = held();
  const pool = poolOf(bench.server, { connectionsMax: 1 });
  const answered: string[] = [];
  const calls = ["a", "b", "c"].map((body) => ask(pool, body).then((text) => answered.push(text)));
  for (const at of [0, 1, 2, 3, 4]) {
    await eventually("the next came", () => bench.came.length === at + 1, { pollMs: 1 });
    // It comes at the very moment when the connection is free again.
    if (at < 2) {
      calls.push(
        (calls[at] ?? Promise.resolve()).then(async () => answered.push(await ask(pool, `d${at}`))),
      );
    }
    await bench.answer();
  }
  await Promise.all(calls);
  assert.deepEqual(answered, ["a", "b", "c", "d0", "d1"]);
  assert.equal(bench.server.accepted, 1);
});

Deno.test("one call more than may wait is refused", async () => {
  await using bench = held();
  const pool = poolOf(bench.server, { connectionsMax: 1, waitingMax: 2 });
  const calls = ["a", "b", "c"].map((body) => ask(pool, body));
  assert.equal(await outcomeOf(ask(pool, "d")), "NotSent");
  for (const at of [1, 2, 3]) {
    await eventually("the next came", () => bench.came.length === at, { pollMs: 1 });
    await bench.answer();
  }
  assert.deepEqual(await Promise.all(calls), ["a", "b", "c"]);
});

Deno.test("a call that is cancelled while it waits leaves the queue at once", async () => {
  await using bench = held();
  const pool = poolOf(bench.server, { connectionsMax: 1, waitingMax: 1 });
  const first = ask(pool, "a");
  const cancellation = new Cancellation();
  const second = outcomeOf(ask(pool, "b", cancellation));
  cancellation.cancel(new RangeError("late"));
  const third = ask(pool, "c");
  assert.equal(await second, "RangeError");
  await eventually("the first came", () => bench.came.length === 1, { pollMs: 1 });
  await bench.answer();
  await eventually("the third came", () => bench.came.length === 2, { pollMs: 1 });
  await bench.answer();
  assert.deepEqual([await first, await third], ["a", "c"]);
  assert.deepEqual([bench.came, bench.server.accepted], [["a", "c"], 1]);
});

Deno.test("a call that is cancelled just when its turn comes passes it on", async () => {
  await using bench = held();
  const pool = poolOf(bench.server, { connectionsMax: 1 });
  const cancellation = new Cancellation();
  const first = ask(pool, "a").then((text) => {
    cancellation.cancel(new RangeError("late"));
    return text;
  });
  const second = outcomeOf(ask(pool, "b", cancellation));
  const third = ask(pool, "c");
  for (const at of [0, 1]) {
    await eventually("the next came", () => bench.came.length > at, { pollMs: 1 });
    await bench.answer();
  }
  assert.equal(await first, "a");
  assert.equal(await second, "RangeError");
  // The second may have been sent already; its connection is gone then, and its place is not.
  if (bench.came.includes("b")) {
    await eventually("the third came", () => bench.came.includes("c"), { pollMs: 1 });
    await bench.answer();
  }
  assert.equal(await third, "c");
});

Deno.test("the place of a connection that breaks goes to the next call", async () => {
  let broken = 0;
  await using server = rawServer(async (connection) => {
    for (let request; (request = await connection.request()) !== null;) {
      if (bodyOf(request) === "break" && ++broken > 0) return connection.close();
      await connection.send(answerOf(bodyOf(request)));
    }
  });
  const pool = poolOf(server, { connectionsMax: 2 });
  const bodies = Array.from({ length: 40 }, (_, n) => n % 3 === 0 ? "break" : `${n}`);
  const outcomes = await Promise.all(bodies.map((body) => outcomeOf(ask(pool, body))));
  assert.deepEqual(outcomes, bodies.map((body) => body === "break" ? "MalformedAnswer" : "ok"));
  assert.deepEqual([broken, server.openMost <= 2], [14, true]);
});

Deno.test("a refused connection is told, and takes no place", async () => {
  const port = await freePort();
  const pool = poolOf({ port }, { connectionsMax: 2 });
  for (let round = 0; round < 3; round++) {
    const calls = Array.from({ length: 7 }, () => outcomeOf(ask(pool)));
    assert.deepEqual(new Set(await Promise.all(calls)), new Set(["NotSent"]));
  }
  await using server = rawServer(echo, { port });
  assert.equal(await ask(pool), "hi");
  assert.equal(server.accepted, 1);
});

async function freePort(): Promise<number> {
  await using server = rawServer(echo);
  return server.port;
}

Deno.test("a server that was restarted between two calls is found again", async () => {
  const port = await freePort();
  const pool = poolOf({ port });
  for (let restart = 0; restart < 5; restart++) {
    await using server = rawServer(echo, { port });
    const bodies = Array.from({ length: 4 }, (_, n) => `${n}`);
    assert.deepEqual(await Promise.all(bodies.map((body) => ask(pool, body))), bodies);
    assert.equal(server.accepted, 4);
    await server[Symbol.asyncDispose]();
    await untilHeard();
  }
});

Deno.test("an idle connection that the server closed is not used", async () => {
  let closeIdle = () => {};
  await using server = rawServer(async (connection) => {
    closeIdle = () => connection.close();
    await echo(connection);
  });
  const pool = poolOf(server);
  for (let call = 0; call < 10; call++) {
    assert.equal(await ask(pool), "hi");
    closeIdle();
    await untilHeard();
  }
  assert.equal(server.accepted, 10);
});

Deno.test("an idle connection on which the server speaks is not used", async () => {
  const stray = answerOf("stray");
  await using server = rawServer(async (connection) => {
    await connection.request();
    await connection.send(answerOf("hi"));
    await new Promise((resolve) => setTimeout(resolve, 2));
    await connection.send(stray);
  });
  const pool = poolOf(server);
  for (let call = 0; call < 3; call++) {
    assert.equal(await ask(pool), "hi");
    await allClosed(server);
  }
  assert.equal(server.accepted, 3);
});

Deno.test("a server that closes just as a request is sent ends that call, which is not repeated", async () => {
  let requests = 0;
  await using server = rawServer(async (connection) => {
    for (let call = 0; call < 2; call++) {
      await connection.request();
      requests++;
      if (call === 0) await connection.send(answerOf("hi"));
    }
    connection.close();
  });
  const pool = poolOf(server);
  assert.equal(await ask(pool), "hi");
  assert.equal(await outcomeOf(ask(pool)), "MalformedAnswer");
  assert.deepEqual([requests, server.accepted], [2, 1]);
  assert.equal(await ask(pool), "hi");
});

Deno.test("connections that nobody uses close after a while", async () => {
  await using server = rawServer(echo);
  const pool = poolOf(server, { idleMs: 60 });
  await Promise.all(["a", "b", "c", "d"].map((body) => ask(pool, body)));
  assert.equal(server.open, 4);
  const used = setInterval(() => void ask(pool), 10);
  await eventually("only the one in use is left", () => server.open === 1, { pollMs: 5 });
  clearInterval(used);
  await allClosed(server);
  assert.equal(server.accepted, 4);
  assert.equal(await ask(pool), "hi");
});

Deno.test("a call that is cancelled while it is carried out ends its connection", async () => {
  await using bench = held();
  const pool = poolOf(bench.server, { connectionsMax: 1 });
  const cancellation = new Cancellation();
  const first = outcomeOf(ask(pool, "a", cancellation));
  const second = ask(pool, "b");
  await eventually("the first came", () => bench.came.length === 1, { pollMs: 1 });
  cancellation.cancel(new RangeError("late"));
  assert.equal(await first, "RangeError");
  await eventually("the second came", () => bench.came.length === 2, { pollMs: 1 });
  await bench.answer();
  await bench.answer();
  assert.equal(await second, "b");
  assert.deepEqual([bench.server.accepted, bench.server.openMost <= 2], [2, true]);
});

Deno.test("a connection that comes too late for its call serves the next", async () => {
  await using server = rawServer(echo);
  const pool = poolOf(server, { connectionsMax: 1 });
  const cancellation = new Cancellation();
  const first = outcomeOf(ask(pool, "a", cancellation));
  const second = ask(pool, "b");
  cancellation.cancel(new RangeError("late"));
  assert.deepEqual([await first, await second], ["RangeError", "b"]);
  assert.equal(server.accepted, 1);
});

Deno.test("a call that was cancelled before takes nothing", async () => {
  await using server = rawServer(echo);
  const pool = poolOf(server, { connectionsMax: 1 });
  const cancellation = new Cancellation();
  cancellation.cancel(new RangeError("late"));
  assert.equal(await outcomeOf(ask(pool, "a", cancellation)), "RangeError");
  assert.equal(server.accepted, 0);
  assert.equal(await ask(pool, "b"), "b");
  assert.equal(await outcomeOf(ask(pool, "c", cancellation)), "RangeError");
  assert.equal(await ask(pool, "d"), "d");
  assert.equal(server.accepted, 1);
});

Deno.test("cancelling at any moment loses no place", async () => {
  await using server = rawServer(echo);
  const pool = poolOf(server, { connectionsMax: 3 });
  for (let round = 0; round < 40; round++) {
    const calls = Array.from({ length: 12 }, async (_, n) => {
      const cancellation = new Cancellation();
      const outcome = outcomeOf(ask(pool, `${n}`, cancellation));
      for (let step = 0; step < (n * round) % 17; step++) await Promise.resolve();
      if (n % 4 === 3) await untilHeard();
      if (n % 2 === 1) cancellation.cancel(new RangeError("late"));
      const told = await outcome;
      if (n % 2 === 0) assert.equal(told, "ok");
    });
    await Promise.all(calls);
  }
  assert.ok(server.openMost <= 3 + 3, `${server.openMost}`);
  await Promise.all(["a", "b", "c", "d", "e"].map((body) => ask(pool, body)));
  await eventually("no more than may be", () => server.open <= 3, { pollMs: 1 });
});
