/** Attempts at secrets under several limits at once. */
import type { HandlerContext } from "@connectrpc/connect";
import { Refusal } from "../../../shared/errors.ts";
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
  /**
   * Tries the secret. Only a wrong one counts: a success gives the places back, and so does any
   * other failure, as a server that is busy must not lock its users out.
   */
  trying<T>(work: () => Promise<T>): Promise<T>;
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
  return {
    async trying(work) {
      try {
        const result = await work();
        await giveBack();
        return result;
      } catch (error) {
        if (!isWrongSecret(error)) await giveBack();
        throw error;
      }
    },
  };
}

/** What the services call a wrong password or answer, whatever the code. */
export const wrongSecret = "BAD_CREDENTIALS";

function isWrongSecret(error: unknown): boolean {
  return error instanceof Refusal && error.reason === wrongSecret;
}

function longest(attempts: readonly Attempt[]): Attempt {
  return attempts.reduce((one, other) => other.resetMs > one.resetMs ? other : one);
}
