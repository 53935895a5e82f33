/** Who a process is, so that a recycled pid is never mistaken for the process that had it. */
import { runToEnd } from "./process.ts";

export interface ProcessIdentity {
  readonly pid: number;
  /** An opaque word that no other process with this pid can have. */
  readonly startTime: string;
  readonly command: string;
  readonly parentPid: number;
}

/** Describes a living process; undefined when there is none (a zombie is none). */
export async function identityOf(pid: number): Promise<ProcessIdentity | undefined> {
  return Deno.build.os === "linux" ? await fromProc(pid) : await fromPs(pid);
}

/** Whether that very process still lives. */
export async function isAlive({ pid, startTime }: ProcessIdentity): Promise<boolean> {
  return (await identityOf(pid))?.startTime === startTime;
}

/** Resident memory in bytes; undefined when the process is gone or the system does not tell. */
export async function residentBytes(pid: number): Promise<number | undefined> {
  const status = await readText(`/proc/${pid}/status`);
  const kilobytes = status?.match(/^VmRSS:\s+(\d+) kB/m)?.[1];
  return kilobytes === undefined ? undefined : Number(kilobytes) * 1024;
}

/**
 * Pids of living processes whose environment holds `NAME=value`. Linux only, else empty. It finds
 * what was started a moment before a crash, too late to be written down; not a program that
 * overwrites its environment with a title of its own, as Redis does.
 */
export async function pidsByEnvironment(name: string, value: string): Promise<readonly number[]> {
  if (Deno.build.os !== "linux") return [];
  const found: number[] = [];
  for await (const entry of Deno.readDir("/proc")) {
    if (!/^\d+$/.test(entry.name) || Number(entry.name) === Deno.pid) continue;
    const environment = await readText(`/proc/${entry.name}/environ`);
    if (environment?.split("\0").includes(`${name}=${value}`)) found.push(Number(entry.name));
  }
  return found;
}

/** The state and start time follow the command name, which may itself hold spaces and brackets. */
async function fromProc(pid: number): Promise<ProcessIdentity | undefined> {
  const [stat, commandLine, boot] = await Promise.all([
    readText(`/proc/${pid}/stat`),
    readText(`/proc/${pid}/cmdline`),
    readText("/proc/sys/kernel/random/boot_id"),
  ]);
  if (stat === undefined) return undefined;
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const [state, parent, ticks] = [fields[0], fields[1], fields[19]];
  if (state === undefined || ticks === undefined || "ZX".includes(state)) return undefined;
  const command = (commandLine ?? "").replaceAll("\0", " ").trim();
  const startTime = `${boot?.trim() ?? ""}/${ticks}`;
  return { pid, startTime, command, parentPid: Number(parent) };
}

async function fromPs(pid: number): Promise<ProcessIdentity | undefined> {
  const args = ["-o", "stat=,ppid=,lstart=,command=", "-p", `${pid}`];
  const env = { LC_ALL: "C", PATH: "/bin:/usr/bin" };
  const { code, lines } = await runToEnd({ command: "/bin/ps", args, env }, { timeoutMs: 5_000 });
  // Thu Jan  1 00:00:00 1970 is 24 characters wide.
  const match = lines[0]?.trim().match(/^(\S+)\s+(\d+)\s+(.{24})\s+(.*)$/);
  const [, state, parent, startTime, command] = match ?? [];
  if (code !== 0 || state === undefined || state.startsWith("Z")) return undefined;
  return { pid, startTime: startTime ?? "", command: command ?? "", parentPid: Number(parent) };
}

async function readText(path: string): Promise<string | undefined> {
  try {
    return await Deno.readTextFile(path);
  } catch {
    // Gone, or somebody else's: either way there is nothing to tell.
    return undefined;
  }
}
