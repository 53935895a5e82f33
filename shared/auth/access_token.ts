/** Access tokens: what a person shows after having logged in. */
import type { JWTPayload } from "jose";
import type { PersonPrincipal, Role } from "../rpc/principal.ts";
import { createSigner, tokenInvalid } from "./jwt.ts";
import type { PublicJwk, SigningKey } from "./signing_key.ts";
import { accessTtlSeconds } from "./token_times.ts";

export interface AccessTokenIssuer {
  issue(person: Omit<PersonPrincipal, "kind">): Promise<string>;
  /** The public keys: the one that signs and those that are phased in or out. */
  readonly jwks: readonly PublicJwk[];
}

export interface AccessTokenIssuerOptions {
  readonly issuer: string;
  readonly audience: string;
  readonly ttlSeconds?: number;
}

/** Signs with the first key. Throws if there is none. */
export function createAccessTokenIssuer(
  keys: readonly SigningKey[],
  { issuer, audience, ttlSeconds = accessTtlSeconds }: AccessTokenIssuerOptions,
): AccessTokenIssuer {
  const [first] = keys;
  if (first === undefined) throw new Error("an issuer of tokens needs a key");
  const sign = createSigner(first);
  return {
    issue({ userId, roles, sessionId }) {
      const claims = { sid: sessionId, roles };
      const subject = String(userId);
      return sign({ type: "at+jwt", issuer, audience, subject, ttlSeconds, claims });
    },
    jwks: keys.map(({ publicJwk }) => publicJwk),
  };
}

const subjectPattern = /^[1-9]\d{0,18}$/;
const roles: readonly Role[] = ["user", "operator", "admin"];

/** The person of proved claims. Throws TOKEN_INVALID if they are not those of an access token. */
export function personOf({ sub = "", ...claims }: JWTPayload): PersonPrincipal {
  const sessionId = claims["sid"];
  const given = claims["roles"];
  if (!subjectPattern.test(sub) || typeof sessionId !== "string" || !Array.isArray(given)) {
    throw tokenInvalid();
  }
  return {
    kind: "user",
    userId: BigInt(sub),
    roles: roles.filter((role) => given.includes(role)),
    sessionId,
  };
}
