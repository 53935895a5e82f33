/** The Redis half of a row cache: reads and fills that may fail, and writes that say so. */
import type { Buffer } from "node:buffer";
import type { Redis } from "ioredis";
import type { Logger } from "../log.ts";
import { runScript } from "../redis/script.ts";
import { absentValue, deleteIfSame, keepUnlessNewer, tombstoneValue } from "./cached_value.ts";
import { createAskRedis, createRedisBreaker } from "./redis_breaker.ts";
import type { RowCacheCounters } from "./row_cache_counters.ts";

export interface RowStoreOptions {
  readonly redis: Redis;
  readonly log: Logger;
  /** The prefix of the keys. */
  readonly name: string;
  /** How long a row is kept, in milliseconds, before jitter. */
  readonly ttlMs: number;
}

export interface RowStore<Id> {
  /** The values of the ids, in their order; undefined if Redis cannot tell. */
  read(ids: readonly Id[]): Promise<readonly (Buffer | null)[] | undefined>;
  /** Keeps what a load answered `ageMs` after its start, where nothing newer is there. */
  fill(values: ReadonlyMap<Id, Buffer | "absent">, ageMs: number): Promise<void>;
  /** Leaves a tombstone. Rejects if Redis did not take it. */
  invalidate(id: Id, version: bigint): Promise<void>;
  /** Deletes a value in the background, unless it was replaced meanwhile. */
  dropBroken(id: Id, value: Buffer): void;
}

const placeholderTtlMs = 60_000;
/** A tombstone outlives every load that may have read what was before the write. */
const tombstoneTtlMs = 30_000;
const fillAgeMaxMs = tombstoneTtlMs / 2;
/** Values that one script keeps: Redis serves nobody else meanwhile. */
const valuesOfScriptMax = 100;

/** A value to be kept. */
interface Keeping {
  readonly key: string;
  readonly value: Buffer;
  readonly forMs: number;
}

/** Creates the store; it counts into `counters`. */
export function createRowStore<Id extends string | number | bigint>(
  { redis, log, name, ttlMs }: RowStoreOptions,
  counters: RowCacheCounters,
): RowStore<Id> {
  /** In a cluster a script may not touch keys of several slots. */
  const batchMax = redis.isCluster ? 1 : valuesOfScriptMax;
  const ask = createAskRedis(createRedisBreaker({ failuresMax: 3, pauseMs: 1_000 }), counters);

  /** Each row has its own hash tag: rows spread over a cluster. */
  function keyOf(id: Id): string {
    return `${name}:{${id}}`;
  }

  /**
   * One MGET, a third of the cost of single GETs. For Redis Cluster, where it may not span slots,
   * it becomes a GET each, which auto-pipelining sends as one batch to each node.
   */
  function read(ids: readonly Id[]): Promise<(Buffer | null)[] | undefined> {
    return ask(() => redis.mgetBuffer(ids.map(keyOf)));
  }

  async function fill(
    values: ReadonlyMap<Id, Buffer | "absent">,
    ageMs: number,
  ): Promise<void> {
    if (values.size === 0 || ageMs > fillAgeMaxMs) return;
    const keepings = [...values].map(([id, value]) => {
      return value === "absent"
        ? keeping(id, absentValue(), placeholderTtlMs)
        : keeping(id, value, ttlMs);
    });
    const batches = Array.from({ length: Math.ceil(keepings.length / batchMax) }, (_, at) => {
      return keepings.slice(at * batchMax, (at + 1) * batchMax);
    });
    const kept = await ask(() => Promise.all(batches.map(keep)));
    counters.fillsRefused += kept?.flat().filter((answer) => answer !== 1).length ?? 0;
  }

  function keeping(id: Id, value: Buffer, forMs: number): Keeping {
    return { key: keyOf(id), value, forMs: Math.round(forMs * (0.95 + Math.random() * 0.1)) };
  }

  function keep(keepings: readonly Keeping[]): Promise<unknown> {
    const keys = keepings.map(({ key }) => key);
    const values = keepings.flatMap(({ value, forMs }) => [value, forMs]);
    return runScript(redis, keepUnlessNewer, keys, values);
  }

  async function invalidate(id: Id, version: bigint): Promise<void> {
    await keep([keeping(id, tombstoneValue(version), tombstoneTtlMs)]);
  }

  function dropBroken(id: Id, value: Buffer): void {
    counters.broken++;
    log.warn("a broken cached row is dropped", { key: keyOf(id) });
    ask(() => runScript(redis, deleteIfSame, [keyOf(id)], [value]));
  }
  return { read, fill, invalidate, dropBroken };
}
