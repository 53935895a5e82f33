/** Under which account Postgres runs: it refuses to run as root. */
import { SetupError } from "../setup_error.ts";
import { findProgram } from "./binary.ts";

/** How a program of Postgres is to be started. */
export interface Account {
  /** Undefined: as whoever we are. */
  readonly ids?: { readonly uid: number; readonly gid: number };
  /** Words to put before the command. */
  readonly prefix: readonly string[];
}

const dirs = { path: "/usr/bin:/bin:/usr/sbin:/sbin", extraDirs: [] };

/**
 * As root: the user `postgres` if there is one, else `nobody`; no user is made on the machine. When
 * that user may not enter a directory on the way to `paths` (a project below /root), `setpriv`
 * lends it just the right to pass. Throws `SetupError` when there is no way.
 */
export async function postgresAccount(paths: readonly string[]): Promise<Account> {
  if (Deno.uid() !== 0) return { prefix: [] };
  const ids = unprivileged(await Deno.readTextFile("/etc/passwd"));
  if (!ids) throw new SetupError("Postgres cannot run as root and there is no user `nobody`");
  if (paths.every(mayEnter)) return { ids, prefix: [] };
  const setpriv = await findProgram(["setpriv"], dirs);
  if (setpriv) return { prefix: lendPassage(setpriv, ids) };
  throw new SetupError(
    "Postgres cannot run as root, and another user may not enter this directory: move the " +
      "project out of root's home, run as a normal user, or set MALL_POSTGRES_URL",
  );
}

/** Picks the account from the text of /etc/passwd. */
export function unprivileged(passwd: string): { uid: number; gid: number } | undefined {
  const rows = passwd.split("\n").map((line) => line.split(":"));
  for (const name of ["postgres", "nobody"]) {
    const row = rows.find((fields) => fields[0] === name);
    const [uid, gid] = [Number(row?.[2]), Number(row?.[3])];
    if (uid > 0 && gid > 0) return { uid, gid };
  }
  return undefined;
}

/**
 * Ambient capabilities survive both the change of user and the exec, and the pid stays. Without the
 * secure bit, access(2), by which initdb looks for its sibling, would not heed them.
 */
function lendPassage(setpriv: string, ids: { uid: number; gid: number }): readonly string[] {
  const right = "+dac_override";
  return [
    setpriv,
    `--reuid=${ids.uid}`,
    `--regid=${ids.gid}`,
    "--clear-groups",
    "--securebits=+no_setuid_fixup",
    `--inh-caps=${right}`,
    `--ambient-caps=${right}`,
  ];
}

function mayEnter(path: string): boolean {
  for (let dir = path; dir !== "/"; dir = dir.slice(0, dir.lastIndexOf("/")) || "/") {
    if (!othersMayPass(dir)) return false;
  }
  return true;
}

function othersMayPass(dir: string): boolean {
  try {
    return ((Deno.statSync(dir).mode ?? 0) & 0o001) !== 0;
  } catch {
    return true; // Not made yet: it will be made passable.
  }
}
