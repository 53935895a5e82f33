/** The process's connection to Redis, which may be away or slow at any time and may forget anything. */
import { setTimeout as sleep } from "node:timers/promises";
import { Redis } from "ioredis";
import type { Dependency } from "../http/probes.ts";
import type { Logger } from "../log.ts";

export interface RedisConnectionOptions {
  /** `redis://[user:password@]host:port[/db]`, or `rediss://` for TLS. */
  readonly url: string;
  /** What `CLIENT LIST` shows: the process's name. */
  readonly name: string;
  readonly log: Logger;
  /**
   * How long a command may take, in milliseconds; 250. It may wait as long again for the batch
   * before it. A command that timed out may still be carried out later.
   */
  readonly commandTimeoutMs?: number;
}

const commandTimeoutMsDefault = 250;
const connectTimeoutMs = 1_000;
/** A connection that owes an answer for this long is given up and made anew. */
const socketTimeoutMs = 2_000;
const reconnectMaxMs = 1_000;
const closeTimeoutMs = 1_000;

/**
 * Connects in the background, for ever. While Redis is away commands fail at once, while it is
 * silent they fail after the timeout; none is queued for later or sent twice. Commands of one turn
 * of the event loop travel together. Close it with `closeRedis()`.
 *
 * Redis Cluster: keys used in one script or one multi-key command must share a hash tag, as in
 * `product:{42}:row`; then only this function has to learn of it.
 */
export function openRedis(options: RedisConnectionOptions): Redis {
  const redis = new Redis(options.url, {
    connectionName: options.name,
    enableAutoPipelining: true,
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    commandTimeout: options.commandTimeoutMs ?? commandTimeoutMsDefault,
    connectTimeout: connectTimeoutMs,
    socketTimeout: socketTimeoutMs,
    maxLoadingRetryTime: reconnectMaxMs,
    retryStrategy: reconnectMs,
  });
  logChanges(redis, options.log.with({ component: "redis" }));
  return redis;
}

/** Whether Redis answers now; never throws. */
export async function pingRedis(redis: Redis): Promise<boolean> {
  try {
    return await redis.ping() === "PONG";
  } catch {
    return false;
  }
}

/** Redis for the probes: without it a process serves worse, not nothing. */
export function redisDependency(redis: Redis): Dependency {
  return {
    name: "redis",
    required: false,
    async check() {
      if (!await pingRedis(redis)) throw new Error("redis is away");
    },
  };
}

/** Lets the commands on their way finish, for a second at most, and closes. Never fails. */
export async function closeRedis(redis: Redis): Promise<void> {
  const timeout = new AbortController();
  const late = sleep(closeTimeoutMs, undefined, { signal: timeout.signal }).catch(() => {});
  const ended = redis.status === "end"
    ? Promise.resolve()
    : new Promise<void>((resolve) => redis.once("end", () => resolve()));
  if (redis.status === "ready") {
    await Promise.race([redis.quit().then(() => ended, () => {}), late]);
  }
  redis.disconnect();
  await Promise.race([ended, late]);
  timeout.abort();
}

/** Exponential from 50 ms up to a second, with half of it random. */
function reconnectMs(attempt: number): number {
  const ceilingMs = Math.min(reconnectMaxMs, 50 * 2 ** Math.min(attempt, 10));
  return ceilingMs / 2 + Math.random() * ceilingMs / 2;
}

/** One line when it goes and one when it comes, however often it is tried. */
function logChanges(redis: Redis, log: Logger): void {
  let away = false;
  redis.on("error", (error: Error) => {
    if (!away) log.warn("redis is away, connecting on", { error: error.message });
    away = true;
  });
  redis.on("close", () => {
    if (!away && redis.status !== "end") log.warn("redis connection lost");
    away = true;
  });
  redis.on("ready", () => {
    log.info("redis connected");
    away = false;
  });
}
