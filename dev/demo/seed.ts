/** Loads the demo data that `deno task dev` and `deno task seed` offer. */
import type { Logger } from "../../shared/log.ts";
import { openPostgres, type Postgres } from "../../shared/postgres/pool.ts";
import { SetupError } from "../setup_error.ts";
import { anchorOf } from "./anchor.ts";
import { type DemoData, demoData, demoDataVersion } from "./demo_data.ts";
import { type DemoMark, isOccupied, readMark } from "./load.ts";
import { loadOrder } from "./load_order.ts";
import { loadProduct } from "./load_product.ts";

export interface SeedOptions {
  /** The order service's database, as its own role: postgres://… */
  readonly order: string;
  /** The product service's database, as its own role: postgres://… */
  readonly product: string;
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

const nothing: SeedReport = { loaded: false, counts: {} };
/** A seeder may wait this long for another one, and for one statement, in milliseconds. */
const patienceMs = 60_000;
const otherVersion = "only one database holds demo data, and of another version: " +
  "run `deno task reset` and start again";

/**
 * Loads what is missing into the databases of the order and the product service, whose migrations
 * must have been applied. Each is loaded once and in one transaction; after a crash between the
 * two the next call loads the second with the anchor of the first, so that comments and
 * reservations name the orders that are there. Where one holds rows of somebody else's, both
 * are left alone, with a warning. Throws `SetupError` if a table is missing, or if one of the
 * two was loaded by another version of this data.
 *
 * It writes past the services: what they have cached of an empty catalogue lives for a minute more.
 */
export async function seedDemo(options: SeedOptions): Promise<SeedReport> {
  await using product = open(options.product, options.log);
  await using order = open(options.order, options.log);
  const [productMark, orderMark] = await Promise.all([readMark(product), readMark(order)]);
  const mark = productMark ?? orderMark ?? {
    version: demoDataVersion,
    anchor: anchorOf(options.now ?? new Date()),
  };
  if (productMark && orderMark) return keep(mark, options.log);
  if (mark.version !== demoDataVersion) throw new SetupError(otherVersion);

  const data = demoData(mark.anchor);
  const free = (productMark !== undefined || await isFree("product", product, data, options.log)) &&
    (orderMark !== undefined || await isFree("order", order, data, options.log));
  if (!free) return nothing;
  const todo = { ...(productMark ? {} : data.product), ...(orderMark ? {} : data.order) };
  const onRows = counter(Object.values(todo), options.progress);
  return await loadBoth({ product, order }, { data, mark, onRows, log: options.log });
}

function keep({ version }: DemoMark, log: Logger): SeedReport {
  if (version !== demoDataVersion) {
    log.info("demo data of another version is kept: `deno task reset` makes room for this one", {
      kept: version,
      current: demoDataVersion,
    });
  }
  return nothing;
}

/** Half of the data is of no use: orders name products, comments and reservations name orders. */
async function isFree(
  database: keyof DemoData,
  sql: Postgres,
  data: DemoData,
  log: Logger,
): Promise<boolean> {
  if (!await isOccupied(sql, Object.keys(data[database]))) return true;
  // Another seeder's rows come with its mark, maybe since the mark was looked for.
  if (await readMark(sql) !== undefined) return true;
  log.warn("demo data not loaded: the database holds rows of its own", { database });
  return false;
}

function open(url: string, log: Logger): Postgres {
  return openPostgres({
    url,
    name: "demo-seed",
    log,
    poolMax: 1,
    statementTimeoutMs: patienceMs,
    lockTimeoutMs: patienceMs,
    idleInTransactionTimeoutMs: patienceMs,
  });
}

function counter(
  tables: readonly (readonly object[])[],
  progress: SeedOptions["progress"],
): (rows: number, table: string) => void {
  const total = tables.reduce((sum, rows) => sum + rows.length, 0);
  let done = 0;
  return (rows, table) => progress?.(done = Math.min(done + rows, total), total, table);
}

interface LoadBothParts {
  readonly data: DemoData;
  readonly mark: DemoMark;
  readonly onRows: (rows: number, table: string) => void;
  readonly log: Logger;
}

async function loadBoth(
  databases: { readonly product: Postgres; readonly order: Postgres },
  { data, mark, onRows, log }: LoadBothParts,
): Promise<SeedReport> {
  const product = await loadProduct(databases.product, { mark, tables: data.product, onRows });
  // Another seeder may have loaded the products a moment ago, with an anchor of its own.
  const kept = await readMark(databases.product);
  if (kept === undefined) return nothing;
  const same = kept.anchor.getTime() === mark.anchor.getTime() ? data : demoData(kept.anchor);
  const order = await loadOrder(databases.order, { mark: kept, tables: same.order, onRows });
  const counts = {
    ...(product === "loaded" ? countsOf(data.product) : {}),
    ...(order === "loaded" ? countsOf(same.order) : {}),
  };
  const loaded = Object.keys(counts).length > 0;
  if (loaded) log.info("demo data loaded", counts);
  return { loaded, counts };
}

function countsOf(tables: object): Record<string, number> {
  return Object.fromEntries(
    Object.entries(tables).map((
      [table, rows]: [string, readonly object[]],
    ) => [table, rows.length]),
  );
}
