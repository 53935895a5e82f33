import assert from "node:assert/strict";
import { decoyQuestion } from "./decoy_question.ts";

Deno.test("decoyQuestion() is always the same of a name, and not that of every name", () => {
  const names = Array.from({ length: 200 }, (_, n) => `name ${n}`);
  const questions = names.map(decoyQuestion);
  assert.deepEqual(names.map(decoyQuestion), questions);
  assert.equal(new Set(questions).size, 5);
});
