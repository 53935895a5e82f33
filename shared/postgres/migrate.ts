/** Schema changes as plain SQL files, forward only. */
import type { Logger } from "../log.ts";
import { isRetryable } from "./errors.ts";
import { inTransaction } from "./transaction.ts";
import type { Sql, Tx } from "./pool.ts";

/** One history of files `NNNN_name.sql`, numbered from 0001 without a gap. */
export interface MigrationSet {
  /** Tells the histories in one database apart, such as `messaging`. Never change it. */
  readonly set: string;
  /** The folder, as a URL that ends with a slash. */
  readonly dir: URL;
}

export interface MigrateOptions {
  readonly log: Logger;
  /** The longest wait for another instance that migrates, in milliseconds. */
  readonly waitMaxMs?: number;
  /** The longest single statement of a migration, in milliseconds. */
  readonly statementTimeoutMs?: number;
}

/** A history that cannot be applied, told in a sentence for whoever started the process. */
export class MigrationError extends Error {
  override readonly name = "MigrationError";
}

interface MigrationFile {
  readonly set: string;
  readonly version: number;
  readonly name: string;
  readonly text: string;
  readonly checksum: string;
}

interface AppliedMigration {
  readonly version: number;
  readonly name: string;
  readonly checksum: string;
}

/** The advisory lock that all instances on one database share: "migr" in ASCII, and our number. */
const lockSpace = 0x6d696772;
const lockNumber = 1;
const filesMax = 9_999;

/**
 * Brings the database to the newest version of every set, in the order given, each file in a
 * transaction of its own together with its row in `schema_migration`. Any number of instances may
 * call it at once: one applies a file, the others wait and find it applied.
 *
 * A database that is ahead of the files is left alone: during a rolling deploy the old version
 * restarts beside the new one. Throws `MigrationError` for a gap, a name that is not
 * `NNNN_name.sql`, an applied file that was changed since, or SQL that fails.
 */
export async function migrate(
  sql: Sql,
  sets: readonly MigrationSet[],
  options: MigrateOptions,
): Promise<void> {
  for (const set of sets) {
    const files = await readSet(set);
    // One transaction a file, and one more to see that nothing is left.
    for (let turn = 0; turn <= files.length; turn++) {
      const applied = await inTransaction(sql, (tx) => applyNext(tx, set.set, files, options));
      if (applied === undefined) break;
      options.log.info("migration applied", { set: set.set, migration: applied.name });
    }
  }
}

async function readSet({ set, dir }: MigrationSet): Promise<MigrationFile[]> {
  const names: string[] = [];
  for await (const entry of Deno.readDir(dir)) {
    if (entry.isFile && entry.name.endsWith(".sql")) names.push(entry.name);
  }
  names.sort();
  if (names.length > filesMax) throw new MigrationError(`${set} has more than ${filesMax} files`);
  return await Promise.all(names.map((name, index) => readFile(set, dir, name, index + 1)));
}

async function readFile(
  set: string,
  dir: URL,
  name: string,
  version: number,
): Promise<MigrationFile> {
  if (!/^\d{4}_[a-z0-9_]+\.sql$/.test(name)) {
    throw new MigrationError(`${set}/${name} is not named like 0001_what_it_does.sql`);
  }
  if (Number(name.slice(0, 4)) !== version) {
    const expected = String(version).padStart(4, "0");
    throw new MigrationError(`${set}/${name} stands where number ${expected} is missing`);
  }
  // A checkout on Windows may end lines in another way; that changes nothing.
  const text = (await Deno.readTextFile(new URL(name, dir))).replaceAll("\r\n", "\n");
  return { set, version, name, text, checksum: await sha256(text) };
}

async function sha256(text: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return new Uint8Array(digest).toHex();
}

/** Applies the lowest file that is not applied, and returns it. */
async function applyNext(
  tx: Tx,
  set: string,
  files: readonly MigrationFile[],
  { waitMaxMs = 60_000, statementTimeoutMs = 60_000 }: MigrateOptions,
): Promise<MigrationFile | undefined> {
  await setLimits(tx, waitMaxMs);
  await tx`SELECT pg_advisory_xact_lock(${lockSpace}, ${lockNumber})`;
  await setLimits(tx, statementTimeoutMs);
  await tx`
    CREATE TABLE IF NOT EXISTS schema_migration (
      set        text        NOT NULL,
      version    integer     NOT NULL,
      name       text        NOT NULL,
      checksum   text        NOT NULL,
      applied_at timestamptz NOT NULL DEFAULT now(),
      PRIMARY KEY (set, version)
    )`;
  const applied = await tx<AppliedMigration[]>`
    SELECT version, name, checksum FROM schema_migration WHERE set = ${set} ORDER BY version`;
  checkHistory(set, files, applied);
  const next = files[applied.length];
  if (next !== undefined) await apply(tx, next);
  return next;
}

/** For the rest of the transaction: both limits, as waiting for a lock is subject to both. */
async function setLimits(tx: Tx, limitMs: number): Promise<void> {
  await tx`
    SELECT set_config('lock_timeout', ${`${limitMs}ms`}, true),
           set_config('statement_timeout', ${`${limitMs}ms`}, true)`;
}

function checkHistory(
  set: string,
  files: readonly MigrationFile[],
  applied: readonly AppliedMigration[],
): void {
  for (const [index, row] of applied.entries()) {
    if (row.version !== index + 1) {
      throw new MigrationError(`${set}: the database lacks version ${index + 1} of its history`);
    }
    const file = files[index];
    if (file === undefined || file.checksum === row.checksum) continue;
    throw new MigrationError(
      `${set}/${file.name} was changed after it had been applied as ${row.name}: ` +
        "restore it, and put the change into a new file",
    );
  }
}

async function apply(tx: Tx, file: MigrationFile): Promise<void> {
  try {
    await tx.unsafe(file.text);
  } catch (cause) {
    if (isRetryable(cause)) throw cause;
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new MigrationError(`${file.set}/${file.name} failed: ${why}`, { cause });
  }
  await tx`
    INSERT INTO schema_migration (set, version, name, checksum)
    VALUES (${file.set}, ${file.version}, ${file.name}, ${file.checksum})`;
}
