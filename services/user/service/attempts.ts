/** Attempts at secrets under several limits at once. */
import type { HandlerContext } from "@connectrpc/connect";
import type { RateLimit } from "../../../shared/limits/rate_limit.ts";
import {
  type Attempt,
  type RateLimiter,
  rateLimitHeaders,
  tooManyAttempts,
} from "../../../shared/limits/rate_limiter.ts";

/** One limit and what it counts. */
export interface Counted {
  readonly limit: RateLimit;
  readonly key: string;
}

export interface Attempts {
  /** They shall not count, because they succeeded. */
  giveBack(): Promise<void>;
}

/**
 * Takes a place under each limit, or refuses with ResourceExhausted and gives back those taken. The
 * caller is told of the limit that is nearest.
 */
export async function attempt(
  limiter: RateLimiter,
  context: HandlerContext,
  counted: readonly Counted[],
): Promise<Attempts> {
  const taken = await Promise.all(counted.map(({ limit, key }) => limiter.take(limit, key)));
  const giveBack = async () => void await Promise.all(taken.map((one) => one.giveBack()));
  const refused = taken.filter(({ allowed }) => !allowed);
  if (refused.length > 0) {
    await Promise.all(taken.filter(({ allowed }) => allowed).map((one) => one.giveBack()));
    throw tooManyAttempts(longest(refused));
  }
  const nearest = taken.toSorted((a, b) => a.remaining - b.remaining)[0];
  if (nearest !== undefined) {
    for (const [name, value] of Object.entries(rateLimitHeaders(nearest))) {
      context.responseHeader.set(name, value);
    }
  }
  return { giveBack };
}

function longest(attempts: readonly Attempt[]): Attempt {
  return attempts.reduce((one, other) => other.resetMs > one.resetMs ? other : one);
}
