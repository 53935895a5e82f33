/** The Redis half of a list cache: reads and fills that may fail, and puts that say so. */
import type { Redis } from "ioredis";
import type { Logger } from "../log.ts";
import type { Cursor, Position, SortDirection } from "../paging.ts";
import { runScript } from "../redis/script.ts";
import type { ListCacheCounters } from "./list_cache_counters.ts";
import { entriesOf, fits, padded, readEntries, seekOf } from "./list_entry.ts";
import { fillList, giveLeaseBack, putRow, seekList, takeLease } from "./list_scripts.ts";
import { createAskRedis, createRedisBreaker } from "./redis_breaker.ts";

/** A list among those of its group. */
export interface ListKey {
  /** What the lists that a row may be in have in common, such as a category; without braces. */
  readonly group: string;
  /** Small letters, digits and "_"; each name has one direction. */
  readonly name: string;
  /** "desc" by default. */
  readonly direction?: SortDirection;
}

/** Where a row stands after a change. */
export interface ListChange {
  /** 0 to int64's maximum. */
  readonly id: bigint;
  /** Grows with each change of the row, also with its deletion; 0 to int64's maximum. */
  readonly version: bigint;
  /**
   * The row's sort value in every list of the group that it is in, was in or may have been in, 100
   * at most; undefined where it is not. All at once: a change of one version is put once.
   */
  readonly values: Readonly<Record<string, bigint | undefined>>;
}

export interface ListStoreOptions {
  readonly redis: Redis;
  readonly log: Logger;
  /** The prefix of the keys. */
  readonly name: string;
  /** How long a list is kept after its fill or its last change, in milliseconds, before jitter. */
  readonly ttlMs: number;
  /** Rows kept of a list. */
  readonly keepMax: number;
  /** How long a lease stands, in milliseconds: longer than any load. */
  readonly leaseMs: number;
}

/** What Redis says of a page: its rows; that it lies beyond what is kept; or not even that. */
export type Sought =
  | { readonly kind: "page"; readonly rows: readonly Position<bigint>[] }
  | { readonly kind: "beyond" }
  | { readonly kind: "absent"; readonly lease: string }
  | { readonly kind: "away" };

export interface ListStore {
  /**
   * Up to `limit` rows after the cursor; fewer only at the end of the list. If there is neither the
   * list nor a lease, `token` becomes the lease.
   */
  seek(
    list: ListKey,
    after: Cursor<bigint> | undefined,
    limit: number,
    token?: string,
  ): Promise<Sought>;
  /** Tries to take the lease; undefined if Redis cannot tell. */
  lease(list: ListKey, token: string): Promise<"taken" | "held" | "present" | undefined>;
  giveLeaseBack(list: ListKey, token: string): Promise<void>;
  /** Keeps the first rows of a list, unless the lease has ended. One row more than is kept tells. */
  fill(list: ListKey, token: string, loaded: readonly Position<bigint>[]): Promise<void>;
  /** Rejects if Redis did not take it, and with RangeError for what no row or list can be. */
  put(group: string, change: ListChange): Promise<void>;
}

/** An empty list, like a row that is not there, is not believed for long. */
const emptyTtlMs = 60_000;
const listsMax = 100;
/** Versions in one of two generations: this many rows at least are remembered, and twice at most. */
const versionsMax = 10_000;

/** The key of a list. RangeError for a group or a name that would not do. */
export function listKey(prefix: string, { group, name }: ListKey): string {
  if (!/^[a-z0-9_]+$/.test(name)) throw new RangeError(`no name for a list: "${name}"`);
  return `${groupKey(prefix, group)}:${name}`;
}

function groupKey(prefix: string, group: string): string {
  if (!/^[^{}]+$/.test(group)) throw new RangeError(`no name for a group of lists: "${group}"`);
  return `${prefix}:{${group}}`;
}

/** Creates the store; it counts into `counters`. */
export function createListStore(options: ListStoreOptions, counters: ListCacheCounters): ListStore {
  const { redis, log, name: prefix, ttlMs, keepMax, leaseMs } = options;
  const ask = createAskRedis(createRedisBreaker({ failuresMax: 3, pauseMs: 1_000 }), counters);
  const shortMs = Math.min(ttlMs, emptyTtlMs);
  const growMax = keepMax + Math.max(1, Math.ceil(keepMax / 10));
  /** A prefix that removals have worn down to half is filled anew. */
  const keepMin = Math.ceil(keepMax / 2);

  /** The list and its lease. */
  function keysOf(list: ListKey): [string, string] {
    const key = listKey(prefix, list);
    return [key, `${key}:lease`];
  }

  async function seek(
    list: ListKey,
    after: Cursor<bigint> | undefined,
    limit: number,
    token = "",
  ): Promise<Sought> {
    const { direction = "desc" } = list;
    const { value, member } = seekOf(after, direction);
    const keys = keysOf(list);
    const reply = await ask(() =>
      runScript(redis, seekList, keys, [direction, limit, value, member, token, leaseMs])
    );
    if (!Array.isArray(reply)) return { kind: "away" };
    const [state, rest] = reply;
    if (state === "absent") return { kind: "absent", lease: String(rest) };
    const sought = state === "broken" ? undefined : readPage(rest, state, limit);
    return sought ?? await dropBroken(keys[0]);
  }

  async function dropBroken(key: string): Promise<Sought> {
    counters.broken++;
    log.warn("a broken cached list is dropped", { key });
    await ask(() => redis.del(key));
    return { kind: "absent", lease: "" };
  }

  async function lease(list: ListKey, token: string) {
    const answer = await ask(() => runScript(redis, takeLease, keysOf(list), [token, leaseMs]));
    return answer === "taken" || answer === "held" || answer === "present" ? answer : undefined;
  }

  async function fill(list: ListKey, token: string, loaded: readonly Position<bigint>[]) {
    const kept = loaded.slice(0, keepMax);
    // A list with a value that no score holds is kept as one of which nothing is kept.
    const rows = kept.every(fits) ? kept : [];
    const mark = loaded.length === rows.length ? "complete" : "prefix";
    const entries = entriesOf(rows, mark, list.direction ?? "desc");
    const keepMs = jittered(rows.length === 0 ? shortMs : ttlMs);
    const filled = await ask(() => {
      return runScript(redis, fillList, keysOf(list), [token, keepMs, ...entries]);
    });
    if (filled === 1) counters.fills++;
    if (filled === 0) counters.fillsRefused++;
  }

  async function put(group: string, { id, version, values }: ListChange): Promise<void> {
    const changes = Object.entries(values);
    if (changes.length > listsMax) throw new RangeError(`at most ${listsMax} lists in a change`);
    const versions = `${groupKey(prefix, group)}::versions`;
    const keys = [versions, `${versions}:old`];
    for (const [name] of changes) keys.push(...keysOf({ group, name }));
    const scores = changes.map(([, value]) => scoreArgument(id, value));
    const done = await runScript(redis, putRow, keys, [
      ...[padded("an id", id), padded("a version", version)],
      ...[jittered(ttlMs), jittered(shortMs), 2 * ttlMs],
      ...[versionsMax, keepMax, growMax, keepMin],
      ...scores,
    ]);
    if (done === 0) counters.oldPuts++;
  }
  return {
    seek,
    lease,
    async giveLeaseBack(list, token) {
      const [, key] = keysOf(list);
      await ask(() => runScript(redis, giveLeaseBack, [key], [token]));
    },
    fill,
    put,
  };
}

/** The rows of a reply; "beyond" if there may be more than it has; undefined if it is broken. */
function readPage(reply: unknown, mark: string, limit: number): Sought | undefined {
  if (!Array.isArray(reply)) return undefined;
  const atEnd = reply.at(-2) === mark;
  const rows = readEntries(atEnd ? reply.slice(0, -2) : reply);
  if (rows === undefined) return undefined;
  if (rows.length === limit || (atEnd && mark === "complete")) return { kind: "page", rows };
  return { kind: "beyond" };
}

function scoreArgument(id: bigint, value: bigint | undefined): string {
  if (value === undefined) return "gone";
  return fits({ value, id }) ? String(value) : "unfit";
}

function jittered(ms: number): number {
  return Math.round(ms * (0.95 + Math.random() * 0.1));
}
