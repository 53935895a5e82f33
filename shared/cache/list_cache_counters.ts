/** What a list cache counts, for metrics. */

/** What happened since the start, each counted per page unless it says otherwise. */
export interface ListCacheCounters {
  /** Answered by Redis. */
  hits: number;
  /** Redis did not have the list. */
  misses: number;
  /** Read from the database because they lie behind what is kept of their list. */
  sqlPages: number;
  /** Waited for another caller's load. */
  sharedFlights: number;
  /** Lists that were dropped because they were none of ours, or broken. */
  broken: number;
  /** Lists that were put into Redis after a load. */
  fills: number;
  /** Loaded lists that were not kept, because a change came in between. */
  fillsRefused: number;
  /** Changes that were not put because a newer one of the same row was there before. */
  oldPuts: number;
  /** Commands that failed. */
  redisErrors: number;
  /** Commands that were not sent because Redis failed just before. */
  redisSkips: number;
  /** Calls of `load`. */
  loads: number;
  /** Calls of `load` that failed, or were refused for want of room. */
  loadErrors: number;
}

/** Counters at zero. */
export function noListCounts(): ListCacheCounters {
  return {
    hits: 0,
    misses: 0,
    sqlPages: 0,
    sharedFlights: 0,
    broken: 0,
    fills: 0,
    fillsRefused: 0,
    oldPuts: 0,
    redisErrors: 0,
    redisSkips: 0,
    loads: 0,
    loadErrors: 0,
  };
}
