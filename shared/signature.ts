/**
 * Signed messages between two who share a secret: `t=<unix seconds>,v1=<hex HMAC-SHA256>` over the
 * time and the very bytes of the body. Old ones are refused, so that none can be played again for
 * long.
 */
import { createHmac, timingSafeEqual } from "node:crypto";
import { Buffer } from "node:buffer";

/** How old, or how far ahead, a signature may be, in seconds. */
const ageMaxSeconds = 300;
const shape = /^t=(\d{1,12}),v1=([0-9a-f]{64})$/;

/** Signs the bytes as of now. */
export function signBody(
  secret: string,
  body: Uint8Array | string,
  nowMs = Date.now(),
): string {
  const time = Math.floor(nowMs / 1_000);
  return `t=${time},v1=${macOf(secret, time, body).toString("hex")}`;
}

/** Whether the signature is of these bytes, by the secret, and of our time. */
export function isSigned(
  secret: string,
  body: Uint8Array | string,
  signature: string,
  nowMs = Date.now(),
): boolean {
  const [, time, mac] = shape.exec(signature) ?? [];
  if (time === undefined || mac === undefined) return false;
  if (Math.abs(nowMs / 1_000 - Number(time)) > ageMaxSeconds) return false;
  return timingSafeEqual(macOf(secret, Number(time), body), Buffer.from(mac, "hex"));
}

function macOf(secret: string, time: number, body: Uint8Array | string): Buffer {
  return createHmac("sha256", secret).update(`${time}.`).update(body).digest();
}
