import assert from "node:assert/strict";
import { createRetryBudget } from "./retry_budget.ts";

Deno.test("createRetryBudget() starts full, runs dry, and earns a share of the calls", () => {
  const budget = createRetryBudget({ ratio: 0.25, max: 2 });
  assert.deepEqual([budget.spend(), budget.spend(), budget.spend()], [true, true, false]);
  for (let call = 0; call < 3; call++) budget.earn();
  assert.equal(budget.spend(), false);
  budget.earn();
  assert.deepEqual([budget.spend(), budget.spend()], [true, false]);
});

Deno.test("RetryBudget.earn() saves no more than the maximum", () => {
  const budget = createRetryBudget({ ratio: 1, max: 2 });
  for (let call = 0; call < 100; call++) budget.earn();
  assert.deepEqual([budget.spend(), budget.spend(), budget.spend()], [true, true, false]);
});
