/** The first pages of long lists in Redis: right with or without Redis, and without a seam to SQL. */
import { setTimeout as pause } from "node:timers/promises";
import type { Redis } from "ioredis";
import type { Logger } from "../log.ts";
import { type Cursor, cutPage, isAfter, type Page, type Position } from "../paging.ts";
import { createFlights, type Flight, type Flights } from "./flights.ts";
import { type ListCacheCounters, noListCounts } from "./list_cache_counters.ts";
import { createListEnds, type ListEnds } from "./list_ends.ts";
import {
  createListStore,
  type ListChange,
  type ListKey,
  listKey,
  type ListStore,
  type Sought,
} from "./list_store.ts";
import { createLoadGate, type LoadGate } from "./load_gate.ts";

export type { ListChange, ListKey };

type Positions = readonly Position<bigint>[];
type After = Cursor<bigint> | undefined;

export interface ListCacheOptions<L extends ListKey> {
  readonly redis: Redis;
  readonly log: Logger;
  /** The prefix of the keys, such as `product:list`; change it when the meaning of a list does. */
  readonly name: string;
  /** How long a list is kept after its fill or its last change, in milliseconds; ±5 %. */
  readonly ttlMs: number;
  /** Rows kept of each list, up to a tenth more; 1,000, and 10,000 at most. */
  readonly keepMax?: number;
  /**
   * Reads up to `limit` positions after the cursor, in the list's order, from a database that shows
   * what is committed. It runs for several callers at once, so it must not hang on one's deadline.
   */
  readonly load: (list: L, after: After, limit: number) => Promise<Positions>;
  /** Loads at once; 16. */
  readonly loadsInFlightMax?: number;
  /** Loads waiting for their turn, a second at most; 200. One more is refused. */
  readonly loadsWaitingMax?: number;
  /** How long a load may take before its callers get Unavailable, in milliseconds; 5,000. */
  readonly loadMaxMs?: number;
}

/**
 * Whoever reads after `put()` has returned sees that change or a later one, in any process. Redis
 * may forget (a flush, an eviction, a restart): lists are read anew then, but versions are gone, so
 * an old change that is put late shows until the next one of its row. While Redis is away, a page
 * may be as old as a load takes.
 */
export interface ListCache<L extends ListKey> {
  /**
   * `ps` rows (1 to 1,000, else RangeError) after the cursor, fewer only at the end. Rejects as
   * `load` does, or with Unavailable when too many loads wait. Never rejects because of Redis.
   */
  page(list: L, after: After, ps: number): Promise<Page<Position<bigint>, bigint>>;
  /**
   * Call it after the commit of a change, with where the row now stands in each list of the group.
   * Changes of a row may come in any order; the highest version stays. Rejects if Redis did not
   * take it: repeat it then, it may be repeated at any time.
   */
  put(group: string, change: ListChange): Promise<void>;
  readonly counters: Readonly<ListCacheCounters>;
}

/** A page that is asked for, and when by the clock of the flights. */
interface Ask<L> {
  readonly list: L;
  readonly after: After;
  readonly ps: number;
  readonly since: number;
}

const keepMaxDefault = 1_000;
const keepMaxLimit = 10_000;
const psMax = 1_000;
const loadWaitMaxMs = 1_000;
const loadMaxMsDefault = 5_000;
/** Beyond the longest load: for the commands before and after it. */
const leaseExtraMs = 1_000;
/** While another process fills a list, one look at a time in this one, for 100 ms at most. */
const looksMax = 5;
const lookEveryMs = 20;

/** Creates a cache; it holds no resources of its own. RangeError for a `keepMax` out of range. */
export function createListCache<L extends ListKey>(options: ListCacheOptions<L>): ListCache<L> {
  return new RedisListCache(options);
}

class RedisListCache<L extends ListKey> implements ListCache<L> {
  readonly counters: ListCacheCounters = noListCounts();
  readonly #options: ListCacheOptions<L>;
  readonly #keepMax: number;
  readonly #store: ListStore;
  readonly #gate: LoadGate;
  readonly #ends: ListEnds = createListEnds();
  /** Loads of a list's first rows (undefined: Redis should have them by now) and of single pages. */
  readonly #flights: Flights<Positions | undefined> = createFlights();

  constructor(options: ListCacheOptions<L>) {
    const { keepMax = keepMaxDefault, loadMaxMs = loadMaxMsDefault } = options;
    checkWhole("keepMax", keepMax, keepMaxLimit);
    this.#options = options;
    this.#keepMax = keepMax;
    const leaseMs = loadWaitMaxMs + loadMaxMs + leaseExtraMs;
    this.#store = createListStore({ ...options, keepMax, leaseMs }, this.counters);
    this.#gate = createLoadGate({
      name: options.name,
      inFlightMax: options.loadsInFlightMax ?? 16,
      waitingMax: options.loadsWaitingMax ?? 200,
      waitMaxMs: loadWaitMaxMs,
      workMaxMs: loadMaxMs,
    });
  }

  async page(list: L, after: After, ps: number): Promise<Page<Position<bigint>, bigint>> {
    checkWhole("ps", ps, psMax);
    const ask = { list, after, ps, since: this.#flights.tick() };
    const rows = await this.#rows(ask);
    return cutPage(rows, ps, (row) => row);
  }

  put(group: string, change: ListChange): Promise<void> {
    return this.#store.put(group, change);
  }

  /** Up to `ps + 1` rows. */
  async #rows(ask: Ask<L>): Promise<Positions> {
    const token = crypto.randomUUID();
    const sought = await this.#seek(ask, token);
    if (sought.kind !== "absent") return await this.#rowsOf(sought, ask);
    this.counters.misses++;
    const first = await this.#firstRows(ask, sought.lease, token);
    if (first === undefined) return await this.#rowsOf(await this.#seek(ask), ask);
    const rows = this.#rowsWithin(first, ask);
    return await this.#rowsOf(rows ? { kind: "page", rows } : { kind: "beyond" }, ask);
  }

  async #seek({ list, after, ps }: Ask<L>, token?: string): Promise<Sought> {
    const key = listKey(this.#options.name, list);
    if (this.#ends.covers(key, after, list.direction)) return { kind: "beyond" };
    const sought = await this.#store.seek(list, after, ps + 1, token);
    if (sought.kind === "page") this.counters.hits++;
    if (sought.kind === "beyond") this.#ends.note(key, after, list.direction);
    return sought;
  }

  /**
   * What Redis had, or the page alone from the database; that leaves the kept rows as they are.
   * While Redis is away, a load that is under way will do: there may be many who ask for the same.
   */
  #rowsOf(sought: Sought, ask: Ask<L>): Promise<Positions> {
    if (sought.kind === "page") return Promise.resolve(sought.rows);
    if (sought.kind === "beyond") this.counters.sqlPages++;
    return this.#onePage(sought.kind === "away" ? { ...ask, since: 0 } : ask);
  }

  /** The page's rows among the first of the list; undefined if it goes on behind them. */
  #rowsWithin(first: Positions, { list, after, ps }: Ask<L>): Positions | undefined {
    const from = first.findIndex((row) => isAfter(row, after, list.direction));
    const rows = from < 0 ? [] : first.slice(from, from + ps + 1);
    return rows.length > ps || first.length <= this.#keepMax ? rows : undefined;
  }

  async #onePage({ list, after, ps, since }: Ask<L>): Promise<Positions> {
    const key = [listKey("page", list), after?.value, after?.lastId, ps].join(" ");
    const joined = this.#join(key, since);
    const rows = await (joined ?? this.#flights.start(key, (flight) => {
      return this.#load(flight, list, after, ps + 1);
    }));
    return rows ?? [];
  }

  /**
   * The first rows of a list that Redis does not have, one row more than it keeps: they fill it, if
   * no change comes in between. A flight whose lease still stands has missed no change; when the
   * lease is the asker's own, there is no such flight.
   */
  #firstRows(
    { list, since }: Ask<L>,
    lease: string,
    token: string,
  ): Promise<Positions | undefined> {
    const key = listKey("first", list);
    const own = lease === token;
    const joined = own ? undefined : this.#join(key, since, lease || undefined);
    if (joined) return joined;
    return this.#flights.start(
      key,
      (flight) => this.#loadFirst(flight, list, { token, own }),
      async (rows) => {
        if (rows) await this.#store.fill(list, token, rows);
      },
    );
  }

  async #loadFirst(
    flight: Flight,
    list: L,
    { token, own }: { token: string; own: boolean },
  ): Promise<Positions | undefined> {
    if (!own && !await this.#takeLease(list, token)) return undefined;
    flight.proof = token;
    try {
      return await this.#load(flight, list, undefined, this.#keepMax + 1);
    } catch (error) {
      await this.#store.giveLeaseBack(list, token);
      throw error;
    }
  }

  /**
   * Whether this process may fill the list. Another one that does so is given the time of a few
   * loads; if it is slower, or has died, each page is read alone, which is cheap, until its lease
   * has ended.
   */
  async #takeLease(list: L, token: string): Promise<boolean> {
    for (let look = 0; look < looksMax; look++) {
      const answer = await this.#store.lease(list, token);
      if (answer !== "held") return answer === "taken";
      await pause(lookEveryMs);
    }
    return false;
  }

  #join(key: string, since: number, proof?: string): Promise<Positions | undefined> | undefined {
    const joined = this.#flights.join(key, since, proof);
    if (joined) this.counters.sharedFlights++;
    return joined;
  }

  async #load(flight: Flight, list: L, after: After, limit: number): Promise<Positions> {
    try {
      return await this.#gate.run(() => {
        flight.begins();
        this.counters.loads++;
        return this.#options.load(list, after, limit);
      });
    } catch (error) {
      this.counters.loadErrors++;
      throw error;
    }
  }
}

function checkWhole(name: string, value: number, max: number): void {
  if (Number.isInteger(value) && value >= 1 && value <= max) return;
  throw new RangeError(`${name} must be a whole number from 1 to ${max}, not ${value}`);
}
