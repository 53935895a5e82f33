/** Prices as shops write them. Money is in fen. */
import type { Random } from "./random.ts";

const yuanInFen = 100n;

/**
 * A price between two numbers of yuan, ending in 00, 90 or 99 fen. Whole yuan mostly end in 9, so
 * that many products cost the same, as in any shop.
 */
export function shelfPriceFen(
  random: Random,
  [lowYuan, highYuan]: readonly [number, number],
): bigint {
  const yuan = roundYuan(random.int(lowYuan, highYuan));
  const endingFen = random.pick([0n, 0n, 90n, 99n]);
  // 19.90 stands for 20, not for 19: the fen come off the yuan above.
  return endingFen === 0n ? BigInt(yuan) * yuanInFen : BigInt(yuan - 1) * yuanInFen + endingFen;
}

/** `percent` of a price, down to the whole yuan, at least one. */
export function reducedFen(priceFen: bigint, percent: number): bigint {
  const fen = priceFen * BigInt(percent) / 100n;
  return fen < yuanInFen ? yuanInFen : fen - fen % yuanInFen;
}

function roundYuan(yuan: number): number {
  if (yuan < 20) return yuan;
  const tens = yuan < 500 ? 10 : yuan < 2_000 ? 50 : 100;
  return Math.ceil(yuan / tens) * tens - 1;
}
