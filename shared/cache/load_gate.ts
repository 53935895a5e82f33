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
}

export interface LoadGate {
  /** Runs the work when there is room. Rejects with Unavailable when too many wait, or too long. */
  run<T>(work: () => Promise<T>): Promise<T>;
}

/** Creates a gate; those who wait enter in the order they came. */
export function createLoadGate(options: LoadGateOptions): LoadGate {
  const { name, inFlightMax, waitingMax, waitMaxMs } = options;
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
        return await work();
      } finally {
        leave();
      }
    },
  };
}
