/** A limit on what runs at once, so that losing the cache does not lose the database too. */
import { unavailable } from "../errors.ts";

export interface LoadGateOptions {
  /** What is protected, for the refusal: a noun. */
  readonly name: string;
  readonly inFlightMax: number;
  /** How many may wait; one more is refused at once. */
  readonly waitingMax: number;
  /** How long one may wait, in milliseconds. */
  readonly waitMaxMs: number;
  /** How long the work may take before its caller is refused, in milliseconds. No limit if absent. */
  readonly workMaxMs?: number;
}

export interface LoadGate {
  /**
   * Runs the work when there is room. Rejects with Unavailable when too many wait, or too long, or
   * when the work itself takes too long; its place is free again then.
   */
  run<T>(work: () => Promise<T>): Promise<T>;
}

/** Creates a gate; those who wait enter in the order they came. */
export function createLoadGate(options: LoadGateOptions): LoadGate {
  const { name, inFlightMax, waitingMax, waitMaxMs, workMaxMs } = options;
  const waiting = new Set<() => void>();
  let inFlight = 0;

  function enter(): Promise<void> {
    if (inFlight < inFlightMax) {
      inFlight++;
      return Promise.resolve();
    }
    if (waiting.size >= waitingMax) return Promise.reject(unavailable(name));
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    function admit(): void {
      waiting.delete(admit);
      resolve();
    }
    // In line before the timer is set: Deno's first setTimeout of a process runs pending microtasks.
    waiting.add(admit);
    const timer = setTimeout(() => {
      if (waiting.delete(admit)) reject(unavailable(name));
    }, waitMaxMs);
    return promise.finally(() => clearTimeout(timer));
  }

  /** The place goes to the next in line, if there is one. */
  function leave(): void {
    const [next] = waiting;
    if (next) next();
    else inFlight--;
  }
  return {
    async run(work) {
      await enter();
      try {
        return await (workMaxMs === undefined ? work() : inTime(work(), workMaxMs, name));
      } finally {
        leave();
      }
    },
  };
}

function inTime<T>(work: Promise<T>, maxMs: number, name: string): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(unavailable(name)), maxMs);
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
