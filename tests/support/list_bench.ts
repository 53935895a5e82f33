/** For tests of the list cache: a table in memory, and a cache of a random name before it. */
import type { Redis } from "ioredis";
import { eventually } from "./eventually.ts";
import { testServers } from "./servers.ts";
import { createLogger } from "../../shared/log.ts";
import {
  comparePositions,
  type Cursor,
  isAfter,
  type Page,
  type Position,
} from "../../shared/paging.ts";
import { closeRedis, openRedis, pingRedis } from "../../shared/redis/connection.ts";
import {
  createListCache,
  type ListCache,
  type ListCacheOptions,
  type ListKey,
} from "../../shared/cache/list_cache.ts";

type After = Cursor<bigint> | undefined;
type Load = ListCacheOptions<ListKey>["load"];

export interface ListBench extends AsyncDisposable {
  readonly redis: Redis;
  readonly name: string;
  /** Sort values by id. */
  readonly table: Map<bigint, bigint>;
  /** The limit of each load, in their order. */
  readonly loads: number[];
  readonly cache: ListCache<ListKey>;
  /** Another process on the same Redis and, unless overridden, the same table. */
  another(overrides?: Partial<ListCacheOptions<ListKey>>): ListCache<ListKey>;
  /** What Redis keeps of a list: members by rising score, with the mark. */
  kept(list: ListKey): Promise<string[]>;
  keyOf(list: ListKey): string;
}

/** The list of most tests. */
export const newest = { group: "7", name: "new" } as const satisfies ListKey;

/** On a server of a test's own, which stops it, commands have their usual limit. */
export async function openListBench(
  overrides: Partial<ListCacheOptions<ListKey>> = {},
  ownUrl?: string,
): Promise<ListBench> {
  const log = createLogger({ write: () => {} });
  const redis = ownUrl === undefined
    ? openRedis({ url: testServers().redisUrl, name: "test", log, commandTimeoutMs: 5_000 })
    : openRedis({ url: ownUrl, name: "test", log });
  await eventually("redis", () => pingRedis(redis));
  const name = `test:${crypto.randomUUID()}`;
  const table = new Map<bigint, bigint>();
  const loads: number[] = [];
  const load: Load = (list, after, limit) => {
    loads.push(limit);
    return Promise.resolve(queryTable(table, list, after, limit));
  };
  const options = { redis, log, name, ttlMs: 60_000, keepMax: 10, load, ...overrides };
  const keyOf = (list: ListKey) => `${name}:{${list.group}}:${list.name}`;
  return {
    redis,
    name,
    table,
    loads,
    cache: createListCache(options),
    another: (others = {}) => createListCache({ ...options, ...others }),
    kept: (list) => redis.zrange(keyOf(list), "0", "-1"),
    keyOf,
    [Symbol.asyncDispose]: () => closeRedis(redis),
  };
}

/** What the SQL of shared/paging.ts does. */
export function queryTable(
  table: ReadonlyMap<bigint, bigint>,
  { direction = "desc" }: ListKey,
  after: After,
  limit: number,
): Position<bigint>[] {
  return [...table].map(([id, value]) => ({ id, value }))
    .filter((row) => isAfter(row, after, direction))
    .sort((one, other) => comparePositions(one, other, direction))
    .slice(0, limit);
}

/** All pages after the cursor, each one following the last row of the one before. */
export async function walkPages(
  page: (after: After) => Promise<Page<Position<bigint>, bigint>>,
  { pagesMax, between = () => {} }: { pagesMax: number; between?: () => unknown },
): Promise<Position<bigint>[]> {
  const seen: Position<bigint>[] = [];
  let after: After;
  for (let pages = 0; pages < pagesMax; pages++) {
    const { items, isEnd, last } = await page(after);
    seen.push(...items);
    if (isEnd || last === undefined) return seen;
    after = { value: last.value, lastId: last.id };
    await between();
  }
  throw new Error("the walk does not end");
}

/** The member of an id. */
export function member(id: number | bigint): string {
  return String(id).padStart(19, "0");
}
