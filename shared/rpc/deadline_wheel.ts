/**
 * Deadlines of many calls with few timers: calls that end within the same slot share one timer.
 * (Varghese and Lauck 1987, "Hashed and Hierarchical Timing Wheels".)
 */
import { Code, ConnectError } from "@connectrpc/connect";
import type { Cancellation } from "../http1/cancellation.ts";

/** The calls that end within the same few milliseconds. */
export interface Slot {
  /** To be called once when the call has ended; the last of a slot stops its timer. */
  release(call: Cancellation): void;
}

export interface DeadlineWheel {
  /**
   * Cancels `call` with DeadlineExceeded at `deadlineMs`, on the clock of `performance.now()`:
   * never early, late by a slot at most.
   */
  take(deadlineMs: number, call: Cancellation): Slot;
}

const slotMsDefault = 25;

/** Creates a wheel; it holds a timer only while calls are under way. */
export function createDeadlineWheel(slotMs = slotMsDefault): DeadlineWheel {
  const slots = new Map<number, SharedSlot>();
  return {
    take(deadlineMs, call) {
      const number = Math.ceil(deadlineMs / slotMs);
      const known = slots.get(number);
      const slot = known ?? new SharedSlot(number * slotMs, () => slots.delete(number));
      if (known === undefined) slots.set(number, slot);
      slot.take(call);
      return slot;
    },
  };
}

class SharedSlot implements Slot {
  readonly #timer: ReturnType<typeof setTimeout>;
  readonly #remove: () => void;
  readonly #calls = new Set<Cancellation>();

  constructor(endMs: number, remove: () => void) {
    this.#remove = remove;
    this.#timer = setTimeout(() => {
      remove();
      const late = new ConnectError("the deadline passed", Code.DeadlineExceeded);
      for (const call of this.#calls) call.cancel(late);
    }, Math.max(0, endMs - performance.now()));
  }

  take(call: Cancellation): void {
    this.#calls.add(call);
  }

  release(call: Cancellation): void {
    this.#calls.delete(call);
    if (this.#calls.size > 0) return;
    clearTimeout(this.#timer);
    this.#remove();
  }
}
