/** Flash sales as the home page shows them. */

/** One product in a sale; the product itself comes from the catalogue. */
export interface FlashSaleProduct {
  readonly productId: bigint;
  readonly flashPriceFen: bigint;
  /** Pieces left in the sale. */
  readonly flashStock: bigint;
  /** Pieces that one user may take. */
  readonly userLimit: number;
}

/** A sale that runs or comes. Times are Unix milliseconds. */
export interface FlashSale {
  readonly id: bigint;
  readonly name: string;
  readonly startTime: bigint;
  readonly endTime: bigint;
  readonly version: bigint;
  readonly products: readonly FlashSaleProduct[];
}
