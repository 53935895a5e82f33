/** A circuit breaker for one instance of a service. */

export interface BreakerOptions {
  /** So many failures in a row open it. */
  readonly failuresMax?: number;
  /** The first pause after opening, in milliseconds; it doubles with each failed trial. */
  readonly pauseMs?: number;
  /** The longest pause, in milliseconds. */
  readonly pauseMaxMs?: number;
  /** A clock in milliseconds that never goes back. */
  readonly now?: () => number;
}

/** Counts outcomes; while open, one trial call at a time may pass after each pause. */
export interface Breaker {
  /** Whether a call may go to the instance now. Taking the trial is part of the answer. */
  allows(): boolean;
  /** Whether calls pass freely, for choosing between instances. */
  readonly closed: boolean;
  succeeded(): void;
  failed(): void;
}

/** Creates a closed breaker. */
export function createBreaker(options: BreakerOptions = {}): Breaker {
  const { failuresMax = 5, pauseMs = 500, pauseMaxMs = 2_000 } = options;
  const now = options.now ?? (() => performance.now());
  let failures = 0;
  let pause = pauseMs;
  /** When the next trial may pass; undefined while closed. */
  let trialAt: number | undefined;
  let onTrial = false;

  return {
    get closed() {
      return trialAt === undefined;
    },
    allows() {
      if (trialAt === undefined) return true;
      if (now() < trialAt) return false;
      trialAt = now() + pause;
      onTrial = true;
      return true;
    },
    succeeded() {
      failures = 0;
      pause = pauseMs;
      trialAt = undefined;
      onTrial = false;
    },
    failed() {
      failures++;
      if (failures < failuresMax) return;
      // Calls that were under way when it opened say nothing new.
      if (trialAt !== undefined && !onTrial) return;
      if (onTrial) pause = Math.min(pause * 2, pauseMaxMs);
      onTrial = false;
      trialAt = now() + pause;
    },
  };
}
