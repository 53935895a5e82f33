/** `/.well-known/jwks.json`: the public keys of access tokens (RFC 7517). */
import { type OpenAPIHono, z } from "@hono/zod-openapi";
import { onBehalfOf } from "../../shared/rpc/call.ts";
import { publicRoute } from "../access.ts";
import type { Clients } from "../clients.ts";
import type { BffEnv } from "../context.ts";
import { problems } from "../schemas.ts";

const JwkSchema = z.object({
  kid: z.string(),
  kty: z.string().openapi({ example: "OKP" }),
  crv: z.string().openapi({ example: "Ed25519" }),
  alg: z.string().openapi({ example: "EdDSA" }),
  use: z.string().openapi({ example: "sig" }),
  x: z.string(),
}).openapi("Jwk");

const route = publicRoute({
  method: "get",
  path: "/.well-known/jwks.json",
  tags: ["account"],
  summary: "The public keys of access tokens, those being phased in or out included",
  responses: {
    200: {
      description: "The keys.",
      content: { "application/json": { schema: z.object({ keys: z.array(JwkSchema) }) } },
    },
    ...problems({ 503: "The user service is away." }),
  },
});

/** Adds the route. */
export function jwksRoutes(
  app: OpenAPIHono<BffEnv>,
  { clients }: { readonly clients: Clients },
): void {
  app.openapi(route, async (c) => {
    const { keys } = await clients.auth.getJwks({}, onBehalfOf(c.var.call));
    const shown = keys.map(({ kid, kty, crv, alg, use, x }) => ({ kid, kty, crv, alg, use, x }));
    return c.json({ keys: shown }, 200, { "cache-control": "public, max-age=300" });
  });
}
