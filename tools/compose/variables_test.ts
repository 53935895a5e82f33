import assert from "node:assert/strict";
import { isDemanded, substituted, variablesOf } from "./variables.ts";

Deno.test("variablesOf() and substituted() read Compose's ${…}", () => {
  const value = "a://${USER:-me}:${PASSWORD:?set it}@${HOST}";
  assert.deepEqual(variablesOf(value), [
    { name: "USER", operator: ":-", argument: "me" },
    { name: "PASSWORD", operator: ":?", argument: "set it" },
    { name: "HOST", operator: "", argument: "" },
  ]);
  assert.equal(substituted(value, (name) => name.toLowerCase()), "a://me:password@host");
});

Deno.test("isDemanded() is true only for a value that must come from outside", () => {
  const cases = ["${A:?why}", "${A?why}", "${A:?}", "${A}", "${A:-b}", "b", "x${A:?why}", ""];
  assert.deepEqual(cases.map(isDemanded), [true, true, false, false, false, false, false, false]);
});
