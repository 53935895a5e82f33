/** Who is calling. */

export type Role = "user" | "operator" | "admin";

/** A person who has logged in. */
export interface PersonPrincipal {
  readonly kind: "user";
  readonly userId: bigint;
  /** At least "user". */
  readonly roles: readonly Role[];
  /** The session whose access token this is. */
  readonly sessionId: string;
}

/** The caller of one call: nobody known, a person, or another service of the mall. */
export type Principal =
  | { readonly kind: "anonymous" }
  | PersonPrincipal
  | { readonly kind: "service"; readonly name: string };

export const anonymous: Principal = { kind: "anonymous" };

/** Turns a bearer token into a principal; throws a Refusal if the token proves nothing. */
export type VerifyToken = (token: string) => Promise<Principal>;
