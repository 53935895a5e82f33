/** Who is calling. */

export type Role = "user" | "operator" | "admin";

/** The caller of one call: nobody known, a person, or another service of the mall. */
export type Principal =
  | { readonly kind: "anonymous" }
  | { readonly kind: "user"; readonly userId: bigint; readonly roles: readonly Role[] }
  | { readonly kind: "service"; readonly name: string };

export const anonymous: Principal = { kind: "anonymous" };

/** Turns a bearer token into a principal; throws a Refusal if the token proves nothing. */
export type VerifyToken = (token: string) => Promise<Principal>;
