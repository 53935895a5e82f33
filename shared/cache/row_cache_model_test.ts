import assert from "node:assert/strict";
import fc from "fast-check";
import type { Redis } from "ioredis";
import { eventually } from "../../tests/support/eventually.ts";
import { testServers } from "../../tests/support/servers.ts";
import { createLogger } from "../log.ts";
import { closeRedis, openRedis, pingRedis } from "../redis/connection.ts";
import { createRowCache, type RowCache } from "./row_cache.ts";

const log = createLogger({ write: () => {} });
const ids = [1, 2, 3] as const;

/** The truth: versions by id. Each write takes a new version, also a delete. */
interface Model {
  readonly rows: Map<number, bigint>;
  readonly written: Map<number, bigint>;
  version: bigint;
}

const step = fc.record({
  process: fc.nat({ max: 1 }),
  id: fc.constantFrom(...ids),
  kind: fc.constantFrom("read" as const, "read" as const, "write" as const, "delete" as const),
  startMs: fc.nat({ max: 12 }),
  queryMs: fc.nat({ max: 6 }),
});
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

function createProcess(
  redis: Redis,
  name: string,
  model: Model,
  delays: number[],
): RowCache<number, bigint> {
  return createRowCache<number, bigint>({
    redis,
    log,
    name,
    ttlMs: 60_000,
    load: async (wanted) => {
      const rows = new Map<number, bigint>();
      for (const id of wanted) {
        const version = model.rows.get(id);
        if (version !== undefined) rows.set(id, version);
      }
      await pause(delays.pop() ?? 0);
      return rows;
    },
    encode: (version) => new TextEncoder().encode(`${version}`),
    decode: (bytes) => BigInt(new TextDecoder().decode(bytes)),
    version: (version) => version,
  });
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

async function take(cache: RowCache<number, bigint>, model: Model, todo: Step): Promise<void> {
  await pause(todo.startMs);
  if (todo.kind === "read") {
    const writtenBefore = model.written.get(todo.id) ?? 0n;
    const read = (await cache.getMany([todo.id])).get(todo.id);
    assert.ok(read === undefined || read >= writtenBefore, "an old row after its invalidation");
    return;
  }
  const version = ++model.version;
  if (todo.kind === "write") model.rows.set(todo.id, version);
  else model.rows.delete(todo.id);
  await cache.invalidate(todo.id, version);
  const before = model.written.get(todo.id) ?? 0n;
  model.written.set(todo.id, before > version ? before : version);
}

Deno.test("two processes never read what was before a finished invalidation", async () => {
  const url = testServers().redisUrl;
  const connections = [0, 1].map(() =>
    openRedis({ url, name: "test", log, commandTimeoutMs: 5_000 })
  );
  for (const redis of connections) await eventually("redis", () => pingRedis(redis));
  const property = fc.asyncProperty(
    fc.array(step, { minLength: 1, maxLength: 25 }),
    async (steps) => {
      const model: Model = { rows: new Map(), written: new Map(), version: 0n };
      const name = `test:${crypto.randomUUID()}`;
      const delays = steps.map((todo) => todo.queryMs);
      const caches = connections.map((redis) => createProcess(redis, name, model, delays));
      await Promise.all(steps.map((todo) => {
        const cache = caches[todo.process];
        assert.ok(cache);
        return take(cache, model, todo);
      }));
      for (const cache of caches) assert.deepEqual(await cache.getMany(ids), new Map(truth(model)));
    },
  );
  try {
    await fc.assert(property, { numRuns: 150 });
  } finally {
    for (const redis of connections) await closeRedis(redis);
  }
});

function truth(model: Model): [number, bigint][] {
  return ids.flatMap((id) => {
    const version = model.rows.get(id);
    return version === undefined ? [] : [[id, version] as [number, bigint]];
  });
}
