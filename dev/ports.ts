/** TCP ports of this machine's loopback address: free ones, and who holds a taken one. */
import { identityOf } from "./identity.ts";
import { runToEnd } from "./process.ts";

const host = "127.0.0.1";
/** How many ports after the preferred one are tried. */
const triesMax = 100;

/** Whether a server could listen on `port` now. */
export function isFree(port: number): boolean {
  try {
    Deno.listen({ hostname: host, port }).close();
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.AddrInUse) return false;
    if (error instanceof Deno.errors.PermissionDenied) return false;
    throw error;
  }
}

/** A port that was free a moment ago; the caller must be ready to try again. */
export function freePort(): number {
  const listener = Deno.listen({ hostname: host, port: 0 });
  const { port } = listener.addr;
  listener.close();
  return port;
}

/** `preferred` if it is free, else the next free one after it. */
export function nextFreePort(preferred: number): number {
  for (let port = preferred; port < preferred + triesMax && port <= 65_535; port++) {
    if (isFree(port)) return port;
  }
  return freePort();
}

export interface PortHolder {
  readonly pid: number;
  /** The program's short name, such as `python3`. */
  readonly name: string;
}

/** Which process listens on `port`; undefined when the system does not tell. */
export async function portHolder(port: number): Promise<PortHolder | undefined> {
  const pid = Deno.build.os === "linux" ? await pidFromProc(port) : await pidFromLsof(port);
  if (pid === undefined) return undefined;
  const command = (await identityOf(pid))?.command ?? "";
  return { pid, name: command.split(" ")[0]?.split("/").at(-1) || "unknown" };
}

/** A sentence for a taken port: who holds it and what to do. */
export async function takenPortSentence(
  port: number,
  { owner, variable }: { owner: string; variable: string },
): Promise<string> {
  const holder = await portHolder(port);
  const by = holder ? `by pid ${holder.pid} (${holder.name})` : "by another process";
  return `port ${port} (${owner}) is taken ${by}: stop it, or set ${variable}`;
}

async function pidFromProc(port: number): Promise<number | undefined> {
  const tables = await Promise.all(
    ["/proc/net/tcp", "/proc/net/tcp6"].map((path) => Deno.readTextFile(path).catch(() => "")),
  );
  const inodes = listeningInodes(tables.join("\n"), port);
  if (inodes.size === 0) return undefined;
  for await (const entry of Deno.readDir("/proc")) {
    if (/^\d+$/.test(entry.name) && holdsSocket(entry.name, inodes)) return Number(entry.name);
  }
  return undefined;
}

/** Columns: slot, local address:port in hex, remote, state (0A listens), …, inode as the tenth. */
function listeningInodes(table: string, port: number): ReadonlySet<string> {
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, "0")}`;
  const rows = table.split("\n").map((line) => line.trim().split(/\s+/));
  return new Set(
    rows.filter((row) => row[1]?.endsWith(suffix) && row[3] === "0A")
      .map((row) => `socket:[${row[9]}]`),
  );
}

function holdsSocket(pid: string, sockets: ReadonlySet<string>): boolean {
  try {
    const descriptors = [...Deno.readDirSync(`/proc/${pid}/fd`)];
    return descriptors.some(({ name }) => sockets.has(linkOf(`/proc/${pid}/fd/${name}`)));
  } catch {
    return false; // Another user's process, or one that has just ended.
  }
}

function linkOf(path: string): string {
  try {
    return Deno.readLinkSync(path);
  } catch {
    return ""; // Closed since it was listed.
  }
}

async function pidFromLsof(port: number): Promise<number | undefined> {
  const args = ["-nP", `-iTCP:${port}`, "-sTCP:LISTEN", "-t"];
  const env = { PATH: "/usr/sbin:/usr/bin:/bin" };
  try {
    const { lines } = await runToEnd({ command: "lsof", args, env }, { timeoutMs: 5_000 });
    return lines[0] ? Number(lines[0]) : undefined;
  } catch {
    return undefined;
  }
}
