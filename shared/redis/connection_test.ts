import assert from "node:assert/strict";
import { eventually } from "../../tests/support/eventually.ts";
import { createLogger } from "../log.ts";
import { freePort } from "../nats/test_server.ts";
import { closeRedis, openRedis, pingRedis } from "./connection.ts";
import { startTestRedis } from "./test_server.ts";

const log = createLogger({ write: () => {} });

Deno.test("openRedis() fails commands at once while the server is away, and recovers", async () => {
  await using server = await startTestRedis();
  const redis = openRedis({ url: server.url, name: "test", log });
  await eventually("connected", () => pingRedis(redis));
  await server.stop();
  await eventually("lost", () => redis.status !== "ready");
  const startedMs = performance.now();
  await assert.rejects(redis.get("key"));
  assert.ok(performance.now() - startedMs < 100);
  assert.equal(await pingRedis(redis), false);
  await server.start();
  await eventually("connected again", () => pingRedis(redis));
  await closeRedis(redis);
});

Deno.test("openRedis() bounds commands while the server is frozen, and sends none twice", async () => {
  await using server = await startTestRedis();
  const redis = openRedis({ url: server.url, name: "test", log, commandTimeoutMs: 100 });
  await eventually("connected", () => pingRedis(redis));
  server.freeze();
  const startedMs = performance.now();
  const answers = await Promise.allSettled([redis.incr("n"), redis.mgetBuffer("a", "b")]);
  const tookMs = performance.now() - startedMs;
  assert.deepEqual(answers.map((answer) => answer.status), ["rejected", "rejected"]);
  assert.ok(tookMs < 300, `${tookMs} ms`);
  await eventually("the connection is given up", () => redis.status !== "ready");
  server.thaw();
  await eventually("connected again", () => pingRedis(redis));
  assert.ok(["0", "1", null].includes(await redis.get("n")));
  await closeRedis(redis);
});

Deno.test("closeRedis() ends in time when nobody is there", async () => {
  const url = `redis://127.0.0.1:${freePort()}`;
  const redis = openRedis({ url, name: "test", log });
  const startedMs = performance.now();
  await closeRedis(redis);
  assert.ok(performance.now() - startedMs < 1_500);
});

Deno.test("closeRedis() ends in time when the server is frozen", async () => {
  await using server = await startTestRedis();
  const redis = openRedis({ url: server.url, name: "test", log });
  await eventually("connected", () => pingRedis(redis));
  server.freeze();
  const startedMs = performance.now();
  await closeRedis(redis);
  assert.ok(performance.now() - startedMs < 2_000);
});
