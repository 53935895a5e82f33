import assert from "node:assert/strict";
import { eventually } from "../../tests/support/eventually.ts";
import { createLogger } from "../log.ts";
import { closeRedis, openRedis, pingRedis } from "./connection.ts";
import { redisScript, runScript, runScripts } from "./script.ts";
import { startTestRedis } from "./test_server.ts";

const log = createLogger({ write: () => {} });
const count = redisScript("return redis.call('INCRBY', KEYS[1], ARGV[1])");

Deno.test("runScript() and runScripts() work on a server that has not seen the script", async () => {
  await using server = await startTestRedis();
  const redis = openRedis({ url: server.url, name: "test", log });
  await eventually("connected", () => pingRedis(redis));
  assert.equal(await runScript(redis, count, ["one"], [1]), 1);
  await redis.script("FLUSH");
  const runs = [1, 2, 3].map((by) => ({ keys: ["one"], values: [by] }));
  assert.deepEqual(await runScripts(redis, count, runs), [2, 4, 7]);
  assert.deepEqual(await runScripts(redis, count, runs), [8, 10, 13]);
  assert.deepEqual(await runScripts(redis, count, []), []);
  await closeRedis(redis);
});

Deno.test("runScripts() rejects if one run fails; the others are done", async () => {
  await using server = await startTestRedis();
  const redis = openRedis({ url: server.url, name: "test", log });
  await eventually("connected", () => pingRedis(redis));
  await redis.set("text", "not a number");
  const runs = ["text", "number"].map((key) => ({ keys: [key], values: [1] }));
  await assert.rejects(runScripts(redis, count, runs), /not an integer/);
  assert.equal(await redis.get("number"), "1");
  await closeRedis(redis);
});
