import assert from "node:assert/strict";
import { eventually } from "../../tests/support/eventually.ts";
import { createLogger } from "../log.ts";
import { closeRedis, openRedis, pingRedis } from "./connection.ts";
import { redisScript, runScript } from "./script.ts";
import { startTestRedis } from "./test_server.ts";

const log = createLogger({ write: () => {} });
const count = redisScript("return redis.call('INCRBY', KEYS[1], ARGV[1])");

Deno.test("runScript() works on a server that has not seen the script", async () => {
  await using server = await startTestRedis();
  const redis = openRedis({ url: server.url, name: "test", log });
  await eventually("connected", () => pingRedis(redis));
  assert.equal(await runScript(redis, count, ["one"], [1]), 1);
  assert.equal(await runScript(redis, count, ["one"], [2]), 3);
  await redis.script("FLUSH");
  assert.equal(await runScript(redis, count, ["one"], [3]), 6);
  await redis.set("text", "not a number");
  await assert.rejects(runScript(redis, count, ["text"], [1]), /not an integer/);
  await closeRedis(redis);
});
