/** What processes cost: the time that they and all that they started have run on processors. */
import { descendants } from "./memory.ts";
import type { Measure } from "./rounds.ts";

/** Of a clock tick of Linux's `/proc`, in milliseconds. */
const tickMs = 10;

/** By name, in milliseconds since each process started; 0 where there is no `/proc`. */
async function processorTimes(
  pids: Readonly<Record<string, number>>,
): Promise<Readonly<Record<string, number>>> {
  const entries = Object.entries(pids).map(async ([name, pid]) => {
    const all = [pid, ...await descendants(pid)];
    const times = await Promise.all(all.map(processorMs));
    return [name, times.reduce((sum, time) => sum + time, 0)];
  });
  return Object.fromEntries(await Promise.all(entries));
}

/**
 * Fields 14 to 17 of the process's line: its own time and that of children that have ended. Counted
 * from behind its name, which may hold spaces.
 */
async function processorMs(pid: number): Promise<number> {
  const text = await Deno.readTextFile(`/proc/${pid}/stat`).catch(() => "");
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ").slice(11, 15);
  return fields.reduce((sum, field) => sum + Number(field), 0) * tickMs;
}

export interface ProcessorMeter {
  /** The same measurement, metered from its second round on: the first warms up. */
  metered(measure: Measure): Measure;
  /** Milliseconds a call, by process. */
  perCall(): Readonly<Record<string, number>>;
}

/** Meters what these processes spend while something is measured. */
export function createProcessorMeter(pids: Readonly<Record<string, number>>): ProcessorMeter {
  const spentMs: Record<string, number> = {};
  let [rounds, calls] = [0, 0];
  return {
    metered: (measure) => async (options) => {
      const before = await processorTimes(pids);
      const result = await measure(options);
      const after = await processorTimes(pids);
      if (rounds++ === 0) return result;
      calls += result.latenciesMs.length;
      for (const [name, ms] of Object.entries(after)) {
        spentMs[name] = (spentMs[name] ?? 0) + ms - (before[name] ?? 0);
      }
      return result;
    },
    perCall() {
      return Object.fromEntries(Object.entries(spentMs).map(([name, ms]) => [name, ms / calls]));
    },
  };
}
