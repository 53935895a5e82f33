import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { isAlive, pidsByEnvironment, type ProcessIdentity } from "../dev/identity.ts";
import { runDirVariable } from "../dev/leftovers.ts";
import { startProcess } from "../dev/process.ts";
import { projectRoot } from "../dev/project.ts";
import { Tally } from "./run.ts";
import { eventually } from "./support/eventually.ts";

Deno.test("Tally sums up every summary, coloured or not", () => {
  const tally = new Tally();
  const lines = [
    "running 3 tests from ./a_test.ts",
    "ok | 12 passed | 0 failed (8s)",
    "\x1b[31mFAILED\x1b[0m | 3 passed (2 steps) | 1 failed (1 step) | 2 ignored (1s)",
    "it says ok | 9 passed | 9 failed",
  ];
  lines.forEach((line) => tally.add(line));
  deepStrictEqual([tally.passed, tally.failed], [15, 1]);
});

/** Says where its servers live, then waits for the end. */
const hangingTest = `
  Deno.test("hangs", async () => {
    const line = "run dir: " + Deno.env.get("MALL_RUN_DIR") + "\\n";
    Deno.stdout.writeSync(new TextEncoder().encode(line));
    await new Promise((resolve) => setTimeout(resolve, 600_000));
  });
`;

/** Runs tests/run.ts on one test file, in a temporary directory of its own. */
async function runnerOn(test: string) {
  const dir = await Deno.makeTempDir();
  await Deno.chmod(dir, 0o711);
  await Deno.writeTextFile(`${dir}/one_test.ts`, test);
  const lines: string[] = [];
  const running = startRunner(dir, `${dir}/one_test.ts`, (line) => lines.push(line));
  async function leftFiles(): Promise<string[]> {
    const names = (await Array.fromAsync(Deno.readDir(dir))).map(({ name }) => name);
    return names.filter((name) => name.startsWith("mall-test-"));
  }
  /** Waits for the line of `hangingTest`; its servers are up then. */
  async function runDir(): Promise<string> {
    const pattern = /run dir: (\S+)/;
    const line = await eventually("the test hangs", () => lines.find((one) => pattern.test(one)), {
      timeoutMs: 30_000,
    });
    return line.match(pattern)?.[1] ?? "";
  }
  return {
    dir,
    lines,
    running,
    leftFiles,
    runDir,
    [Symbol.asyncDispose]: async () => {
      await running.stop();
      await Deno.remove(dir, { recursive: true });
    },
  };
}

function startRunner(dir: string, argument: string, onLine: (line: string) => void) {
  return startProcess({
    command: Deno.execPath(),
    args: ["run", "-A", "tests/run.ts", argument],
    cwd: projectRoot(),
    env: { ...Deno.env.toObject(), TMPDIR: dir, NO_COLOR: "1" },
    onLine,
  });
}

Deno.test("run.ts gives tests their servers, passes their exit code on and cleans up", async () => {
  await using runner = await runnerOn(`
    Deno.test("servers are named", () => {
      for (const name of ["POSTGRES", "NATS", "REDIS"]) {
        const url = Deno.env.get(\`MALL_TEST_\${name}_URL\`);
        if (!url || !URL.canParse(url)) throw new Error(name);
      }
    });
    Deno.test("this one fails", () => { throw new Error("on purpose"); });
  `);
  const { code } = await runner.running.ended;
  strictEqual(code, 1);
  strictEqual(runner.lines.at(-1), "1 passed, 1 failed");
  deepStrictEqual(await runner.leftFiles(), []);
});

Deno.test("run.ts told to stop ends the tests and the servers", async () => {
  await using runner = await runnerOn(hangingTest);
  const runDir = await runner.runDir();
  const before = await livingOf(runDir);
  strictEqual(before.length, 4);
  runner.running.kill("SIGTERM");
  const { code } = await runner.running.ended;
  strictEqual(code, 143);
  deepStrictEqual(await runner.leftFiles(), []);
  deepStrictEqual(await living(before), []);
});

Deno.test("run.ts sweeps away what a killed run left behind", async () => {
  await using killed = await runnerOn(hangingTest);
  const runDir = await killed.runDir();
  const before = await livingOf(runDir);
  killed.running.kill("SIGKILL");
  await killed.running.ended;
  strictEqual((await living(before)).length, 3);

  await startRunner(killed.dir, "--no-such-flag-of-deno-test", () => {}).ended;
  deepStrictEqual(await killed.leftFiles(), []);
  deepStrictEqual(await living(before), []);
  deepStrictEqual(await pidsByEnvironment(runDirVariable, runDir), []);
});

/** The runner and its three servers. */
async function livingOf(runDir: string): Promise<readonly ProcessIdentity[]> {
  return await living(JSON.parse(await Deno.readTextFile(`${runDir}/run.json`)));
}

async function living(all: readonly ProcessIdentity[]): Promise<readonly ProcessIdentity[]> {
  const alive = await Promise.all(all.map(isAlive));
  return all.filter((_, i) => alive[i]);
}

Deno.test("Tally keeps the files of failed tests, each once", () => {
  const tally = new Tally();
  tally.add("one thing ... \x1b[0mstep \x1b[38;5;245m=> ./shared/a_test.ts:12:3\x1b[0m");
  tally.add("another thing => ./shared/a_test.ts:30:6");
  tally.add("    at file:///somewhere/shared/b_test.ts:1:1");
  deepStrictEqual([...tally.failedFiles], ["./shared/a_test.ts"]);
});
