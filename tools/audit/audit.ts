/** All invariants of the mall, over its five databases. */
import type { Books, Breach, Grace, Invariant } from "./books.ts";
import { eventInvariants } from "./events.ts";
import { lifeInvariants } from "./life.ts";
import { moneyInvariants } from "./money.ts";
import { stockInvariants } from "./stock.ts";

export const invariants: readonly Invariant[] = [
  ...stockInvariants,
  ...moneyInvariants,
  ...lifeInvariants,
  ...eventInvariants,
];

/** Checks each; answers the breaches by their rule, in the order of the rules. */
export async function audit(
  books: Books,
  grace: Grace,
  onChecked: (rule: string, breaches: readonly string[]) => void = () => {},
): Promise<readonly Breach[]> {
  const all: Breach[] = [];
  for (const { rule, check } of invariants) {
    const breaches = await check(books, grace);
    onChecked(rule, breaches);
    all.push(...breaches.map((what) => ({ rule, what })));
  }
  return all;
}
