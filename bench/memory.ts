/** Memory of processes. */

/**
 * The proportional share of a process and all that it started, in bytes: memory that several
 * share, such as Postgres's buffers, counts once in their sum. Linux only; undefined elsewhere.
 */
export async function memoryOf(pid: number): Promise<number | undefined> {
  const pids = [pid, ...await descendants(pid)];
  const sizes = await Promise.all(pids.map(proportionalBytes));
  const known = sizes.filter((size) => size !== undefined);
  return known.length === 0 ? undefined : known.reduce((sum, size) => sum + size, 0);
}

async function proportionalBytes(pid: number): Promise<number | undefined> {
  const text = await Deno.readTextFile(`/proc/${pid}/smaps_rollup`).catch(() => "");
  const kilobytes = /^Pss:\s+(\d+) kB/m.exec(text)?.[1];
  return kilobytes === undefined ? undefined : Number(kilobytes) * 1_024;
}

/** Every process that this one has started, and those that they have. */
export async function descendants(pid: number): Promise<number[]> {
  const text = await Deno.readTextFile(`/proc/${pid}/task/${pid}/children`).catch(() => "");
  const children = text.split(" ").filter((word) => word !== "").map(Number);
  const deeper = await Promise.all(children.map(descendants));
  return [...children, ...deeper.flat()];
}

/** In bytes. */
export interface OwnMemory {
  /** Of the whole process. */
  readonly resident: number;
  /** Of JavaScript's objects. */
  readonly heap: number;
}

/** What this process holds, after a garbage collection if it was started with `--expose-gc`. */
export function ownMemory(): OwnMemory {
  (globalThis as { gc?: () => void }).gc?.();
  const { rss, heapUsed } = Deno.memoryUsage();
  return { resident: rss, heap: heapUsed };
}
