/** How near a limit is, passed on from a service's answer to the client's. */
import { type CallOptions, ConnectError } from "@connectrpc/connect";
import type { Context } from "hono";
import type { BffEnv } from "./context.ts";

const names = ["ratelimit-limit", "ratelimit-remaining", "ratelimit-reset", "retry-after"] as const;

/** The call's options, with the limit's headers of its answer put on the client's. */
export function withLimitHeaders<P extends string>(
  c: Context<BffEnv, P>,
  options: CallOptions,
): CallOptions {
  return {
    ...options,
    onHeader(header) {
      for (const [name, value] of limitHeaders(header)) c.header(name, value);
    },
  };
}

/** The limit's headers of a refusal that a service has sent. */
export function limitHeadersOf(error: unknown): readonly (readonly [string, string])[] {
  return error instanceof ConnectError ? limitHeaders(error.metadata) : [];
}

function limitHeaders(header: Headers): readonly (readonly [string, string])[] {
  return names.flatMap((name) => {
    const value = header.get(name);
    return value === null ? [] : [[name, value] as const];
  });
}
