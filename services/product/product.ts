/** Products as the service reads them. */

/** 1 on sale, 2 off the shelf, 3 deleted. */
export const productStatus = { onSale: 1, offShelf: 2, deleted: 3 } as const;

export type ProductStatus = (typeof productStatus)[keyof typeof productStatus];

/** A row of the catalogue with its category's name. Money is in fen, times are Unix milliseconds. */
export interface Product {
  readonly id: bigint;
  readonly name: string;
  readonly subtitle: string;
  readonly description: string;
  readonly priceFen: bigint;
  readonly stock: bigint;
  readonly categoryId: bigint;
  readonly category: string;
  readonly status: number;
  readonly images: readonly string[];
  readonly sales: bigint;
  /** The sum and the number of its comments' ratings. */
  readonly ratingSum: bigint;
  readonly ratingCount: bigint;
  /** 0 if it is not in the feed. */
  readonly recommendTime: bigint;
  readonly createTime: bigint;
  readonly updateTime: bigint;
  /** Grows with every change of the row. */
  readonly version: bigint;
}

/** The mean rating times 100, rounded; 0 without ratings. 487 is 4.87 of 5. */
export function ratingHundredths(ratingSum: bigint, ratingCount: bigint): number {
  if (ratingCount === 0n) return 0;
  return Number((ratingSum * 200n + ratingCount) / (ratingCount * 2n));
}
