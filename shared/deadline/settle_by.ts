import { Cancellation } from "./cancellation.ts";
import { deadlineWheel } from "./wheel.ts";

/**
 * Settles as `work` does, or rejects with `late()` at `deadlineMs` on the clock of
 * `performance.now()`: never early, late by a few milliseconds. The work itself goes on.
 */
export function settleBy<T>(work: Promise<T>, deadlineMs: number, late: () => unknown): Promise<T> {
  return new Promise((resolve, reject) => {
    const cancellation = new Cancellation();
    const slot = deadlineWheel.take(deadlineMs, cancellation, late);
    cancellation.onCancel(() => reject(cancellation.reason));
    work.then((value) => {
      slot.release(cancellation);
      resolve(value);
    }, (error) => {
      slot.release(cancellation);
      reject(error);
    });
  });
}
