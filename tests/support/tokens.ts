/** Tokens for tests, signed with the keys of the mall that they are shown to. */
import { Buffer } from "node:buffer";
import { importJWK, SignJWT } from "jose";
import type { KeyOwner, MallKeys } from "../../dev/keys.ts";
import { createAccessTokenIssuer } from "../../shared/auth/access_token.ts";
import { createSigner } from "../../shared/auth/jwt.ts";
import { createServiceIdentity } from "../../shared/auth/service_token.ts";
import { newSigningKey, parseSigningKey, type SigningKey } from "../../shared/auth/signing_key.ts";
import type { Role } from "../../shared/rpc/principal.ts";

export interface TestTokens {
  /** An access token of a session that nobody logged in to. */
  person(userId: bigint, ...roles: readonly Role[]): Promise<string>;
  /** The token of one process for calls to another. */
  service(from: KeyOwner, to: string): Promise<string>;
  /** Request headers of a person. */
  headers(userId: bigint, ...roles: readonly Role[]): Promise<{ authorization: string }>;
  /** See `badTokens()`. */
  bad(userId: bigint): Promise<Readonly<Record<string, string>>>;
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
    bad: (userId) => badTokens(keys, userId),
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

/** Tokens that prove nothing, by what is wrong with them; all say that they are this person's. */
export async function badTokens(
  keys: MallKeys,
  userId: bigint,
): Promise<Readonly<Record<string, string>>> {
  const key = signingKey(keys.signingKeys);
  const sign = createSigner(key);
  const good = {
    type: "at+jwt",
    issuer: "mall",
    audience: "mall",
    subject: String(userId),
    ttlSeconds: 900,
    claims: { sid: crypto.randomUUID(), roles: ["user", "operator", "admin"] },
  } as const;
  const token = await sign(good);
  const [head = "", claims = "", signature = ""] = token.split(".");
  const stranger = createSigner(signingKey((await newSigningKey()).pkcs8));
  const header = (members: object) => encode({ ...decode(head), ...members });
  const resigned = async (members: object) => {
    const privateKey = await importJWK({ ...key.publicJwk, d: key.d }, "EdDSA");
    return await new SignJWT(decode(claims))
      .setProtectedHeader({ alg: "EdDSA", kid: key.publicJwk.kid, typ: "at+jwt", ...members })
      .sign(privateKey);
  };
  const hmac = new TextEncoder().encode(key.publicJwk.x);
  return {
    "expired": await sign({ ...good, ttlSeconds: -100 }),
    "wrong issuer": await sign({ ...good, issuer: "evil" }),
    "wrong audience": await sign({ ...good, audience: "evil" }),
    "alg none": `${header({ alg: "none" })}.${claims}.`,
    "alg none in capitals": `${header({ alg: "NONE" })}.${claims}.${signature}`,
    "signed by another key": await stranger(good),
    "another key under our id": `${head}.${claims}.${(await stranger(good)).split(".")[2]}`,
    "HMAC with the public key": await new SignJWT(decode(claims))
      .setProtectedHeader({ alg: "HS256", kid: key.publicJwk.kid, typ: "at+jwt" })
      .sign(hmac),
    "no key id": await resigned({ kid: undefined }),
    "key id as a path": await resigned({ kid: "../../etc/passwd" }),
    "unknown key from its own url": await resigned({ kid: "x", jku: "http://127.0.0.1:1/jwks" }),
    "another type": await resigned({ typ: "JWT" }),
    "a service token's type": await resigned({ typ: "service+jwt" }),
    "not valid yet": await sign({ ...good, claims: { ...good.claims, nbf: nowSeconds() + 600 } }),
    "other claims": `${head}.${encode({ ...decode(claims), sub: "1" })}.${signature}`,
    "a flipped bit": `${head}.${claims}.${flipped(signature)}`,
    "no subject": await sign({ ...good, subject: "" }),
    "a subject that is no number": await sign({ ...good, subject: "1 OR 1=1" }),
    "no session": await sign({ ...good, claims: { roles: ["user"] } }),
    "no JWT": "x".repeat(43),
  };
}

function nowSeconds(): number {
  return Math.floor(Date.now() / 1_000);
}

function decode(part: string): Record<string, unknown> {
  return JSON.parse(Buffer.from(part, "base64url").toString());
}

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString("base64url");
}

function flipped(signature: string): string {
  const bytes = Buffer.from(signature, "base64url");
  bytes[7] = (bytes[7] ?? 0) ^ 1;
  return bytes.toString("base64url");
}
