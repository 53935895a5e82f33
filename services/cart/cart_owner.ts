/** Whose a cart is. */
import { type FieldViolation, invalidArgument } from "../../shared/errors.ts";

/** A user, or a guest of whom only a hash is known. */
export type CartOwner =
  | { readonly kind: "user"; readonly userId: bigint }
  /** SHA-256 of the guest's id: 32 bytes. */
  | { readonly kind: "guest"; readonly guestHash: Uint8Array };

/** A guest's cart that nobody used for so many days is thrown away. */
export const guestDaysMax = 30;

const guestIdPattern = /^[\w-]{22,64}$/;

/** Refuses with InvalidArgument what cannot be a guest's id. */
export function requireGuestId(guestId: string): void {
  if (guestIdPattern.test(guestId)) return;
  const message = 'must be 22 to 64 letters, digits, "-" and "_"';
  throw invalidArgument([violation("MALFORMED", message)]);
}

/** Refuses a guest's id beside an access token: nobody could tell which cart is meant. */
export function requireNoGuestId(guestId: string): void {
  if (guestId === "") return;
  throw invalidArgument([violation("CONFLICT", "must be empty with an access token")]);
}

function violation(reason: string, message: string): FieldViolation {
  return { pointer: "/guest_id", reason, message };
}
