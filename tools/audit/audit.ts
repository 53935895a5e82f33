/** All invariants of the mall, over its five databases and its NATS. */
import type { NatsConnection } from "nats";
import type { Books, Breach, Grace, Invariant } from "./books.ts";
import { eventInvariants } from "./events.ts";
import { lifeInvariants } from "./life.ts";
import { messageInvariants } from "./messages.ts";
import { moneyInvariants } from "./money.ts";
import { stockInvariants } from "./stock.ts";

export const invariants: readonly Invariant[] = [
  ...stockInvariants,
  ...moneyInvariants,
  ...lifeInvariants,
  ...eventInvariants,
];

export interface AuditOptions {
  /** Looked at too, if given. */
  readonly nats?: NatsConnection;
  /** Called after each rule. */
  readonly onChecked?: (rule: string, breaches: readonly string[]) => void;
}

/** Checks each; answers the breaches by their rule, in the order of the rules. */
export async function audit(
  books: Books,
  grace: Grace,
  { nats, onChecked = () => {} }: AuditOptions = {},
): Promise<readonly Breach[]> {
  const all: Breach[] = [];
  const rules = nats === undefined ? invariants : [...invariants, ...messageInvariants(nats)];
  for (const { rule, check } of rules) {
    const breaches = await check(books, grace);
    onChecked(rule, breaches);
    all.push(...breaches.map((what) => ({ rule, what })));
  }
  return all;
}
