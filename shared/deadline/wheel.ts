/**
 * Deadlines of many calls with few timers: calls that end within the same slot share one timer.
 * (Varghese and Lauck 1987, "Hashed and Hierarchical Timing Wheels".)
 */
import type { Cancellation } from "./cancellation.ts";

/** The calls that end within the same few milliseconds. */
export interface Slot {
  /** To be called when the call has ended: it is not cancelled any more. */
  release(call: Cancellation): void;
}

export interface DeadlineWheel {
  /**
   * Cancels `call` with what `late` makes at `deadlineMs`, on the clock of `performance.now()`:
   * never early, late by a slot at most.
   */
  take(deadlineMs: number, call: Cancellation, late: () => unknown): Slot;
}

const slotMsDefault = 25;
/** A slot that ends later keeps no timer for calls that may come: there would be too many. */
const spareMs = 15_000;

/** The wheel of this process. */
export const deadlineWheel: DeadlineWheel = createDeadlineWheel();

/** Creates a wheel; its timers keep the process alive only while calls are under way. */
export function createDeadlineWheel(slotMs = slotMsDefault): DeadlineWheel {
  const slots = new Map<number, SharedSlot>();
  return {
    take(deadlineMs, call, late) {
      const number = Math.ceil(deadlineMs / slotMs);
      const known = slots.get(number);
      const slot = known ?? new SharedSlot(number * slotMs, () => {
        // A call may have come after this slot's end, for what is left of its last millisecond.
        if (slots.get(number) === slot) slots.delete(number);
      });
      if (known === undefined) slots.set(number, slot);
      slot.take(call, late);
      return slot;
    },
  };
}

/** Without calls it keeps its timer for the next ones, but no process alive. */
class SharedSlot implements Slot {
  readonly #endMs: number;
  readonly #remove: () => void;
  readonly #timer: ReturnType<typeof setTimeout>;
  /** What each is cancelled with. */
  readonly #calls = new Map<Cancellation, () => unknown>();

  constructor(endMs: number, remove: () => void) {
    this.#endMs = endMs;
    this.#remove = remove;
    this.#timer = setTimeout(() => {
      remove();
      for (const [call, late] of this.#calls) call.cancel(late());
    }, untilMs(endMs));
  }

  take(call: Cancellation, late: () => unknown): void {
    this.#calls.set(call, late);
    if (this.#calls.size === 1) Deno.refTimer(this.#timer);
  }

  release(call: Cancellation): void {
    if (!this.#calls.delete(call) || this.#calls.size > 0) return;
    if (this.#endMs - performance.now() <= spareMs) return Deno.unrefTimer(this.#timer);
    clearTimeout(this.#timer);
    this.#remove();
  }
}

/** Rounded up: a timer takes whole milliseconds and would be early. */
function untilMs(endMs: number): number {
  return Math.max(0, Math.ceil(endMs - performance.now()));
}
