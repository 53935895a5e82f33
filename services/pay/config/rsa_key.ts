/** RSA keys in the environment, as the consoles of platforms give them out. */
import { Buffer } from "node:buffer";
import { createPrivateKey, createPublicKey, type KeyObject } from "node:crypto";
import type { EnvReader } from "../../../shared/config.ts";

export type RsaKeyKind = "private" | "public";

/** Platforms give out no shorter ones. */
const bitsMin = 2_048;
const pemPattern = /^-----BEGIN ([A-Z ]+)-----([A-Za-z0-9+/=\s]+)-----END [A-Z ]+-----$/;
const containers = { private: "PKCS#8", public: "SPKI" } as const;

/**
 * A key as PEM (also on one line, with `\n` or spaces for its ends of lines) or as bare base64.
 * Undefined for a mistake, which is told without the value.
 */
export function readRsaKey(env: EnvReader, name: string, kind: RsaKeyKind): KeyObject | undefined {
  const text = env.string(name);
  if (text === "") return undefined;
  const key = parseRsaKey(text, kind);
  if (key === undefined) {
    const shape = `${containers[kind]} in PEM, or its base64 on one line`;
    env.problem(`${name} must be an RSA ${kind} key of ${bitsMin} bits or more: ${shape}`);
  }
  return key;
}

function parseRsaKey(text: string, kind: RsaKeyKind): KeyObject | undefined {
  const [, label = "", inside] = pemPattern.exec(text.replaceAll("\\n", "\n")) ?? [];
  const key = Buffer.from((inside ?? text).replaceAll(/\s/g, ""), "base64");
  const isPkcs1 = label.startsWith("RSA ");
  try {
    const parsed = kind === "private"
      ? createPrivateKey({ key, format: "der", type: isPkcs1 ? "pkcs1" : "pkcs8" })
      : createPublicKey({ key, format: "der", type: isPkcs1 ? "pkcs1" : "spki" });
    const bits = parsed.asymmetricKeyDetails?.modulusLength ?? 0;
    return parsed.asymmetricKeyType === "rsa" && bits >= bitsMin ? parsed : undefined;
  } catch {
    return undefined;
  }
}
