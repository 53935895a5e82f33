import assert from "node:assert/strict";
import { eventually } from "../../tests/support/eventually.ts";
import { Refusal } from "../errors.ts";
import { createLogger } from "../log.ts";
import { connectNats } from "./connection.ts";
import { freePort, startTestNats } from "./test_server.ts";

const log = createLogger({ write: () => {} });

Deno.test("connectNats() starts without a server and connects when there is one", async () => {
  await using server = await startTestNats();
  await server.stop();
  await using nats = connectNats({ url: server.url, name: "test", log });
  assert.equal(nats.connected, false);
  assert.equal(nats.connection(), undefined);
  await server.start();
  const connection = await nats.ready;
  assert.equal(nats.connection(), connection);
  await connection.flush();
});

Deno.test("connectNats() tells listeners of each connect and reconnect", async () => {
  await using server = await startTestNats();
  await using nats = connectNats({ url: server.url, name: "test", log });
  let early = 0;
  nats.onConnect(() => {
    early++;
    throw new Error("a listener's trouble is its own");
  });
  await nats.ready;
  let late = 0;
  const leave = nats.onConnect(() => void late++);
  assert.deepEqual({ early, late }, { early: 1, late: 1 });
  await server.stop();
  await eventually("disconnect", () => !nats.connected);
  leave();
  await server.start();
  await eventually("reconnect", () => nats.connected);
  assert.deepEqual({ early, late }, { early: 2, late: 1 });
});

Deno.test("connectNats() keeps subscriptions over a reconnect", async () => {
  await using server = await startTestNats();
  await using nats = connectNats({ url: server.url, name: "test", log });
  const connection = await nats.ready;
  let heard = 0;
  connection.subscribe("greeting", { callback: () => heard++ });
  await server.stop();
  await eventually("disconnect", () => !nats.connected);
  await server.start();
  await eventually("reconnect", () => nats.connected);
  connection.publish("greeting");
  await eventually("the message", () => heard === 1);
});

Deno.test("Nats.close() before the first connection rejects ready and leaves nothing", async () => {
  const nats = connectNats({ url: `nats://127.0.0.1:${freePort()}`, name: "test", log });
  await nats.close();
  await assert.rejects(
    nats.ready,
    (error) => error instanceof Refusal && error.reason === "NATS_UNAVAILABLE",
  );
});

Deno.test("Nats.close() ends while the server is away", async () => {
  await using server = await startTestNats();
  const nats = connectNats({ url: server.url, name: "test", log });
  await nats.ready;
  await server.stop();
  await eventually("disconnect", () => !nats.connected);
  const startedMs = performance.now();
  await nats.close();
  assert.ok(performance.now() - startedMs < 3_000);
});

Deno.test("Nats.close() ends although the server is frozen", async () => {
  await using server = await startTestNats();
  const nats = connectNats({ url: server.url, name: "test", log });
  await nats.ready;
  server.freeze();
  const startedMs = performance.now();
  await nats.close();
  assert.ok(performance.now() - startedMs < 3_000);
});
