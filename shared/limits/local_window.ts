/** The sliding window in this process's memory. */
import { LRUCache } from "lru-cache";
import type { RateLimit } from "./rate_limit.ts";

/** Whether an attempt may be made, and how near the limit is. */
export interface Verdict {
  readonly allowed: boolean;
  /** How many were noted within the window, this one among them if it was allowed. */
  readonly count: number;
  /** In how many milliseconds the oldest of them leaves the window. */
  readonly resetMs: number;
}

export interface LocalWindows {
  /** Notes an attempt of that name if there is room. */
  take(key: string, limit: RateLimit, attempt: string): Verdict;
  /** Takes it back. */
  giveBack(key: string, attempt: string): void;
}

export interface LocalWindowsOptions {
  /** Keys that are remembered at most; the one that was used longest ago goes first. */
  readonly keysMax?: number;
  /** A monotonic clock in milliseconds. */
  readonly nowMs?: () => number;
}

/** Creates empty windows. */
export function createLocalWindows(options: LocalWindowsOptions = {}): LocalWindows {
  const { keysMax = 10_000, nowMs = () => performance.now() } = options;
  /** By key, the attempts and their times, oldest first. */
  const windows = new LRUCache<string, Map<string, number>>({ max: keysMax });
  return {
    take(key, { max, windowMs }, attempt) {
      const now = nowMs();
      const noted = windows.get(key) ?? new Map<string, number>();
      for (const [old, time] of noted) {
        if (time > now - windowMs) break;
        noted.delete(old);
      }
      const allowed = noted.size < max;
      if (allowed) noted.set(attempt, now);
      windows.set(key, noted);
      const [oldest = now] = noted.values();
      return { allowed, count: noted.size, resetMs: oldest + windowMs - now };
    },
    giveBack: (key, attempt) => void windows.get(key)?.delete(attempt),
  };
}
