/** What an audit reads: the five databases, each by its own connection. */
import type { Sql } from "../../shared/postgres/pool.ts";

export const bookNames = ["order", "product", "cart", "user", "pay"] as const;
export type BookName = (typeof bookNames)[number];
export type Books = Readonly<Record<BookName, Sql>>;

/** A row that breaks an invariant. */
export interface Breach {
  /** The invariant. */
  readonly rule: string;
  /** Which row, and how. */
  readonly what: string;
}

/** Something that must hold. */
export interface Invariant {
  readonly rule: string;
  /** Rows that break it, the first ones at least. */
  readonly check: (books: Books, grace: Grace) => Promise<readonly string[]>;
}

/** What has changed within this time may still be under way. */
export interface Grace {
  readonly ms: number;
}

/** As many rows of a kind as anybody reads. */
export const breachesMax = 20;
