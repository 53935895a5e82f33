/** What the hot answers count, for metrics. */

/** What happened since the start. */
export interface HotCounters {
  /** Readers who got a fresh answer, or the fresh news that there is none. */
  hits: number;
  /** Readers who got an answer that was being made anew. */
  stale_hits: number;
  /** Readers for whom an answer had to be made. */
  misses: number;
  /** Readers who waited for an answer that was being made for another. */
  shared_flights: number;
  /** Answers that got a second life because the services failed. */
  rescued: number;
  /** Answers that an event or a write made old. */
  invalidated: number;
  /** Requests that had the answer already: 304. */
  not_modified: number;
}

/** Counters at zero. */
export function noHotCounts(): HotCounters {
  return {
    hits: 0,
    stale_hits: 0,
    misses: 0,
    shared_flights: 0,
    rescued: 0,
    invalidated: 0,
    not_modified: 0,
  };
}
