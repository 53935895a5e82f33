/** Whose cart a call is about: a person's by the token, a guest's by the secret. */
import { createHash } from "node:crypto";
import { callerId } from "../../../shared/auth/caller.ts";
import { unauthenticated } from "../../../shared/rpc/authentication.ts";
import type { Principal } from "../../../shared/rpc/principal.ts";
import { type CartOwner, requireGuestId, requireNoGuestId } from "../cart_owner.ts";

/** How every request names a cart. */
export interface CartName {
  /** 0 means the caller's. */
  readonly userId: bigint;
  /** "" with an access token. */
  readonly guestId: string;
}

/**
 * The owner of the cart that the caller names. Refuses with Unauthenticated without token and
 * `guestId`, with InvalidArgument with both, and like `callerId` for another's cart.
 */
export function ownerOf(principal: Principal, { userId, guestId }: CartName): CartOwner {
  if (principal.kind === "user") {
    const ownId = callerId(principal, userId);
    requireNoGuestId(guestId);
    return { kind: "user", userId: ownId };
  }
  if (guestId === "" && principal.kind === "anonymous") {
    throw unauthenticated("this needs an access token, or a guest's id");
  }
  // An account's cart is never somebody's who only knows the account's number.
  if (guestId === "" || userId !== 0n) callerId(principal, userId);
  requireGuestId(guestId);
  return { kind: "guest", guestHash: guestHashOf(guestId) };
}

/** What is kept of a guest's id. Without salt: it is a random secret, of which nothing is guessed. */
export function guestHashOf(guestId: string): Uint8Array {
  return createHash("sha256").update(guestId).digest();
}
