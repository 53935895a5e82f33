import assert from "node:assert/strict";
import { growthOf } from "./soak.ts";

Deno.test("growthOf() compares the last third with the middle one, whatever the first was", () => {
  assert.equal(growthOf([900, 900, 10, 10, 20, 10]), 1.5);
  assert.equal(growthOf([1, 2, 3, 4, 4, 4, 3, 3, 3]), 0.75);
});
