/** Entity tags of answers whose bytes are known (RFC 9110, section 8.8.3). */
import { hash } from "node:crypto";

/** 22 characters of base64url are 132 bits: two answers never share them by chance. */
const tagLength = 22;

/** A strong entity tag, quotes included: the same bytes have the same one in every process. */
export function entityTag(bytes: Uint8Array): string {
  return `"${hash("sha256", bytes, "base64url").slice(0, tagLength)}"`;
}

/**
 * Whether a client that sent this `If-None-Match` has the answer already, by the weak comparison
 * that RFC 9110 asks for here: `*`, or a list that holds the tag, `W/` or not. An entity tag of
 * ours has neither quotes nor commas inside, so it is in the list when its text is in the header.
 */
export function isNotModified(ifNoneMatch: string | null, etag: string): boolean {
  if (ifNoneMatch === null) return false;
  return ifNoneMatch.includes(etag) || ifNoneMatch.trim() === "*";
}
