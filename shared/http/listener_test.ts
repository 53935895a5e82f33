import assert from "node:assert/strict";
import { createLogger } from "../log.ts";
import { listen } from "./listener.ts";

const lines: string[] = [];
const log = createLogger({ write: (line) => lines.push(line) });
const local = { port: 0, hostname: "127.0.0.1", log };

async function send(port: number, text: string): Promise<Deno.TcpConn> {
  const connection = await Deno.connect({ hostname: "127.0.0.1", port });
  await connection.write(new TextEncoder().encode(text));
  return connection;
}

async function elapsedMs(work: PromiseLike<unknown>): Promise<number> {
  const startedMs = performance.now();
  await work;
  return performance.now() - startedMs;
}

Deno.test("listen() answers a mistake of the handler with a bare 500 and logs it", async () => {
  await using listener = listen(() => Promise.reject(new Error("secret")), local);
  const response = await fetch(`http://127.0.0.1:${listener.port}`);
  assert.deepEqual([response.status, await response.text()], [500, ""]);
  assert.match(lines.at(-1) ?? "", /answer failed.*secret/);
});

Deno.test("listen() throws when the port is taken", () => {
  using taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = taken.addr;
  assert.throws(() => listen(() => new Response(), { ...local, port }), Deno.errors.AddrInUse);
});

Deno.test("disposing a listener lets requests in flight end, and takes no new ones", async () => {
  const gate = Promise.withResolvers<Response>();
  const entered = Promise.withResolvers<void>();
  const listener = listen(() => {
    entered.resolve();
    return gate.promise;
  }, local);
  const inFlight = fetch(`http://127.0.0.1:${listener.port}`);
  await entered.promise;
  const closing = listener[Symbol.asyncDispose]();
  await assert.rejects(Deno.connect({ hostname: "127.0.0.1", port: listener.port }));
  gate.resolve(new Response("done"));
  assert.equal(await (await inFlight).text(), "done");
  assert.ok(await elapsedMs(closing) < 1_000);
});

Deno.test("disposing a listener does not wait for idle and half-open clients", async () => {
  const listener = listen(() => new Response("ok"), local);
  await (await fetch(`http://127.0.0.1:${listener.port}`)).text();
  using _idle = await send(listener.port, "");
  using _half = await send(listener.port, "GET / HTTP/1.1\r\nho");
  assert.ok(await elapsedMs(listener[Symbol.asyncDispose]()) < 1_000);
});

Deno.test("disposing a listener answers what hangs with 503 after its limit", async () => {
  const entered = Promise.withResolvers<void>();
  const listener = listen(() => {
    entered.resolve();
    return new Promise(() => {});
  }, { ...local, drainMs: 80 });
  const hanging = fetch(`http://127.0.0.1:${listener.port}`);
  await entered.promise;
  const tookMs = await elapsedMs(listener[Symbol.asyncDispose]());
  const response = await hanging;
  assert.deepEqual([response.status, await response.text()], [503, ""]);
  assert.ok(tookMs >= 60 && tookMs < 1_000, `${tookMs} ms`);
});

Deno.test("disposing a listener twice is one closing", async () => {
  const listener = listen(() => new Response(), local);
  await Promise.all([listener[Symbol.asyncDispose](), listener[Symbol.asyncDispose]()]);
});
