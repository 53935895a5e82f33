/** Saves the timeouts of a Redis that is away: after a few failures in a row it is left alone. */

export interface RedisBreaker {
  /** Whether to ask Redis now. While it is left alone, one caller per pause tries. */
  allows(): boolean;
  succeeded(): void;
  failed(): void;
}

export interface RedisBreakerOptions {
  /** Failures in a row that open it. */
  readonly failuresMax: number;
  /** How long Redis is left alone, in milliseconds. */
  readonly pauseMs: number;
  /** A monotonic clock in milliseconds. */
  readonly now?: () => number;
}

/** Creates a closed breaker. */
export function createRedisBreaker(options: RedisBreakerOptions): RedisBreaker {
  const { failuresMax, pauseMs, now = () => performance.now() } = options;
  let failures = 0;
  let aloneUntilMs = 0;
  return {
    allows() {
      if (failures < failuresMax) return true;
      if (now() < aloneUntilMs) return false;
      aloneUntilMs = now() + pauseMs;
      return true;
    },
    succeeded() {
      failures = 0;
    },
    failed() {
      failures++;
      if (failures >= failuresMax) aloneUntilMs = now() + pauseMs;
    },
  };
}

/** Asks Redis something; undefined if it failed, or failed so often before that it is not asked. */
export type AskRedis = <T>(command: () => Promise<T>) => Promise<T | undefined>;

/** Puts the breaker around commands whose failure is no error, and counts. */
export function createAskRedis(
  breaker: RedisBreaker,
  counters: { redisErrors: number; redisSkips: number },
): AskRedis {
  return async (command) => {
    if (!breaker.allows()) {
      counters.redisSkips++;
      return undefined;
    }
    try {
      const answer = await command();
      breaker.succeeded();
      return answer;
    } catch {
      counters.redisErrors++;
      breaker.failed();
      return undefined;
    }
  };
}
