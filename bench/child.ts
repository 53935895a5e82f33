/** A program of the bench in a process of its own. */

export interface Child<T> extends AsyncDisposable {
  /** What it said when it was ready: one line of JSON. */
  readonly said: T;
}

/** Starts a file of bench/; it serves until its input is closed. */
export async function startChild<T>(
  file: string,
  env: Readonly<Record<string, string>> = {},
): Promise<Child<T>> {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--unstable-no-legacy-abort", new URL(file, import.meta.url).pathname],
    env,
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  const { value = "{}" } = await reader.read();
  return {
    said: JSON.parse(value),
    async [Symbol.asyncDispose]() {
      await child.stdin.close();
      await reader.cancel();
      await child.status;
    },
  };
}
