/** The child's side of child.ts: one line of JSON for each thing said. For Deno and Node. */
import process from "node:process";
import { createInterface } from "node:readline";

/**
 * Says something to the parent.
 *
 * @param {object} what
 * @returns {void}
 */
export function say(what) {
  process.stdout.write(`${JSON.stringify(what)}\n`);
}

/**
 * Answers every question of the parent, and ends the process when the parent closes its input or
 * is gone. A question that cannot be answered ends it with the error.
 *
 * @template Q
 * @param {(question: Q) => object | Promise<object>} answer
 * @returns {void}
 */
export function answerQuestions(answer) {
  const lines = createInterface({ input: process.stdin });
  lines.on("line", async (line) => say(await answer(JSON.parse(line))));
  lines.on("close", () => process.exit(0));
}
