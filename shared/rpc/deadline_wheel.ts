/**
 * Deadlines of many calls with few timers: calls that end within the same slot share one timer
 * and one abort signal. (Varghese and Lauck 1987, "Hashed and Hierarchical Timing Wheels".)
 */
import { Code, ConnectError } from "@connectrpc/connect";

/** A call's share of a slot. */
export interface Slot {
  /** Aborts with DeadlineExceeded at the end of the slot: never early, late by a slot at most. */
  readonly signal: AbortSignal;
  /** To be called once when the call has ended; the last of a slot stops its timer. */
  release(): void;
}

export interface DeadlineWheel {
  /** The slot in which `deadlineMs`, on the clock of `performance.now()`, lies. */
  take(deadlineMs: number): Slot;
}

const slotMsDefault = 25;

/** Creates a wheel; it holds a timer only while calls are under way. */
export function createDeadlineWheel(slotMs = slotMsDefault): DeadlineWheel {
  const slots = new Map<number, SharedSlot>();
  return {
    take(deadlineMs) {
      const number = Math.ceil(deadlineMs / slotMs);
      const known = slots.get(number);
      const slot = known ?? new SharedSlot(number * slotMs, () => slots.delete(number));
      if (known === undefined) slots.set(number, slot);
      slot.take();
      return slot;
    },
  };
}

class SharedSlot implements Slot {
  readonly #controller = new AbortController();
  readonly #timer: ReturnType<typeof setTimeout>;
  readonly #remove: () => void;
  #users = 0;

  constructor(endMs: number, remove: () => void) {
    this.#remove = remove;
    this.#timer = setTimeout(() => {
      remove();
      this.#controller.abort(new ConnectError("the deadline passed", Code.DeadlineExceeded));
    }, Math.max(0, endMs - performance.now()));
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  take(): void {
    this.#users++;
  }

  release(): void {
    this.#users--;
    if (this.#users > 0) return;
    clearTimeout(this.#timer);
    this.#remove();
  }
}
