/** Names, streets and questions: texts that people write, in any language. */
import type { FieldViolation } from "../../shared/errors.ts";

/** Characters, counted as people do, after trimming. */
export interface TextLength {
  readonly min: number;
  readonly max: number;
}

/**
 * Control characters, invisible ones that only make a text look like another, and joiners at an end,
 * where they join nothing.
 */
const unseen =
  /[\p{Cc}\p{Zl}\p{Zp}\u200b\u2060\ufeff\u202a-\u202e\u2066-\u2069]|^[\u200c\u200d]|[\u200c\u200d]$/u;
/** A text that nobody could see. */
const blank = /^[\p{DI}\s]*$/u;

/** The text as it is kept: composed (NFC), without white space around it. */
export function tidy(text: string): string {
  return text.normalize("NFC").trim();
}

/** Why a tidy text is refused; undefined if it is not. Joiners inside stay: scripts and emoji need them. */
export function textViolation(
  text: string,
  pointer: string,
  { min, max }: TextLength,
): FieldViolation | undefined {
  const length = [...text].length;
  if (length === 0) {
    return min === 0 ? undefined : { pointer, reason: "REQUIRED", message: "is required" };
  }
  if (!text.isWellFormed() || unseen.test(text) || blank.test(text)) {
    const message = "must be text without control or invisible characters";
    return { pointer, reason: "MALFORMED", message };
  }
  if (length >= min && length <= max) return undefined;
  const reason = length < min ? "TOO_SHORT" : "TOO_LONG";
  return { pointer, reason, message: `must have ${min} to ${max} characters` };
}

/** A telephone number: digits in groups, perhaps with a country code. */
const phone = /^\+?\d+([ -]\d+)*$/;
const phoneDigits = { min: 5, max: 20 } as const;

/** Why a tidy text is no telephone number; undefined if it is one. */
export function phoneViolation(text: string, pointer: string): FieldViolation | undefined {
  if (text === "") return { pointer, reason: "REQUIRED", message: "is required" };
  const digits = text.replaceAll(/\D/g, "").length;
  if (text.length <= 40 && phone.test(text)) {
    if (digits >= phoneDigits.min && digits <= phoneDigits.max) return undefined;
  }
  const { min, max } = phoneDigits;
  const message = `must be a telephone number of ${min} to ${max} digits`;
  return { pointer, reason: "MALFORMED", message };
}

/** Those that are violations. */
export function violationsOf(
  found: readonly (FieldViolation | undefined)[],
): readonly FieldViolation[] {
  return found.filter((violation) => violation !== undefined);
}
