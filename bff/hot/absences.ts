/** Remembers for a moment what does not exist: whoever tries ids shall not reach the services. */
import { Code, ConnectError } from "@connectrpc/connect";
import type { HotRead } from "./hot_read.ts";
import { createTaggedCache } from "./tagged_cache.ts";

export interface Absences {
  /** The error that said that there is no such thing, if that is still news. */
  get(key: string): ConnectError | undefined;
  /** Remembers the error if it says that. */
  keep(read: HotRead, error: unknown): void;
  drop(tags: readonly string[]): void;
  clear(): void;
}

interface Absence {
  readonly error: ConnectError;
  readonly tags: readonly string[];
  readonly byteLength: number;
  readonly untilMs: number;
}

const bounds = { entriesMax: 10_000, bytesMax: 16 * 1024 ** 2 };

/** Whether the error says that what was asked for does not exist. */
export function isAbsence(error: unknown): error is ConnectError {
  return error instanceof ConnectError && error.code === Code.NotFound;
}

/** Remembers each for `keepMs`. `now` is a monotonic clock in milliseconds. */
export function createAbsences(keepMs: number, now: () => number): Absences {
  const cache = createTaggedCache<Absence>(bounds);
  return {
    get(key) {
      const absence = cache.get(key);
      return absence !== undefined && now() < absence.untilMs ? absence.error : undefined;
    },
    keep({ key, absentTags: tags }, error) {
      if (tags === undefined || !isAbsence(error)) return;
      cache.set(key, { error, tags, byteLength: 0, untilMs: now() + keepMs });
    },
    drop: (tags) => void cache.drop(tags),
    clear: () => void cache.clear(),
  };
}
