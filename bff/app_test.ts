import assert from "node:assert/strict";
import { createLogger } from "../shared/log.ts";
import { freePort } from "../shared/nats/test_server.ts";
import { eventually } from "../tests/support/eventually.ts";
import { processKeys } from "../tests/support/process_keys.ts";
import { testServers } from "../tests/support/servers.ts";
import { start } from "./app.ts";
import { readConfig } from "./config.ts";

async function get(url: string): Promise<[status: number, body: Record<string, unknown>]> {
  const response = await fetch(url);
  return [response.status, await response.json()];
}

Deno.test("start() is ready without the user service, and says so", async () => {
  const nowhere = `http://127.0.0.1:${freePort()}`;
  const config = readConfig(
    new Map([
      ...await processKeys("bff"),
      ["BFF_PORT", "0"],
      ["BIND", "127.0.0.1"],
      ["NATS_URL", testServers().natsUrl],
      ["STATIC_HOSTS", `order=${nowhere};product=${nowhere}`],
    ]),
  );
  await using bff = await start(config, createLogger({ write: () => {} }));
  const readiness = await eventually("nats is there", async () => {
    const [status, body] = await get(`${bff.url}/readyz`);
    return JSON.stringify(body["degraded"]).includes("nats") ? undefined : [status, body];
  });
  assert.deepEqual(readiness, [200, { status: "ready", missing: [], degraded: ["user"] }]);
  const [status, { reason, retryable }] = await get(`${bff.url}/v1/home/banner`);
  assert.deepEqual([status, reason, retryable], [503, "UNAVAILABLE", true]);
});
