/** What everybody may see of an account. */
export interface Profile {
  readonly id: bigint;
  /** Never empty. */
  readonly name: string;
  /** The URL of a picture; may be empty. */
  readonly avatar: string;
  /** Grows with every change of the row. */
  readonly version: bigint;
}

/** The name that others see: the login name as long as the owner has chosen none. */
export function shownName(account: { readonly name: string; readonly username: string }): string {
  return account.name === "" ? account.username : account.name;
}
