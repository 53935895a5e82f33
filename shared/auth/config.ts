/** What a process must know to tell who calls it, and to call others. */
import type { EnvReader } from "../config.ts";
import {
  parseSigningKey,
  type PublicJwk,
  publicJwkOf,
  publicKeyPattern,
  type SigningKey,
} from "./signing_key.ts";

export interface AuthConfig {
  /** Who issues access tokens: `iss`. */
  readonly issuer: string;
  /** Whom access tokens are for: `aud`. */
  readonly audience: string;
  /** What this process signs its own service tokens with. */
  readonly serviceKey: SigningKey;
  /** By name of the process, the public keys that its service tokens may be signed with. */
  readonly serviceKeys: ReadonlyMap<string, readonly PublicJwk[]>;
}

/** As many as a rotation needs, and some. */
const keysMax = 5;

/** Reads `AUTH_ISSUER`, `AUTH_AUDIENCE`, `SERVICE_KEYS` and `<NAME>_SERVICE_KEY`. */
export function readAuthConfig(name: string, env: EnvReader): AuthConfig {
  const [serviceKey] = readSigningKeys(`${name.toUpperCase()}_SERVICE_KEY`, env);
  return {
    issuer: env.string("AUTH_ISSUER", "mall"),
    audience: env.string("AUTH_AUDIENCE", "mall"),
    serviceKey: serviceKey ?? nobodysKey,
    serviceKeys: readServiceKeys("SERVICE_KEYS", env),
  };
}

/** In place of a key that is missing: reading has failed by then and nothing is signed. */
const nobodysKey: SigningKey = { publicJwk: publicJwkOf(""), d: "" };

/**
 * One or more private keys, separated by commas: the first signs, all are known. The value is
 * never told.
 */
export function readSigningKeys(variable: string, env: EnvReader): readonly SigningKey[] {
  const texts = env.string(variable).split(",").filter((part) => part !== "");
  const keys = texts.flatMap((text) => parseSigningKey(text.trim()) ?? []);
  if (keys.length < texts.length || keys.length > keysMax) {
    env.problem(
      `${variable} must be 1 to ${keysMax} Ed25519 private keys (PKCS#8 in base64, separated by ` +
        "commas); `deno task keys` makes them",
    );
  }
  return keys;
}

/** `bff=<key>;order=<key>,<next key>` */
function readServiceKeys(
  variable: string,
  env: EnvReader,
): ReadonlyMap<string, readonly PublicJwk[]> {
  const entries = env.string(variable).split(";").filter((part) => part.trim() !== "");
  const keys = new Map<string, readonly PublicJwk[]>();
  for (const entry of entries) {
    const [, name, list = ""] = /^\s*([a-z]+)=([\w,-]+)\s*$/.exec(entry) ?? [];
    const texts = list.split(",");
    const good = texts.every((text) => publicKeyPattern.test(text)) && texts.length <= keysMax;
    if (name === undefined || !good) {
      env.problem(
        `${variable} must look like bff=<public key>;order=<public key>; \`deno task keys\` prints it`,
      );
      return new Map();
    }
    keys.set(name, texts.map(publicJwkOf));
  }
  return keys;
}
