/** Tokens for tests, signed with the keys of the mall that they are shown to. */
import type { KeyOwner, MallKeys } from "../../dev/keys.ts";
import { createAccessTokenIssuer } from "../../shared/auth/access_token.ts";
import { createServiceIdentity } from "../../shared/auth/service_token.ts";
import { parseSigningKey, type SigningKey } from "../../shared/auth/signing_key.ts";
import type { Role } from "../../shared/rpc/principal.ts";

export interface TestTokens {
  /** An access token of a session that nobody logged in to. */
  person(userId: bigint, ...roles: readonly Role[]): Promise<string>;
  /** The token of one process for calls to another. */
  service(from: KeyOwner, to: string): Promise<string>;
  /** Request headers of a person. */
  headers(userId: bigint, ...roles: readonly Role[]): Promise<{ authorization: string }>;
}

/** Makes them with the keys that the processes got. */
export function createTestTokens(keys: MallKeys): TestTokens {
  const issuer = createAccessTokenIssuer([signingKey(keys.signingKeys)], {
    issuer: "mall",
    audience: "mall",
  });
  function person(userId: bigint, ...roles: readonly Role[]): Promise<string> {
    const sessionId = crypto.randomUUID();
    return issuer.issue({ userId, roles: ["user", ...roles], sessionId });
  }
  return {
    person,
    service(from, to) {
      const serviceKey = signingKey(keys.serviceKeys[from]);
      return createServiceIdentity(from, { serviceKey }).tokenFor(to);
    },
    async headers(userId, ...roles) {
      return { authorization: `Bearer ${await person(userId, ...roles)}` };
    },
  };
}

function signingKey(pkcs8: string): SigningKey {
  const key = parseSigningKey(pkcs8);
  if (key === undefined) throw new Error("this is no Ed25519 key");
  return key;
}
