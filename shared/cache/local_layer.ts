/** A layer in this process's memory in front of a row cache: no network, no decoding. */
import { LRUCache } from "lru-cache";
import type { RowCache } from "./row_cache.ts";

export interface LocalLayerOptions {
  /** Rows kept at most; the longest unused one goes first. */
  readonly max: number;
  /** How old a row may get, in milliseconds: what another instance wrote shows within this. */
  readonly ttlMs: number;
}

/** Counts rows that were answered from memory. */
export interface LocalLayerCounters {
  localHits: number;
}

export type LocalRows<Id, Row> = RowCache<Id, Row> & {
  readonly localCounters: Readonly<LocalLayerCounters>;
};

/**
 * Keeps rows of `cache` for `ttlMs`. An invalidation here is seen here at once and elsewhere within
 * `ttlMs`. Rows that do not exist are not remembered.
 */
export function withLocalLayer<Id extends string | number | bigint, Row extends object>(
  cache: RowCache<Id, Row>,
  options: LocalLayerOptions,
): LocalRows<Id, Row> {
  const local = new LRUCache<Id, Row>({ max: options.max, ttl: options.ttlMs });
  const localCounters: LocalLayerCounters = { localHits: 0 };
  /** Grows with each invalidation, so that a read which began before it is not remembered. */
  let generation = 0;

  async function getMany(ids: Iterable<Id>): Promise<Map<Id, Row>> {
    const found = new Map<Id, Row>();
    const missing: Id[] = [];
    for (const id of ids) {
      const row = local.get(id);
      if (row === undefined) missing.push(id);
      else found.set(id, row);
    }
    localCounters.localHits += found.size;
    if (missing.length === 0) return found;
    const begun = generation;
    for (const [id, row] of await cache.getMany(missing)) {
      found.set(id, row);
      if (begun === generation) local.set(id, row);
    }
    return found;
  }
  return {
    getMany,
    async invalidate(id, version) {
      generation++;
      local.delete(id);
      await cache.invalidate(id, version);
      local.delete(id);
    },
    counters: cache.counters,
    localCounters,
  };
}
