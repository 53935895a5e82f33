import assert from "node:assert/strict";
import { chosenSteps, readOptions, runGate, steps } from "./gate.ts";
import { countsOf, judge, runStep, type Step } from "./gate_step.ts";

/** A step that runs `code`. */
function stepOf(name: string, code: string, more: Partial<Step> = {}): Step {
  return { name, args: ["eval", "--no-config", code], limitMs: 20_000, ...more };
}

/** Runs steps and gives back the counts with what was printed, without the seconds. */
async function gateOf(chosen: readonly Step[], limitMs?: number) {
  const lines: string[] = [];
  const counts = await runGate(chosen, {
    print: (text) => lines.push(text.replace(/ +\d+\.\d s/, "")),
    signal: new AbortController().signal,
    ...(limitMs === undefined ? {} : { limitMs }),
  });
  return { ...counts, lines };
}

Deno.test("countsOf() takes the last line of its form", () => {
  assert.deepEqual(countsOf("3 passed, 1 failed\nmore\n12 passed, 0 failed\n"), {
    passed: 12,
    failed: 0,
  });
  assert.equal(countsOf("ok | 3 passed | 0 failed\nsay 3 passed, 1 failed"), undefined);
});

Deno.test("judge() never calls a silent or empty test run passed", () => {
  const cases = [
    ["7 passed, 0 failed", undefined, { passed: 8, failed: 0 }],
    ["7 passed, 2 failed", "ended with code 1", {
      passed: 7,
      failed: 3,
      problem: "ended with code 1",
    }],
    ["7 passed, 2 failed", undefined, {
      passed: 7,
      failed: 3,
      problem: "ended well, but tells of 2 failed",
    }],
    ["0 passed, 0 failed", undefined, { passed: 0, failed: 1, problem: "ran no test" }],
    ["", undefined, { passed: 0, failed: 1, problem: "did not tell how many passed" }],
  ] as const;
  for (const [output, problem, expected] of cases) {
    assert.deepEqual(judge({ counts: true }, output, problem), expected);
  }
});

Deno.test("runGate() goes on after a failure and prints what the failing step said", async () => {
  const result = await gateOf([
    stepOf("one", "console.log('quiet')"),
    stepOf("two", "console.log('out'); console.error('err'); Deno.exit(3)"),
    stepOf("three", "console.log('4 passed, 0 failed')", { counts: true }),
  ]);
  const [one, two, three] = result.lines;
  assert.deepEqual([result.passed, result.failed], [6, 1]);
  assert.equal(one, "one        ok");
  assert.match(two ?? "", /^two {8}failed {2}ended with code 3: deno eval/);
  assert.match(two ?? "", /out/);
  assert.match(two ?? "", /err/);
  assert.equal(three, "three      ok  5 passed, 0 failed");
});

Deno.test("runGate() stops a step at its limit", async () => {
  const forever = "setInterval(() => {}, 1000)";
  const own = await gateOf([stepOf("slow", forever, { limitMs: 500 })]);
  assert.deepEqual([own.passed, own.failed], [0, 1]);
  assert.match(own.lines[0] ?? "", /took longer than 1 s|took longer than 0 s/);
  const whole = await gateOf([stepOf("slow", forever), stepOf("late", forever)], 500);
  assert.deepEqual([whole.passed, whole.failed], [0, 2]);
});

Deno.test("runStep() does not wait for what a step left running", async () => {
  const orphan = `
    const args = ["eval", "--no-config", "setTimeout(() => {}, 20_000)"];
    const child = new Deno.Command(Deno.execPath(), { args }).spawn();
    console.log("left", child.pid);
    Deno.exit(0);
  `;
  const outcome = await runStep(stepOf("leaver", orphan), 20_000, new AbortController().signal);
  const pid = /left (\d+)/.exec(outcome.output)?.[1];
  assert.notEqual(pid, undefined);
  Deno.kill(Number(pid), "SIGKILL");
  assert.deepEqual([outcome.passed, outcome.failed, outcome.elapsedMs < 10_000], [1, 0, true]);
});

Deno.test("runGate() that is interrupted is a failure", async () => {
  const signal = AbortSignal.abort();
  const counts = await runGate([stepOf("never", "")], { print: () => {}, signal });
  assert.deepEqual(counts, { passed: 0, failed: 1 });
});

Deno.test("chosenSteps() leaves CI's own steps out unless asked", () => {
  const names = (args: string[]) => chosenSteps(readOptions(args)).map((step) => step.name);
  assert.deepEqual(names(["--ci"]), steps.map((step) => step.name));
  assert.deepEqual(names([]), steps.filter((step) => !step.ciOnly).map((step) => step.name));
  assert.deepEqual(names(["--only=breaking,lint"]), ["lint", "breaking"]);
  assert.throws(() => names(["--only=lnit"]), /no step lnit: there are format, lint/);
  assert.throws(() => names(["--fast"]), /unknown argument --fast/);
});
