/**
 * Keeps retries from multiplying an outage: each call earns a fraction of a retry, each retry
 * spends one (the "retry budget" of the Finagle library).
 */
export interface RetryBudget {
  earn(): void;
  /** Takes one retry; false if none is left. */
  spend(): boolean;
}

/** Creates a full budget: `ratio` retries a call, at most `max` saved up. */
export function createRetryBudget({ ratio = 0.2, max = 20 } = {}): RetryBudget {
  let saved = max;
  return {
    earn: () => {
      saved = Math.min(max, saved + ratio);
    },
    spend: () => {
      if (saved < 1) return false;
      saved -= 1;
      return true;
    },
  };
}
