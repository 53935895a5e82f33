/** At most `max` attempts within any `windowMs`. */
export interface RateLimit {
  /** Part of the key: limits of different names do not touch each other. */
  readonly name: string;
  readonly max: number;
  /** Milliseconds. */
  readonly windowMs: number;
}
