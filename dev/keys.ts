/** The keys with which the processes of the mall prove themselves, as environment variables. */
import { newSigningKey, parseSigningKey } from "../shared/auth/signing_key.ts";

/** Every process that calls another or is called. */
export const keyOwners = ["order", "product", "cart", "user", "pay", "bff"] as const;
export type KeyOwner = (typeof keyOwners)[number];

export interface MallKeys {
  /** `SERVICE_KEYS`: every public key, no secret. */
  readonly publicKeys: string;
  /** `<NAME>_SERVICE_KEY` of each process. */
  readonly serviceKeys: Readonly<Record<KeyOwner, string>>;
  /** `USER_SIGNING_KEYS` */
  readonly signingKeys: string;
}

/** Gives a private key by its name: a new one, or one that was kept. */
export type KeySource = (name: string) => Promise<string>;

/** A new private key. */
export async function newKey(): Promise<string> {
  return (await newSigningKey()).pkcs8;
}

/** One key for each process and one for access tokens; new ones unless `keyOf` keeps them. */
export async function mallKeys(keyOf: KeySource = newKey): Promise<MallKeys> {
  const entries = await Promise.all(keyOwners.map(async (owner) => {
    return [owner, await keyOf(`${owner}_service_key`)] as const;
  }));
  return {
    publicKeys: entries.map(([owner, key]) => `${owner}=${publicHalf(key)}`).join(";"),
    serviceKeys: Object.fromEntries(entries) as MallKeys["serviceKeys"],
    signingKeys: await keyOf("user_signing_key"),
  };
}

/** What one process gets of them. */
export function keyEnvironment(keys: MallKeys, owner: KeyOwner): Readonly<Record<string, string>> {
  return {
    SERVICE_KEYS: keys.publicKeys,
    [`${owner.toUpperCase()}_SERVICE_KEY`]: keys.serviceKeys[owner],
    ...(owner === "user" ? { USER_SIGNING_KEYS: keys.signingKeys } : {}),
  };
}

function publicHalf(pkcs8: string): string {
  const key = parseSigningKey(pkcs8);
  if (key === undefined) throw new Error("a kept key is no Ed25519 key any more");
  return key.publicJwk.x;
}
