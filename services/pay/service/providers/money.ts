/** Fen as the yuan of a platform's texts, and back: exactly, and in one way only. */
import { refused } from "./refusals.ts";

/** Yuan with at most two decimals; below a trillion, so that a bigint of Postgres holds its fen. */
const yuanPattern = /^(0|[1-9]\d{0,11})(?:\.(\d{1,2}))?$/;

/** Fen as yuan with two decimals: 1999n → "19.99". For what is not below 0. */
export function yuanText(fen: bigint): string {
  return `${fen / 100n}.${String(fen % 100n).padStart(2, "0")}`;
}

/** Yuan as fen: "19.9" → 1990n. Undefined for any other writing: "-1", "1e3", "1.234", "01", "". */
export function fenOf(yuan: string): bigint | undefined {
  const [, whole, cents = ""] = yuanPattern.exec(yuan) ?? [];
  return whole === undefined ? undefined : BigInt(whole) * 100n + BigInt(cents.padEnd(2, "0"));
}

/** Refuses what a platform of yuan does not take. */
export function requireYuan({ currency }: { readonly currency: string }): void {
  if (currency !== "CNY") throw refused(new Error("it takes yuan only"));
}
