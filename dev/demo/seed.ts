/** Loads the demo data that `deno task dev` and `deno task seed` offer. */
import type { Logger } from "../../shared/log.ts";
import { openPostgres, type Postgres } from "../../shared/postgres/pool.ts";
import { SetupError } from "../setup_error.ts";
import { anchorOf } from "./anchor.ts";
import { type DemoData, demoData, demoDataVersion } from "./demo_data.ts";
import { type DemoMark, isOccupied, type LoadResult, readMark } from "./load.ts";
import { loadCart } from "./load_cart.ts";
import { loadOrder } from "./load_order.ts";
import { loadPay } from "./load_pay.ts";
import { loadProduct } from "./load_product.ts";
import { loadUser } from "./load_user.ts";

/** A database of the demo data, by its service. */
type Part = keyof DemoData;

/** The databases of the five services, each as its own role: postgres://… */
export type DemoDatabases = Readonly<Record<Part, string>>;

export interface SeedOptions extends DemoDatabases {
  readonly log: Logger;
  /** Told how many rows of how many are loaded, and into which table. */
  readonly progress?: (done: number, total: number, what: string) => void;
  /** What the times are relative to; the present unless told. */
  readonly now?: Date;
}

export interface SeedReport {
  /** Whether anything was loaded now. */
  readonly loaded: boolean;
  /** The rows of each table that were loaded now; empty if nothing was. */
  readonly counts: Readonly<Record<string, number>>;
}

/** In the order of loading, the same for every seeder, so that the first database decides. */
const parts = ["user", "product", "order", "cart", "pay"] as const satisfies readonly Part[];
const nothing: SeedReport = { loaded: false, counts: {} };
/** A seeder may wait this long for another one, and for one statement, in milliseconds. */
const patienceMs = 60_000;
const otherVersion = "some databases hold demo data of another version, and others none: " +
  "run `deno task reset` and start again";

/**
 * Loads what is missing into the databases of all five services, whose
 * migrations must have been applied. Each is loaded once and in one transaction; after a crash
 * between two of them the next call loads the rest with the anchor of the first, so that comments
 * and reservations name the orders that are there. Where one holds rows of somebody else's, all
 * are left alone, with a warning. Throws `SetupError` if a table is missing, or if some of them
 * were loaded by another version of this data.
 *
 * It writes past the services: what they have cached of an empty catalogue lives for a minute more.
 */
export async function seedDemo(options: SeedOptions): Promise<SeedReport> {
  const { log } = options;
  await using stack = new AsyncDisposableStack();
  const databases = openAll(options, stack);
  const marks = await marksOf(databases);
  const missing = parts.filter((part) => marks[part] === undefined);
  const found = parts.flatMap((part) => marks[part] ?? []);
  const ofOther = found.find(({ version }) => version !== demoDataVersion);
  if (missing.length === 0) return keep(ofOther, log);
  if (ofOther !== undefined) throw new SetupError(otherVersion);
  const mark = found[0] ?? {
    version: demoDataVersion,
    anchor: anchorOf(options.now ?? new Date()),
  };
  const data = demoData(mark.anchor);
  for (const part of missing) {
    if (!await isFree(part, databases[part], data, log)) return nothing;
  }
  const onRows = counter(missing.flatMap((part) => Object.values(data[part])), options.progress);
  return await loadMissing(missing, { databases, data, mark, onRows, log });
}

type Databases = Readonly<Record<Part, Postgres>>;

function openAll(urls: SeedOptions, stack: AsyncDisposableStack): Databases {
  const open = (part: Part) =>
    stack.use(openPostgres({
      url: urls[part],
      name: "demo-seed",
      log: urls.log,
      poolMax: 1,
      statementTimeoutMs: patienceMs,
      lockTimeoutMs: patienceMs,
      idleInTransactionTimeoutMs: patienceMs,
    }));
  return {
    user: open("user"),
    product: open("product"),
    order: open("order"),
    cart: open("cart"),
    pay: open("pay"),
  };
}

async function marksOf(
  databases: Databases,
): Promise<Record<Part, DemoMark | undefined>> {
  const [user, product, order, cart, pay] = await Promise.all([
    readMark(databases.user),
    readMark(databases.product),
    readMark(databases.order),
    readMark(databases.cart),
    readMark(databases.pay),
  ]);
  return { user, product, order, cart, pay };
}

function keep(ofOther: DemoMark | undefined, log: Logger): SeedReport {
  if (ofOther !== undefined) {
    log.info("demo data of another version is kept: `deno task reset` makes room for this one", {
      kept: ofOther.version,
      current: demoDataVersion,
    });
  }
  return nothing;
}

/** A part of the data is of no use: orders name products and users, comments name orders. */
async function isFree(part: Part, sql: Postgres, data: DemoData, log: Logger): Promise<boolean> {
  if (!await isOccupied(sql, Object.keys(data[part]))) return true;
  // Another seeder's rows come with its mark, maybe since the mark was looked for.
  if (await readMark(sql) !== undefined) return true;
  log.warn("demo data not loaded: the database holds rows of its own", { database: part });
  return false;
}

function counter(
  tables: readonly (readonly object[])[],
  progress: SeedOptions["progress"],
): (rows: number, table: string) => void {
  const total = tables.reduce((sum, rows) => sum + rows.length, 0);
  let done = 0;
  return (rows, table) => progress?.(done = Math.min(done + rows, total), total, table);
}

interface LoadParts {
  readonly databases: Databases;
  readonly data: DemoData;
  readonly mark: DemoMark;
  readonly onRows: (rows: number, table: string) => void;
  readonly log: Logger;
}

async function loadMissing(
  missing: readonly Part[],
  { databases, data, mark, onRows, log }: LoadParts,
): Promise<SeedReport> {
  const counts: Record<string, number> = {};
  let current = { data, mark };
  for (const part of missing) {
    const sql = databases[part];
    const result = await loadPart(part, sql, { ...current, onRows });
    if (result === "loaded") Object.assign(counts, countsOf(current.data[part]));
    // Another seeder may have loaded it a moment ago, with an anchor of its own.
    const kept = await readMark(sql);
    if (kept === undefined) break;
    const same = kept.anchor.getTime() === current.mark.anchor.getTime();
    current = { data: same ? current.data : demoData(kept.anchor), mark: kept };
  }
  const loaded = Object.keys(counts).length > 0;
  if (loaded) log.info("demo data loaded", counts);
  return { loaded, counts };
}

function loadPart(
  part: Part,
  sql: Postgres,
  { data, mark, onRows }: Pick<LoadParts, "data" | "mark" | "onRows">,
): Promise<LoadResult> {
  switch (part) {
    case "user":
      return loadUser(sql, { mark, tables: data.user, onRows });
    case "product":
      return loadProduct(sql, { mark, tables: data.product, onRows });
    case "order":
      return loadOrder(sql, { mark, tables: data.order, onRows });
    case "cart":
      return loadCart(sql, { mark, tables: data.cart, onRows });
    case "pay":
      return loadPay(sql, { mark, tables: data.pay, onRows });
  }
}

function countsOf(tables: object): Record<string, number> {
  return Object.fromEntries(
    Object.entries(tables).map((
      [table, rows]: [string, readonly object[]],
    ) => [table, rows.length]),
  );
}
