/** A program of the bench in a process of its own. */
import { createInterface } from "node:readline";
import { Readable } from "node:stream";
import { within } from "../dev/wait.ts";

export interface Child<T> extends AsyncDisposable {
  /** What it said when it was ready: one line of JSON. */
  readonly said: T;
  readonly pid: number;
  /** Asks it something, one question at a time. Rejects when it ends in place of answering. */
  ask<A>(question: object): Promise<A>;
}

/** How long a child may take to end after its input is closed, in milliseconds. */
const endMaxMs = 5_000;

/**
 * Starts a file of bench/: TypeScript on Deno, `.mjs` on the `node` of PATH. It serves until its
 * input is closed, and so ends with this process, however that ends. Throws `Deno.errors.NotFound`
 * where there is no node.
 */
export async function startChild<T>(
  file: string,
  env: Readonly<Record<string, string>> = {},
): Promise<Child<T>> {
  const path = new URL(file, import.meta.url).pathname;
  const [command, args] = file.endsWith(".mjs") ? ["node", [path]] : [Deno.execPath(), [
    "run",
    "-A",
    "--unstable-no-legacy-abort",
    "--v8-flags=--expose-gc",
    path,
  ]];
  const child = new Deno.Command(command, { args, env, stdin: "piped", stdout: "piped" }).spawn();
  const questions = child.stdin.getWriter();
  const lines = createInterface({ input: Readable.fromWeb(child.stdout) })[Symbol.asyncIterator]();
  async function answer<A>(): Promise<A> {
    const { done, value } = await lines.next();
    if (done) throw new Error(`${file} has ended`);
    return JSON.parse(value);
  }
  return {
    said: await answer<T>(),
    pid: child.pid,
    async ask<A>(question: object) {
      await questions.write(new TextEncoder().encode(`${JSON.stringify(question)}\n`));
      return await answer<A>();
    },
    async [Symbol.asyncDispose]() {
      await questions.close().catch(() => {});
      const end = await within(child.status, endMaxMs);
      if (end === undefined) child.kill("SIGKILL");
      await lines.return?.();
    },
  };
}
