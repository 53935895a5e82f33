import assert from "node:assert/strict";
import fc from "fast-check";
import { at, createRandom } from "./random.ts";

Deno.test("createRandom() gives each label its own numbers, on every machine the same", () => {
  const six = (label: string) => {
    const random = createRandom(label);
    return Array.from({ length: 6 }, () => random.int(0, 999));
  };
  assert.deepEqual(six("a"), [484, 815, 861, 937, 444, 228]);
  assert.deepEqual(six("b"), [505, 184, 488, 265, 920, 399]);
});

Deno.test("createRandom() stays within its limits and reaches them", () => {
  fc.assert(fc.property(fc.string(), fc.integer({ min: -50, max: 50 }), (label, min) => {
    const random = createRandom(label);
    const drawn = new Set(Array.from({ length: 300 }, () => random.int(min, min + 3)));
    assert.deepEqual([...drawn].sort((a, b) => a - b), [min, min + 1, min + 2, min + 3]);
  }));
});

Deno.test("sample() takes different items, and all of them when there are no more", () => {
  const items = [1, 2, 3, 4, 5];
  const random = createRandom("sample");
  assert.deepEqual(random.sample(items, Infinity).sort(), items);
  assert.deepEqual(new Set(random.sample(items, 3)).size, 3);
  assert.deepEqual(random.sample(items, 0), []);
  assert.deepEqual(items, [1, 2, 3, 4, 5]);
});

Deno.test("pick() and at() refuse what is not there", () => {
  assert.throws(() => createRandom("").pick([]), RangeError);
  assert.throws(() => at(["a"], 1), new RangeError("no item 1 of 1"));
});
