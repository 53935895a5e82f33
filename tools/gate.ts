/**
 * The gate: every check of the repository in one run, with one line a step.
 *
 *     deno run -A tools/gate.ts [--ci] [--only=format,lint]
 *
 * A failing step prints all that it said; the others still run, so that one run shows every
 * mistake. The last line is `N passed, N failed`: each step counts as one, and so does each test.
 */
import { type Counts, type Outcome, runStep, type Step } from "./gate_step.ts";

const minuteMs = 60_000;
/** The whole gate ends within this, whatever the limits of its steps add up to. */
const gateLimitMs = 14 * minuteMs;

/** The steps in their order: what is quick to tell comes first. */
export const steps: readonly Step[] = [
  { name: "format", args: ["fmt", "--check"], limitMs: minuteMs },
  { name: "lint", args: ["lint"], limitMs: minuteMs },
  { name: "types", args: ["check"], limitMs: 3 * minuteMs },
  { name: "proto", args: ["run", "-A", "@bufbuild/buf", "lint"], limitMs: minuteMs },
  { name: "gen", args: ["run", "-A", "tools/proto_gen.ts", "--check"], limitMs: minuteMs },
  {
    name: "breaking",
    args: ["run", "-A", "tools/proto_breaking.ts"],
    limitMs: minuteMs,
    ciOnly: true,
  },
  {
    name: "compose",
    args: ["run", "-A", "tools/compose_check.ts"],
    limitMs: minuteMs,
    ciOnly: true,
  },
  { name: "docs", args: ["run", "-A", "tools/docs_check.ts"], limitMs: minuteMs },
  { name: "tests", args: ["run", "-A", "tests/run.ts"], limitMs: 12 * minuteMs, counts: true },
];

/** What the command line asks for. */
export interface GateOptions {
  readonly ci: boolean;
  /** Names of steps; undefined for all. */
  readonly only: readonly string[] | undefined;
}

/** Reads the command line; the message of what it throws is for the person who typed it. */
export function readOptions(args: readonly string[]): GateOptions {
  const names = steps.map((step) => step.name);
  let only: readonly string[] | undefined;
  let ci = false;
  for (const arg of args) {
    if (arg === "--ci") ci = true;
    else if (arg.startsWith("--only=")) only = arg.slice("--only=".length).split(",");
    else throw new Error(`unknown argument ${arg}: there are --ci and --only=step,step`);
  }
  const unknown = only?.filter((name) => !names.includes(name)) ?? [];
  if (unknown.length === 0) return { ci, only };
  throw new Error(`no step ${unknown.join(", ")}: there are ${names.join(", ")}`);
}

/** The steps of one run, in order. A step that is named runs in CI or not. */
export function chosenSteps({ ci, only }: GateOptions): readonly Step[] {
  return steps.filter((step) => only?.includes(step.name) ?? (ci || !step.ciOnly));
}

/** Runs the steps one after the other, telling `print` a line of each, and adds them up. */
export async function runGate(
  chosen: readonly Step[],
  options: { print: (text: string) => void; signal: AbortSignal; limitMs?: number },
): Promise<Counts> {
  const { print, signal, limitMs = gateLimitMs } = options;
  const end = performance.now() + limitMs;
  let [passed, failed] = [0, 0];
  for (const step of chosen) {
    if (signal.aborted) break;
    const leftMs = Math.max(0, end - performance.now());
    const outcome = await runStep(step, leftMs, signal);
    print(report(step, outcome));
    passed += outcome.passed;
    failed += outcome.failed;
  }
  if (signal.aborted && failed === 0) failed = 1;
  return { passed, failed };
}

function report(step: Step, outcome: Outcome): string {
  const seconds = `${(outcome.elapsedMs / 1000).toFixed(1)} s`.padStart(8);
  const head = `${step.name.padEnd(10)} ${outcome.problem === undefined ? "ok    " : "failed"}`;
  const tests = step.counts ? `  ${outcome.passed} passed, ${outcome.failed} failed` : "";
  if (outcome.problem === undefined) return `${head} ${seconds}${tests}`;
  const rerun = `deno ${step.args.join(" ")}`;
  return `${head} ${seconds}  ${outcome.problem}: ${rerun}\n${outcome.output.trimEnd()}\n`;
}

async function main(): Promise<void> {
  const stop = new AbortController();
  const onSignal = () => stop.abort();
  for (const name of ["SIGINT", "SIGTERM"] as const) Deno.addSignalListener(name, onSignal);
  Deno.chdir(new URL("..", import.meta.url));
  let counts: Counts = { passed: 0, failed: 1 };
  try {
    const chosen = chosenSteps(readOptions(Deno.args));
    counts = await runGate(chosen, { print: (text) => console.log(text), signal: stop.signal });
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
  }
  console.log(`${counts.passed} passed, ${counts.failed} failed`);
  Deno.exit(counts.failed === 0 ? 0 : 1);
}

if (import.meta.main) await main();
