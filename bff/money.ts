/** Money on its way out. Inside it is fen in integers; only the JSON of the BFF shows yuan. */

/**
 * Fen as yuan with at most two decimals, as the front-end contract has it: 1999n → 19.99. Exact
 * below 2^46 yuan (70 trillion): up to there doubles lie closer together than a fen.
 */
export function yuan(fen: bigint): number {
  return Number(fen) / 100;
}
