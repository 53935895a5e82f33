/**
 * Keeps retries from multiplying an outage: each call earns a fraction of a retry, each retry
 * spends one (the "retry budget" of the Finagle library).
 */
export interface RetryBudget {
  earn(): void;
  /** Takes one retry; false if none is left. */
  spend(): boolean;
}

/**
 * Creates a budget of `start` retries: `ratio` more a call, at most `max` saved up. Who has many
 * calls in flight needs many at once when an instance dies, and has earned them before.
 */
export function createRetryBudget(
  { ratio = 0.2, max = 500, start = Math.min(20, max) } = {},
): RetryBudget {
  let saved = start;
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
