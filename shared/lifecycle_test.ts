import assert from "node:assert/strict";
import { eventually } from "../tests/support/eventually.ts";

interface Process {
  /** Waits until it has written something that matches. */
  wrote(pattern: RegExp): Promise<unknown>;
  kill(signal: Deno.Signal): void;
  /** How it ended, and all that it wrote. */
  ended(): Promise<{ code: number; signal: string | null; text: string }>;
}

/** Runs a program of a few lines that starts with `runProcess` at hand. */
function run(program: string): Process & AsyncDisposable {
  const url = (path: string) => JSON.stringify(import.meta.resolve(path));
  const source = `
    import { runProcess } from ${url("./lifecycle.ts")};
    import { ConfigError } from ${url("./config.ts")};
    import { createLogger } from ${url("./log.ts")};
    const log = createLogger({ format: "text" });
    const say = (text) => log.info(text);
    ${program}`;
  const child = new Deno.Command(Deno.execPath(), {
    args: ["eval", "--no-config", "--ext=js", source],
    cwd: new URL(".", import.meta.url).pathname,
    stdout: "null",
    stderr: "piped",
  }).spawn();
  let text = "";
  const reading = (async () => {
    for await (const chunk of child.stderr.pipeThrough(new TextDecoderStream())) text += chunk;
  })();
  async function ended() {
    const { code, signal } = await child.status;
    await reading;
    return { code, signal, text };
  }
  return {
    wrote: (pattern) => eventually(`${pattern}`, () => pattern.test(text)),
    kill: (signal) => child.kill(signal),
    ended,
    async [Symbol.asyncDispose]() {
      try {
        child.kill("SIGKILL");
      } catch {
        // It has ended.
      }
      await ended();
    },
  };
}

const app = `{ async [Symbol.asyncDispose]() { say("disposed"); } }`;

for (const signal of ["SIGTERM", "SIGINT"] as const) {
  Deno.test(`runProcess() disposes on ${signal} and exits 0`, async () => {
    await using process = run(
      `await runProcess(async () => { say("up"); return ${app}; }, { log });`,
    );
    await process.wrote(/up/);
    process.kill(signal);
    const { code, text } = await process.ended();
    assert.equal(code, 0);
    assert.match(text, /stopping.*\n.*disposed\n.*stopped/);
  });
}

Deno.test("runProcess() exits 1 when stopping takes too long", async () => {
  await using process = run(`
    const hanging = { [Symbol.asyncDispose]: () => new Promise(() => {}) };
    await runProcess(async () => { say("up"); return hanging; }, { log, stopMs: 150 });`);
  await process.wrote(/up/);
  process.kill("SIGTERM");
  const { code, text } = await process.ended();
  assert.equal(code, 1);
  assert.match(text, /did not stop in time/);
});

Deno.test("runProcess() exits 1 when stopping fails", async () => {
  await using process = run(`
    const failing = { [Symbol.asyncDispose]: () => Promise.reject(new Error("stuck")) };
    await runProcess(async () => { say("up"); return failing; }, { log });`);
  await process.wrote(/up/);
  process.kill("SIGTERM");
  const { code, text } = await process.ended();
  assert.equal(code, 1);
  assert.match(text, /failed to stop.*stuck/);
});

Deno.test("runProcess() exits 2 for an unusable environment, 1 for any other failed start", async () => {
  const start = (error: string) => `await runProcess(() => Promise.reject(${error}), { log });`;
  await using config = run(start(`new ConfigError(["PORT is required"])`));
  await using other = run(start(`new Error("port taken")`));
  const [one, two] = [await config.ended(), await other.ended()];
  assert.deepEqual([one.code, two.code], [2, 1]);
  assert.match(one.text, /PORT is required/);
  assert.match(two.text, /port taken/);
});

Deno.test("runProcess() does not wait for a start that hangs when told to stop", async () => {
  await using process = run(`
    const forever = setInterval(() => {}, 1_000);
    await runProcess(() => { say("starting"); return new Promise(() => {}); }, { log });`);
  await process.wrote(/starting/);
  process.kill("SIGTERM");
  const { code, text } = await process.ended();
  assert.equal(code, 0);
  assert.match(text, /stopped before it had started/);
});

Deno.test("runProcess() survives stray rejections and errors, and logs them", async () => {
  await using process = run(`
    await runProcess(async () => {
      setTimeout(() => Promise.reject(new Error("stray one")), 0);
      setTimeout(() => { throw new Error("stray two"); }, 0);
      setTimeout(() => say("still here"), 50);
      return ${app};
    }, { log });`);
  await process.wrote(/still here/);
  process.kill("SIGTERM");
  const { code, text } = await process.ended();
  assert.equal(code, 0);
  assert.match(text, /unhandled rejection.*stray one/);
  assert.match(text, /uncaught error.*stray two/);
});
