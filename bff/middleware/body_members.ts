import type { MiddlewareHandler } from "hono";
import type { BffEnv } from "../context.ts";

/** The body is what the service's request has as its member `name`: `/address/city` → `/city`. */
export function nestedMembers(name: string): MiddlewareHandler<BffEnv> {
  return bodyMembers({ [name]: "" });
}

/**
 * Says how members of the service's request are called in this route's body, so that refusals of
 * the service point at what the client sent: `/image_urls/3` → `/images/3`.
 */
export function bodyMembers(names: Readonly<Record<string, string>>): MiddlewareHandler<BffEnv> {
  return async (c, next) => {
    c.set("bodyMembers", names);
    await next();
  };
}
