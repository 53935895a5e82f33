/** Ed25519 keys: private ones as PKCS#8, public ones as JWK (RFC 8037). */
import { Buffer } from "node:buffer";
import { createHash, createPrivateKey } from "node:crypto";

/** A public key as a JWKS shows it. */
export interface PublicJwk {
  readonly kid: string;
  readonly kty: "OKP";
  readonly crv: "Ed25519";
  readonly alg: "EdDSA";
  readonly use: "sig";
  /** 32 bytes in base64url. */
  readonly x: string;
}

/** A private key with its public half. */
export interface SigningKey {
  readonly publicJwk: PublicJwk;
  /** 32 bytes in base64url: a secret. */
  readonly d: string;
}

/** An Ed25519 public key is 32 bytes: 43 characters of base64url. */
export const publicKeyPattern = /^[A-Za-z0-9_-]{43}$/;

/** A public key of 43 characters as a JWK; its id is the thumbprint of RFC 7638. */
export function publicJwkOf(x: string): PublicJwk {
  const kid = createHash("sha256").update(`{"crv":"Ed25519","kty":"OKP","x":"${x}"}`)
    .digest("base64url");
  return { kid, kty: "OKP", crv: "Ed25519", alg: "EdDSA", use: "sig", x };
}

/**
 * A private key from the base64 of its PKCS#8 form, as
 * `openssl genpkey -algorithm ed25519 -outform DER | base64` prints it; undefined if it is none.
 */
export function parseSigningKey(pkcs8: string): SigningKey | undefined {
  try {
    const key = createPrivateKey({
      key: Buffer.from(pkcs8, "base64"),
      format: "der",
      type: "pkcs8",
    });
    const { crv, d, x } = key.export({ format: "jwk" });
    if (crv !== "Ed25519" || d === undefined || x === undefined) return undefined;
    return { publicJwk: publicJwkOf(x), d };
  } catch {
    // The library's own words might quote the secret.
    return undefined;
  }
}

/** A new private key in the same form, and its public half. */
export async function newSigningKey(): Promise<{ pkcs8: string; publicKey: string }> {
  const pair = await crypto.subtle.generateKey("Ed25519", true, ["sign", "verify"]);
  if (!("privateKey" in pair)) throw new Error("no key pair was made");
  const pkcs8 = Buffer.from(await crypto.subtle.exportKey("pkcs8", pair.privateKey));
  const raw = Buffer.from(await crypto.subtle.exportKey("raw", pair.publicKey));
  return { pkcs8: pkcs8.toString("base64"), publicKey: raw.toString("base64url") };
}
