/** Cache-aside for rows by id: Redis in front of a database, right with or without Redis. */
import type { Buffer } from "node:buffer";
import type { Redis } from "ioredis";
import type { Logger } from "../log.ts";
import { kindOf, rowBytes, rowValue, versionOf } from "./cached_value.ts";
import { createLoadGate, type LoadGate } from "./load_gate.ts";
import { noCounts, type RowCacheCounters } from "./row_cache_counters.ts";
import { createRowStore, type RowStore } from "./row_store.ts";

export interface RowCacheOptions<Id, Row> {
  readonly redis: Redis;
  readonly log: Logger;
  /** The prefix of the keys, such as `product:row`; change it when the encoding changes. */
  readonly name: string;
  /** How long a row is kept, in milliseconds; each by up to 5 % more or less. */
  readonly ttlMs: number;
  /**
   * Reads rows from the database: one query for all ids. A row that is not in the answer does not
   * exist. It runs for several callers at once, so it must not hang on one caller's deadline.
   */
  readonly load: (ids: readonly Id[]) => Promise<ReadonlyMap<Id, Row>>;
  readonly encode: (row: Row) => Uint8Array;
  /** May throw: the value is deleted then and the row is loaded. Must not keep the bytes. */
  readonly decode: (bytes: Uint8Array) => Row;
  /** Grows with each write of the row; 0 to int64's maximum. */
  readonly version: (row: Row) => bigint;
  /** Loads at once; 16. */
  readonly loadsInFlightMax?: number;
  /** Loads waiting for their turn, a second at most; 200. One more is refused. */
  readonly loadsWaitingMax?: number;
  /** How long a load may take before its callers get Unavailable, in milliseconds; 5,000. */
  readonly loadMaxMs?: number;
}

/**
 * Whoever reads after `invalidate()` has returned sees that write or a later one, in any process.
 * Redis may forget (a flush, an eviction, a restart) or be away: then an old row may be served for
 * as long as a load takes, or, if a load that began before the write fills an empty Redis, until
 * the row's time is up or the invalidation is repeated.
 */
export interface RowCache<Id, Row> {
  /**
   * The rows that exist, at most 1,000 ids at once (RangeError). Rows are shared between callers:
   * do not change them. Rejects as `load` does, or with Unavailable when too many loads wait.
   */
  getMany(ids: Iterable<Id>): Promise<Map<Id, Row>>;
  /**
   * Call it after the commit of an insert, an update or a delete, with the row's new version (for
   * a delete, one above the last). Until a row of that version is read, reads go to the database.
   * Rejects if Redis did not take it: repeat it then, it may be repeated at any time.
   */
  invalidate(id: Id, version: bigint): Promise<void>;
  readonly counters: Readonly<RowCacheCounters>;
}

const idsMax = 1_000;
const loadWaitMaxMs = 1_000;

/** One call of `load`, with all who wait for it. */
interface Flight<Id, Row> {
  readonly rows: Promise<ReadonlyMap<Id, Row>>;
  readonly startedMs: number;
}

/** The ids to load, each with the oldest version that will do, if a tombstone tells. */
type Missing<Id> = ReadonlyMap<Id, bigint | undefined>;

/** Creates a cache; it holds no resources of its own. */
export function createRowCache<Id extends string | number | bigint, Row>(
  options: RowCacheOptions<Id, Row>,
): RowCache<Id, Row> {
  return new RedisRowCache(options);
}

class RedisRowCache<Id extends string | number | bigint, Row> implements RowCache<Id, Row> {
  readonly counters: RowCacheCounters = noCounts();
  readonly #options: RowCacheOptions<Id, Row>;
  readonly #flights = new Map<Id, Flight<Id, Row>>();
  readonly #store: RowStore<Id>;
  readonly #gate: LoadGate;

  constructor(options: RowCacheOptions<Id, Row>) {
    this.#options = options;
    this.#store = createRowStore(options, this.counters);
    this.#gate = createLoadGate({
      name: options.name,
      inFlightMax: options.loadsInFlightMax ?? 16,
      waitingMax: options.loadsWaitingMax ?? 200,
      waitMaxMs: loadWaitMaxMs,
      workMaxMs: options.loadMaxMs ?? 5_000,
    });
  }

  async getMany(ids: Iterable<Id>): Promise<Map<Id, Row>> {
    const wanted = [...new Set(ids)];
    if (wanted.length > idsMax) throw new RangeError(`at most ${idsMax} ids at once`);
    const found = new Map<Id, Row>();
    if (wanted.length === 0) return found;
    const values = await this.#store.read(wanted);
    const missing = new Map<Id, bigint | undefined>();
    for (const [at, id] of wanted.entries()) {
      const value = values?.[at] ?? null;
      if (value !== null) this.#accept(id, value, found, missing);
      else missing.set(id, undefined);
    }
    if (values) this.counters.misses += missing.size;
    if (missing.size > 0) await this.#readLoaded(missing, found);
    return found;
  }

  invalidate(id: Id, version: bigint): Promise<void> {
    // A load on its way may have read the old row: whoever comes from now on starts another.
    this.#flights.delete(id);
    return this.#store.invalidate(id, version);
  }

  /** Sorts a value of Redis into `found` or `missing`, or into neither: there is no such row. */
  #accept(id: Id, value: Buffer, found: Map<Id, Row>, missing: Map<Id, bigint | undefined>): void {
    const kind = kindOf(value);
    if (kind === "absent") {
      this.counters.placeholders++;
    } else if (kind === "tombstone") {
      this.counters.tombstones++;
      missing.set(id, versionOf(value));
    } else if (kind === "broken" || !this.#decodeInto(found, id, value)) {
      this.#store.dropBroken(id, value);
      missing.set(id, undefined);
    }
  }

  #decodeInto(found: Map<Id, Row>, id: Id, value: Buffer): boolean {
    try {
      found.set(id, this.#options.decode(rowBytes(value)));
      this.counters.hits++;
      return true;
    } catch {
      return false;
    }
  }

  /** Joins the loads that are under way, starts one for the rest, and checks what was joined. */
  async #readLoaded(missing: Missing<Id>, found: Map<Id, Row>): Promise<void> {
    const joined = new Map<Id, Flight<Id, Row>>();
    const own: Id[] = [];
    for (const id of missing.keys()) {
      const flight = this.#flights.get(id);
      if (flight) joined.set(id, flight);
      else own.push(id);
    }
    this.counters.sharedFlights += joined.size;
    const started = own.length > 0 ? this.#takeOff(own) : undefined;
    const flights = new Set([...joined.values(), ...(started ? [started] : [])]);
    await Promise.all([...flights].map((flight) => flight.rows));
    if (started) await takeRows(started, own, found);
    for (const [id, flight] of joined) await takeRows(flight, [id], found);
    await this.#readDoubtful(missing, joined, found);
  }

  /**
   * A joined load may have begun before the write that left the tombstone. What it did not find, or
   * found too old, is loaded again; a load begun meanwhile will do, as it began after the tombstone
   * was seen.
   */
  async #readDoubtful(
    missing: Missing<Id>,
    joined: ReadonlyMap<Id, Flight<Id, Row>>,
    found: Map<Id, Row>,
  ): Promise<void> {
    const again = new Map<Id, undefined>();
    for (const [id, flight] of joined) {
      const versionMin = missing.get(id);
      const row = found.get(id);
      if (versionMin === undefined) continue;
      if (row !== undefined && this.#options.version(row) >= versionMin) continue;
      if (this.#flights.get(id) === flight) this.#flights.delete(id);
      found.delete(id);
      again.set(id, undefined);
    }
    if (again.size > 0) await this.#readLoaded(again, found);
  }

  #takeOff(ids: readonly Id[]): Flight<Id, Row> {
    const rows = this.#gate.run(() => this.#load(ids));
    const flight = { rows, startedMs: performance.now() };
    for (const id of ids) this.#flights.set(id, flight);
    this.#land(ids, flight);
    return flight;
  }

  /**
   * The flight stays until its fill is done: a caller whose read of Redis came before the fill has
   * its answer before the fill's, on the same connection, and so still finds the flight.
   */
  async #land(ids: readonly Id[], flight: Flight<Id, Row>): Promise<void> {
    try {
      await this.#fill(ids, await flight.rows, performance.now() - flight.startedMs);
    } catch {
      this.counters.loadErrors++;
    } finally {
      for (const id of ids) if (this.#flights.get(id) === flight) this.#flights.delete(id);
    }
  }

  #load(ids: readonly Id[]): Promise<ReadonlyMap<Id, Row>> {
    this.counters.loads++;
    return this.#options.load(ids);
  }

  /** A load that took long is answered but not kept: a tombstone set meanwhile may be gone. */
  async #fill(ids: readonly Id[], rows: ReadonlyMap<Id, Row>, ageMs: number): Promise<void> {
    const values = new Map<Id, Buffer | "absent">();
    for (const id of ids) {
      const value = this.#valueOf(rows.get(id));
      if (value !== undefined) values.set(id, value);
    }
    await this.#store.fill(values, ageMs);
  }

  /** Undefined for a row that cannot be kept: it is served all the same. */
  #valueOf(row: Row | undefined): Buffer | "absent" | undefined {
    if (row === undefined) return "absent";
    try {
      return rowValue(this.#options.version(row), this.#options.encode(row));
    } catch (error) {
      this.#options.log.error("a row cannot be cached", { cache: this.#options.name, error });
      return undefined;
    }
  }
}

/** Takes the rows of these ids out of a flight that has landed. */
async function takeRows<Id, Row>(
  flight: Flight<Id, Row>,
  ids: readonly Id[],
  found: Map<Id, Row>,
): Promise<void> {
  const rows = await flight.rows;
  for (const id of ids) {
    const row = rows.get(id);
    if (row !== undefined) found.set(id, row);
  }
}
