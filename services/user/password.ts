/** What may be a password: a length, and not what everybody takes. No rules of composition. */
import { dictionary } from "@zxcvbn-ts/language-common";
import { type FieldViolation, invalidArgument } from "../../shared/errors.ts";

/** Characters, counted as people do. */
export const passwordLength = { min: 8, max: 128 } as const;
/** As many of the most common passwords that are long enough are refused. */
const commonCount = 1_000;
const controlCharacter = /\p{Cc}/u;

let common: ReadonlySet<string> | undefined;

/**
 * Why `password` cannot be one; undefined if it can. It is taken as it is, neither trimmed nor
 * normalised. The violation never contains it.
 */
export function passwordViolation(password: string, pointer: string): FieldViolation | undefined {
  const { min, max } = passwordLength;
  const length = [...password].length;
  if (length < min || length > max) {
    const reason = length < min ? "TOO_SHORT" : "TOO_LONG";
    return { pointer, reason, message: `must have ${min} to ${max} characters` };
  }
  if (!password.isWellFormed() || controlCharacter.test(password)) {
    return { pointer, reason: "MALFORMED", message: "must be text without control characters" };
  }
  if (isCommon(password)) {
    const message = "is one of the most common passwords: choose another";
    return { pointer, reason: "TOO_COMMON", message };
  }
  return undefined;
}

/** Whatever its case. The list is ordered by how often it was found in leaks. */
function isCommon(password: string): boolean {
  common ??= new Set(
    dictionary["passwords-common"].map(String)
      .filter((word) => word.length >= passwordLength.min)
      .slice(0, commonCount),
  );
  return common.has(password.toLowerCase());
}

/** Refuses with InvalidArgument what cannot be a password. */
export function requirePassword(password: string, pointer: string): void {
  const violation = passwordViolation(password, pointer);
  if (violation !== undefined) throw invalidArgument([violation]);
}
