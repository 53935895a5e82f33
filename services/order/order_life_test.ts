import assert from "node:assert/strict";
import fc from "fast-check";
import { isAllowed, type OrderStep, orderSteps } from "./order_life.ts";
import { isOrderStatus, orderStatus, orderStatuses } from "./order_status.ts";

type StepName = keyof typeof orderSteps;

const stepNames = Object.keys(orderSteps) as StepName[];

/** What the shop promises, in words of its own: from where → by which step → to where. */
const promised: Readonly<Record<number, Partial<Record<StepName, number>>>> = {
  0: {},
  10: { pay: 20, cancel: 0, expire: 60, close: 60 },
  20: { makeReady: 30, close: 60 },
  30: { ship: 40, close: 60 },
  40: { receive: 50, confirm: 50 },
  50: {},
  60: {},
};

/** The way of the goods; an order only ever goes one further on it, or leaves it for good. */
const way = [10, 20, 30, 40, 50];
const ends: readonly number[] = [0, 50, 60];

Deno.test("isAllowed() agrees with what is promised for every step and status", () => {
  for (const from of orderStatuses) {
    for (const name of stepNames) {
      const step: OrderStep = orderSteps[name];
      const to = isAllowed(step, from) ? step.to : undefined;
      assert.deepEqual([from, name, to], [from, name, promised[from]?.[name]]);
    }
  }
});

Deno.test("orderSteps: whatever is tried, no status is jumped over and an end is an end", () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...stepNames), { maxLength: 40 }), (tried) => {
      const seen: number[] = [orderStatus.unpaid];
      for (const name of tried) {
        const from = seen.at(-1);
        const step: OrderStep = orderSteps[name];
        if (from === undefined || !isOrderStatus(from) || !isAllowed(step, from)) continue;
        seen.push(step.to);
      }
      for (const [index, from] of seen.slice(0, -1).entries()) {
        const to = seen[index + 1] ?? -1;
        assert.ok(!ends.includes(from), `${from} is an end`);
        assert.ok(ends.includes(to) || way.indexOf(to) === way.indexOf(from) + 1);
      }
      assert.equal(new Set(seen).size, seen.length, "a status comes once");
      assert.ok(seen.length <= way.length);
    }),
    { numRuns: 500 },
  );
});

Deno.test("orderSteps: every status can be reached, and from each that is no end an end", () => {
  const reached = new Set<number>([orderStatus.unpaid]);
  for (const from of reached) {
    for (const to of Object.values(promised[from] ?? {})) reached.add(to);
  }
  assert.deepEqual([...reached].toSorted((a, b) => a - b), [...orderStatuses]);
  const stuck = orderStatuses.filter((from) => {
    return !ends.includes(from) && !stepNames.some((name) => isAllowed(orderSteps[name], from));
  });
  assert.deepEqual(stuck, []);
});

Deno.test("orderSteps: an unpaid order is paid or ends, and every step has a reason of its own", () => {
  const taken = stepNames.filter((name) => isAllowed(orderSteps[name], orderStatus.unpaid));
  assert.deepEqual(taken.toSorted(), ["cancel", "close", "expire", "pay"]);
  const reasons = stepNames.map((name) => orderSteps[name].reason);
  assert.equal(new Set(reasons).size, reasons.length, "the history tells steps apart");
});
