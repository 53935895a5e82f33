/** What may be changed of a product. */
import type { ProductStatus } from "./product.ts";

/** The fields to change; absent ones stay. Limits are the caller's to check. */
export interface ProductChange {
  readonly name?: string;
  readonly subtitle?: string;
  readonly description?: string;
  readonly priceFen?: bigint;
  readonly categoryId?: bigint;
  readonly status?: ProductStatus;
  readonly images?: readonly string[];
  /** Unix milliseconds; 0 takes it out of the feed. */
  readonly recommendTime?: bigint;
}

/** Pieces of one product that come, or go if negative. */
export interface StockLine {
  readonly productId: bigint;
  readonly delta: bigint;
}
