/** Bearer token → who calls, at the price of one look into a map once it was proved. */
import { decodeJwt, decodeProtectedHeader } from "jose";
import { LRUCache } from "lru-cache";
import { Code } from "@connectrpc/connect";
import { Refusal } from "../errors.ts";
import type { Principal, VerifyToken } from "../rpc/principal.ts";
import { personOf } from "./access_token.ts";
import type { AuthConfig } from "./config.ts";
import type { IssuerKeys } from "./issuer_keys.ts";
import { proveJwt, tokenExpired, tokenInvalid } from "./jwt.ts";
import type { RevokedSessions } from "./revoked_sessions.ts";
import { createServiceProof } from "./service_token.ts";
import { clockToleranceSeconds } from "./token_times.ts";

export interface TokenVerifierOptions {
  /** The name of this process: what service tokens must be for. */
  readonly name: string;
  readonly config: AuthConfig;
  readonly keys: IssuerKeys;
  readonly revoked: Pick<RevokedSessions, "has">;
  /** Proved tokens that are remembered at most. */
  readonly keptMax?: number;
  /** Unix milliseconds. */
  readonly now?: () => number;
}

interface Proved {
  readonly principal: Principal;
  readonly expireMs: number;
}

/**
 * Proves access tokens and service tokens. What was proved is remembered until it expires, at most
 * `keptMax` tokens; whether its session was ended is looked up on every call.
 */
export function createTokenVerifier(options: TokenVerifierOptions): VerifyToken {
  const { name, config, keys, revoked, keptMax = 10_000, now = () => Date.now() } = options;
  const kept = new LRUCache<string, Proved>({ max: keptMax });
  const proveService = createServiceProof(name, config);

  async function prove(token: string): Promise<Proved> {
    const { type, issuer } = kindOf(token);
    if (type === "service+jwt") return await proveService(token, issuer);
    const claims = await proveJwt(token, {
      type: "at+jwt",
      issuer: config.issuer,
      audience: config.audience,
      findKey: (kid) => keys.find(kid),
    });
    return { principal: personOf(claims), expireMs: (claims.exp ?? 0) * 1_000 };
  }
  function accept(token: string, { principal, expireMs }: Proved): Principal {
    if (expireMs + clockToleranceSeconds * 1_000 < now()) {
      kept.delete(token);
      throw tokenExpired();
    }
    if (principal.kind === "user" && revoked.has(principal.sessionId)) throw sessionEnded();
    return principal;
  }
  return async (token) => {
    const known = kept.get(token);
    if (known !== undefined) return accept(token, known);
    const proved = await prove(token);
    kept.set(token, proved);
    return accept(token, proved);
  };
}

/** What a token says it is, unproved: only which proof it must pass. */
function kindOf(token: string): { type: unknown; issuer: string } {
  try {
    return { type: decodeProtectedHeader(token).typ, issuer: decodeJwt(token).iss ?? "" };
  } catch {
    throw tokenInvalid();
  }
}

function sessionEnded(): Refusal {
  const message = "this session has ended: log in again";
  return new Refusal(Code.Unauthenticated, "SESSION_ENDED", message);
}
