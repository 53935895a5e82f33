/** Pictures on the home page. */
export interface Banner {
  readonly id: bigint;
  readonly name: string;
  /** The picture's address. */
  readonly url: string;
  /** Where a click leads; may be empty. */
  readonly link: string;
  readonly position: number;
  readonly version: bigint;
}
