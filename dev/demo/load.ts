/** Loads rows into one service's database: all of them in one transaction, once. */
import type { Sql, Tx } from "../../shared/postgres/pool.ts";
import { inTransaction } from "../../shared/postgres/transaction.ts";
import { SetupError } from "../setup_error.ts";

/** What a database tells of its demo data. */
export interface DemoMark {
  readonly version: number;
  /** The anchor of the times in it: the other databases must be loaded with the same. */
  readonly anchor: Date;
}

/** Rows by table, in the order in which references allow inserting; the members are the columns. */
export type Tables = Readonly<Record<string, readonly object[]>>;

export interface LoadOptions {
  readonly mark: DemoMark;
  readonly tables: Tables;
  /** The tables whose `id` is an identity column. */
  readonly identities: readonly string[];
  /** Told after each chunk how many rows of `table` it was. */
  readonly onRows: (rows: number, table: string) => void;
}

/** `occupied`: somebody else's rows are there, and nothing was done. */
export type LoadResult = "loaded" | "already loaded" | "occupied";

/** "demo" in ASCII, and our number: whoever seeds this database takes it. */
const lockSpace = 0x64656d6f;
const lockNumber = 1;
/** Rows a statement: enough to be quick, few enough to show progress. */
const chunkRows = 500;

/** The mark that `load` left, or undefined. */
export async function readMark(sql: Sql | Tx): Promise<DemoMark | undefined> {
  const [there] = await sql<{ there: boolean }[]>`
    SELECT to_regclass('demo_load') IS NOT NULL AS there`;
  if (!there?.there) return undefined;
  const [mark] = await sql<DemoMark[]>`SELECT version, anchor FROM demo_load`;
  return mark;
}

/**
 * Loads unless the database carries a mark. The mark is a row of a table of our own, `demo_load`,
 * written in the same transaction: rows of the service cannot serve, since an operator may delete
 * any of them and must not get them back, and since the databases have to share one anchor,
 * which must be kept somewhere for when the first is loaded and the others are not.
 *
 * Several may call it at once: one loads, the others wait and find the mark. If the process or
 * the server dies midway nothing is left. Throws `SetupError` if the tables are missing.
 */
export async function load(sql: Sql, options: LoadOptions): Promise<LoadResult> {
  return await inTransaction(sql, async (tx) => {
    await tx`SELECT pg_advisory_xact_lock(${lockSpace}, ${lockNumber})`;
    if (await readMark(tx) !== undefined) return "already loaded";
    if (await isOccupied(tx, Object.keys(options.tables))) return "occupied";
    await insertAll(tx, options);
    await writeMark(tx, options.mark);
    return "loaded";
  });
}

/** Whether any of the tables holds a row. Throws `SetupError` if one is missing. */
export async function isOccupied(tx: Sql | Tx, tables: readonly string[]): Promise<boolean> {
  for (const table of tables) {
    const [known] = await tx<{ known: boolean }[]>`
      SELECT to_regclass(${table}) IS NOT NULL AS known`;
    if (!known?.known) {
      throw new SetupError(`the table ${table} is missing: apply the migrations before seeding`);
    }
    const [row] = await tx`SELECT 1 FROM ${tx(table)} LIMIT 1`;
    if (row !== undefined) return true;
  }
  return false;
}

async function insertAll(tx: Tx, { tables, identities, onRows }: LoadOptions): Promise<void> {
  for (const [table, rows] of Object.entries(tables)) {
    for (let start = 0; start < rows.length; start += chunkRows) {
      const chunk = rows.slice(start, start + chunkRows);
      await insertRows(tx, table, chunk);
      onRows(chunk.length, table);
    }
    if (identities.includes(table)) await advanceIdentity(tx, table);
    // Plans are right from the first query on, not from autovacuum's first round.
    await tx`ANALYZE ${tx(table)}`;
  }
}

/**
 * One parameter whatever the number of rows. The server turns JSON into the table's own types
 * (arrays and times too), and columns that are not named keep their defaults.
 */
async function insertRows(tx: Tx, table: string, rows: readonly object[]): Promise<void> {
  const columns = Object.keys(rows[0] ?? {}).map(quoted).join(", ");
  await tx.unsafe(
    `INSERT INTO ${quoted(table)} (${columns})
     SELECT ${columns} FROM json_populate_recordset(NULL::${quoted(table)}, $1::text::json)`,
    [JSON.stringify(rows, (_key, value) => typeof value === "bigint" ? `${value}` : value)],
  );
}

/** The next id comes after the loaded ones. */
async function advanceIdentity(tx: Tx, table: string): Promise<void> {
  await tx`
    SELECT setval(pg_get_serial_sequence(${table}, 'id'), (SELECT max(id) FROM ${tx(table)}))`;
}

async function writeMark(tx: Tx, { version, anchor }: DemoMark): Promise<void> {
  await tx`
    CREATE TABLE IF NOT EXISTS demo_load (
      only_row  boolean        PRIMARY KEY DEFAULT true CHECK (only_row),
      version   integer        NOT NULL,
      anchor    timestamptz(3) NOT NULL,
      loaded_at timestamptz(3) NOT NULL DEFAULT now()
    )`;
  await tx`INSERT INTO demo_load (version, anchor) VALUES (${version}, ${anchor})`;
}

/** Our own names only; quoted because DDL and column lists take no parameters. */
function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
