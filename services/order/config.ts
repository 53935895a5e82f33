import { EnvReader, type EnvSource } from "../../shared/config.ts";
import { readServiceConfig, type ServiceConfig } from "../../shared/service/config.ts";
import type { PostageRule } from "./new_order.ts";

export interface OrderConfig extends ServiceConfig {
  readonly postage: PostageRule;
  /** How long an order may stay unpaid, in milliseconds. */
  readonly payWithinMs: number;
  /** How long a shipped order waits for its buyer's word, in milliseconds. */
  readonly confirmWithinMs: number;
  /** How often what is overdue is looked for, in milliseconds. */
  readonly overdueEveryMs: number;
  /** Unpaid orders of one buyer. */
  readonly unpaidMax: number;
}

const minuteMs = 60_000;
const dayMs = 86_400_000;
const yearMs = 365 * dayMs;

/** Reads `ORDER_*` and the variables that every process shares. Throws `ConfigError`. */
export function readConfig(source: EnvSource): OrderConfig {
  const env = new EnvReader(source);
  const fen = { min: 0, max: 1_000_000_000 };
  const config = {
    ...readServiceConfig("order", env, { port: 8080 }),
    postage: {
      postageFen: BigInt(env.int("ORDER_POSTAGE_FEN", { ...fen, fallback: 800 })),
      freeFromFen: BigInt(env.int("ORDER_POSTAGE_FREE_FROM_FEN", { ...fen, fallback: 9_900 })),
    },
    payWithinMs: env.int("ORDER_PAY_WITHIN_MS", {
      min: 1_000,
      max: dayMs,
      fallback: 30 * minuteMs,
    }),
    confirmWithinMs: env.int("ORDER_CONFIRM_WITHIN_MS", {
      min: 1_000,
      max: yearMs,
      fallback: 7 * dayMs,
    }),
    overdueEveryMs: env.int("ORDER_OVERDUE_EVERY_MS", { min: 100, max: dayMs, fallback: 5_000 }),
    unpaidMax: env.int("ORDER_UNPAID_MAX", { min: 1, max: 10_000, fallback: 20 }),
  };
  env.done();
  return config;
}
