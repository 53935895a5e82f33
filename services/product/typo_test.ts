import assert from "node:assert/strict";
import fc from "fast-check";
import { editDistance, meantWord } from "./typo.ts";

Deno.test("editDistance() counts additions, losses, changes and swaps of neighbours", () => {
  const cases: [string, string, number][] = [
    ["", "", 0],
    ["lamp", "lamp", 0],
    ["lapm", "lamp", 1],
    ["kettel", "kettle", 1],
    ["wok", "", 3],
    ["kitten", "sitting", 3],
    ["café", "cafe", 1],
    ["ca", "abc", 3],
  ];
  assert.deepEqual(cases.map(([a, b]) => editDistance(a, b)), cases.map(([, , n]) => n));
});

Deno.test("editDistance() is the same both ways, and 0 only for the same word", () => {
  fc.assert(fc.property(fc.string(), fc.string(), (a, b) => {
    assert.equal(editDistance(a, b), editDistance(b, a));
    assert.equal(editDistance(a, b) === 0, a === b);
  }));
});

Deno.test("meantWord() takes the nearest, forgives two mistakes in long words and one in short", () => {
  assert.equal(meantWord("kettel", ["kernel", "kettle"]), "kettle");
  assert.equal(meantWord("headfones", ["headphones", "head"]), "headphones");
  assert.equal(meantWord("wox", ["wok"]), "wok");
  assert.equal(meantWord("wxx", ["wok"]), undefined);
  assert.equal(meantWord("kettle", ["letter", "little"]), undefined);
  assert.equal(meantWord("anything", []), undefined);
});
