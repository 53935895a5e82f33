/** What a row cache counts, for metrics. */

/** What happened since the start, each counted per id unless it says otherwise. */
export interface RowCacheCounters {
  hits: number;
  /** Had to be loaded: Redis had nothing, a tombstone, or something broken. */
  misses: number;
  /** Answered "no such row" by Redis. */
  placeholders: number;
  /** Found the mark of a recent write. */
  tombstones: number;
  broken: number;
  /** Waited for another caller's load. */
  sharedFlights: number;
  fillsRefused: number;
  /** Commands that failed. */
  redisErrors: number;
  /** Calls that did not ask Redis because it failed just before. */
  redisSkips: number;
  /** Calls of `load`. */
  loads: number;
  /** Calls of `load` that failed, or were refused for want of room. */
  loadErrors: number;
}

/** Counters at zero. */
export function noCounts(): RowCacheCounters {
  return {
    hits: 0,
    misses: 0,
    placeholders: 0,
    tombstones: 0,
    broken: 0,
    sharedFlights: 0,
    fillsRefused: 0,
    redisErrors: 0,
    redisSkips: 0,
    loads: 0,
    loadErrors: 0,
  };
}
