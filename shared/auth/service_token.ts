/** Service tokens: how one process of the mall proves to another which one it is. */
import type { Principal } from "../rpc/principal.ts";
import type { AuthConfig } from "./config.ts";
import { createSigner, importPublicJwk, proveJwt, tokenInvalid, type VerifyKey } from "./jwt.ts";

const ttlSeconds = 300;
/** A token is made anew this long before it ends, in milliseconds. */
const renewMs = 60_000;

/** A process as others see it. */
export interface ServiceIdentity {
  /** A token for calls to `audience`, such as "user"; made anew every few minutes. */
  tokenFor(audience: string): Promise<string>;
}

/** Signs short-lived tokens with the process's own key. */
export function createServiceIdentity(
  name: string,
  { serviceKey }: Pick<AuthConfig, "serviceKey">,
): ServiceIdentity {
  const sign = createSigner(serviceKey);
  const made = new Map<string, { token: Promise<string>; renewAtMs: number }>();
  return {
    tokenFor(audience) {
      const kept = made.get(audience);
      if (kept !== undefined && performance.now() < kept.renewAtMs) return kept.token;
      const token = sign({
        type: "service+jwt",
        issuer: name,
        audience,
        subject: name,
        ttlSeconds,
      });
      made.set(audience, { token, renewAtMs: performance.now() + ttlSeconds * 1_000 - renewMs });
      return token;
    },
  };
}

/**
 * Proves a service token: signed by a key of the process that it names, for the process that it
 * is shown to. Throws TOKEN_INVALID or TOKEN_EXPIRED.
 */
export function createServiceProof(
  audience: string,
  { serviceKeys }: Pick<AuthConfig, "serviceKeys">,
): (token: string, issuer: string) => Promise<ProvedService> {
  const imported = new Map<string, Promise<VerifyKey>>();
  return async (token, issuer) => {
    const known = serviceKeys.get(issuer);
    if (known === undefined) throw tokenInvalid();
    const { sub, exp = 0 } = await proveJwt(token, {
      type: "service+jwt",
      issuer,
      audience,
      async findKey(kid) {
        const jwk = known.find((key) => key.kid === kid);
        if (jwk === undefined) return undefined;
        const key = imported.get(kid) ?? importPublicJwk(jwk);
        imported.set(kid, key);
        return await key;
      },
    });
    if (sub !== issuer) throw tokenInvalid();
    return { principal: { kind: "service", name: issuer }, expireMs: exp * 1_000 };
  };
}

/** Who it is, and until when the token says so, in Unix milliseconds. */
export interface ProvedService {
  readonly principal: Extract<Principal, { kind: "service" }>;
  readonly expireMs: number;
}
