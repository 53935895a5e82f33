import { deepStrictEqual } from "node:assert/strict";
import { createLogger } from "../shared/log.ts";
import { planServers } from "./mall_servers.ts";
import { createScreen } from "./screen.ts";
import { openState } from "./state.ts";

Deno.test("planServers() starts only what the environment does not name", async () => {
  const root = await Deno.makeTempDir();
  try {
    using state = await openState(root);
    const context = {
      state,
      screen: createScreen({ isTerminal: false, colour: false, write: () => {} }),
      log: createLogger({ write: () => {} }),
    };
    const given = {
      postgres: "postgres://me:secret@db.example:5432/postgres",
      nats: "nats://nats.example:4222",
      redis: "redis://redis.example:6379",
    };
    const env = new Map(
      Object.entries(given).map(([name, url]) => [`MALL_${name.toUpperCase()}_URL`, url]),
    );
    const all = await planServers({ ...context, env });
    deepStrictEqual(all, { plans: [], urls: given });

    env.delete("MALL_REDIS_URL");
    const some = await planServers({ ...context, env });
    const { redis } = some.urls;
    deepStrictEqual(
      [some.plans.map(({ name, url }) => ({ name, url })), some.urls],
      [[{ name: "redis", url: redis }], { ...given, redis }],
    );
  } finally {
    await Deno.remove(root, { recursive: true });
  }
});
