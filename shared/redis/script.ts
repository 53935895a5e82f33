/** Lua scripts, sent by their hash. */
import type { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import type { Redis } from "ioredis";

/** A script ready to run. All its keys must share a hash tag. */
export interface RedisScript {
  readonly source: string;
  readonly sha1: string;
}

/** Prepares a script; nothing is sent. */
export function redisScript(source: string): RedisScript {
  return { source, sha1: createHash("sha1").update(source).digest("hex") };
}

/** Runs it; a server that does not know it yet gets the source. Fails as any command does. */
export async function runScript(
  redis: Redis,
  script: RedisScript,
  keys: readonly string[],
  values: readonly (string | number | Buffer)[],
): Promise<unknown> {
  try {
    return await redis.evalsha(script.sha1, keys.length, ...keys, ...values);
  } catch (error) {
    if (!isUnknown(error)) throw error;
    return await redis.eval(script.source, keys.length, ...keys, ...values);
  }
}

function isUnknown(error: unknown): boolean {
  return error instanceof Error && error.message.startsWith("NOSCRIPT");
}
