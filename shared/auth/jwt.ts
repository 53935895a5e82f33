/** JSON Web Tokens signed with Ed25519 (RFC 7519, RFC 8037): signing and proving, by `jose`. */
import { errors, importJWK, type JWTPayload, jwtVerify, SignJWT } from "jose";
import { Code } from "@connectrpc/connect";
import { Refusal } from "../errors.ts";
import type { PublicJwk, SigningKey } from "./signing_key.ts";
import { clockToleranceSeconds } from "./token_times.ts";

/** What tells an access token from a service token (RFC 9068, RFC 8725 §3.11). */
export type TokenType = "at+jwt" | "service+jwt";

export interface SignOptions {
  readonly type: TokenType;
  readonly issuer: string;
  readonly audience: string;
  readonly subject: string;
  readonly ttlSeconds: number;
  readonly claims?: Readonly<Record<string, unknown>>;
}

export type Sign = (options: SignOptions) => Promise<string>;

/** Signs with a key that is imported once. */
export function createSigner({ publicJwk, d }: SigningKey): Sign {
  let key: ReturnType<typeof importJWK> | undefined;
  return async (options) => {
    key ??= importJWK({ ...publicJwk, d }, "EdDSA");
    const nowSeconds = Math.floor(Date.now() / 1_000);
    return await new SignJWT({ ...options.claims })
      .setProtectedHeader({ alg: "EdDSA", kid: publicJwk.kid, typ: options.type })
      .setIssuer(options.issuer)
      .setAudience(options.audience)
      .setSubject(options.subject)
      .setIssuedAt(nowSeconds)
      .setExpirationTime(nowSeconds + options.ttlSeconds)
      .sign(await key);
  };
}

export type VerifyKey = Awaited<ReturnType<typeof importJWK>>;

/** The public key as `jose` wants it. */
export async function importPublicJwk(jwk: PublicJwk): Promise<VerifyKey> {
  return await importJWK({ ...jwk }, "EdDSA");
}

export interface ProveOptions {
  readonly type: TokenType;
  readonly issuer: string;
  readonly audience: string;
  /** The key of that id; undefined if there is none. */
  readonly findKey: (kid: string) => Promise<VerifyKey | undefined>;
}

/**
 * The claims of a token that proves itself. Only EdDSA is taken, whatever the header says, and of
 * the header only `kid` is used, to look among the keys that we know. Throws Unauthenticated:
 * TOKEN_EXPIRED, else TOKEN_INVALID; what `findKey` throws passes through.
 */
export async function proveJwt(token: string, options: ProveOptions): Promise<JWTPayload> {
  const { type, issuer, audience, findKey } = options;
  let failure: unknown;
  async function find(kid: unknown): Promise<VerifyKey> {
    const key = typeof kid === "string" ? await findKey(kid) : undefined;
    if (key === undefined) throw tokenInvalid();
    return key;
  }
  try {
    const { payload } = await jwtVerify(token, ({ kid }) => {
      return find(kid).catch((error) => {
        // What keeps us from looking is not the token's fault.
        failure = error;
        throw error;
      });
    }, {
      algorithms: ["EdDSA"],
      typ: type,
      issuer,
      audience,
      clockTolerance: clockToleranceSeconds,
      requiredClaims: ["sub", "iat", "exp"],
    });
    return payload;
  } catch (error) {
    if (failure !== undefined) throw failure;
    throw error instanceof errors.JWTExpired ? tokenExpired() : tokenInvalid();
  }
}

/** The refusal of a token that proves nothing; why is nobody's business. */
export function tokenInvalid(): Refusal {
  return new Refusal(
    Code.Unauthenticated,
    "TOKEN_INVALID",
    "this token is not valid: log in again",
  );
}

/** The refusal of a token whose time is over. */
export function tokenExpired(): Refusal {
  const message = "the access token has expired: refresh it";
  return new Refusal(Code.Unauthenticated, "TOKEN_EXPIRED", message);
}
