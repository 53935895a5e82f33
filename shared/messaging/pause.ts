/** Waiting, with an end. */
import { setTimeout as sleep } from "node:timers/promises";

/** Waits `ms`, or less if `signal` aborts. Never throws. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => {});
}

export interface BackoffOptions {
  readonly firstMs: number;
  readonly maxMs: number;
}

/** The pause after failure number `failures` (from 1): doubles up to `maxMs`, half of it random. */
export function backoffMs(failures: number, { firstMs, maxMs }: BackoffOptions): number {
  const ceilingMs = Math.min(maxMs, firstMs * 2 ** Math.min(failures - 1, 30));
  return ceilingMs / 2 + Math.random() * ceilingMs / 2;
}

/** A bell that one loop waits for and others ring. A ring while nobody waits is kept. */
export class Bell {
  #rung = false;
  #ring: (() => void) | undefined;

  ring(): void {
    this.#rung = true;
    this.#ring?.();
  }

  /** Returns at a ring, after `ms`, or when `signal` aborts. */
  async wait(ms: number, signal: AbortSignal): Promise<void> {
    if (!this.#rung && !signal.aborted) {
      const woken = new AbortController();
      this.#ring = () => woken.abort();
      await pause(ms, AbortSignal.any([signal, woken.signal]));
      this.#ring = undefined;
    }
    this.#rung = false;
  }
}

/** `work`, or an error after `ms`. The work itself goes on: its result is dropped. */
export async function within<T>(what: string, ms: number, work: Promise<T>): Promise<T> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new Error(`${what}: not within ${ms} ms`)), ms);
  try {
    return await Promise.race([work, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
