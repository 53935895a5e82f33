/** Asking a platform over HTTP within limits, whichever it is. */
import type { z } from "@hono/zod-openapi";
import { readBody } from "../../../../shared/http/body.ts";
import { platformAway, refused } from "./refusals.ts";

/** How long one call of ours may take, however many requests it makes, in milliseconds. */
export const timeoutMs = 5_000;
const answerMaxBytes = 65_536;

export interface PlatformRequest {
  readonly url: string;
  readonly method: "GET" | "POST";
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Ends the whole call of ours; five seconds from now unless given. */
  readonly signal?: AbortSignal;
}

/** An answer as it came: signatures are over these very bytes. */
export interface PlatformAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly bytes: Uint8Array;
}

/**
 * Asks and reads the whole answer, of 64 KiB at most; a redirect is an answer. Rejects with
 * Unavailable PLATFORM_UNAVAILABLE when it does not come.
 */
export async function askPlatform(request: PlatformRequest): Promise<PlatformAnswer> {
  const { url, signal = AbortSignal.timeout(timeoutMs), ...init } = request;
  try {
    const response = await fetch(url, { ...init, redirect: "manual", signal });
    const bytes = await readBody(response, { maxBytes: answerMaxBytes, timeoutMs });
    return { status: response.status, headers: response.headers, bytes };
  } catch (error) {
    throw platformAway(error);
  }
}

/** JSON with fen as the whole numbers that platforms want; refuses what a number cannot hold. */
export function jsonOf(value: object): string {
  return JSON.stringify(value, (_name, member) => {
    if (typeof member !== "bigint") return member;
    if (member > BigInt(Number.MAX_SAFE_INTEGER)) {
      throw refused(new RangeError("too much for JSON"));
    }
    return Number(member);
  });
}

/** Undefined for what is not JSON, or not of the schema. */
export function readJson<T>(
  json: Uint8Array | string,
  schema: z.ZodType<T>,
): T | undefined {
  try {
    const text = typeof json === "string" ? json : new TextDecoder().decode(json);
    return schema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
