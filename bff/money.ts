/** Money on its way out. Inside it is fen in integers; only the JSON of the BFF shows yuan. */

/**
 * Fen as yuan with at most two decimals, as the front-end contract has it: 1999n → 19.99. Exact
 * for every amount below 2^53 fen: the nearest double of n/100 prints as n/100.
 */
export function yuan(fen: bigint): number {
  return Number(fen) / 100;
}
