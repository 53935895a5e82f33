/** For tests that stop NATS: a server of their own, in a directory of its own. */

export interface TestNats extends AsyncDisposable {
  readonly url: string;
  /** Ends the process without ceremony. */
  stop(): Promise<void>;
  /** Starts it again on the same port; with `wipe`, without its data. */
  start(options?: { wipe?: boolean }): Promise<void>;
  /** Freezes the process: it answers nothing, its connections stay open. */
  freeze(): void;
  thaw(): void;
}

const readyTimeoutMs = 5_000;
const searchPath = "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/usr/local/sbin:/opt/homebrew/bin";

/** Starts nats-server with JetStream on a free port. Use with `await using`. */
export async function startTestNats(): Promise<TestNats> {
  const port = freePort();
  const directory = await Deno.makeTempDir({ prefix: "nats_" });
  const args = ["-a", "127.0.0.1", "-p", `${port}`, "-js", "-sd", `${directory}/data`];
  let process: Deno.ChildProcess | undefined;

  async function start({ wipe = false } = {}): Promise<void> {
    if (wipe) await Deno.remove(`${directory}/data`, { recursive: true }).catch(() => {});
    const env = { PATH: searchPath };
    process = new Deno.Command("nats-server", { args, env, stdout: "null", stderr: "null" })
      .spawn();
    await reachable(port);
  }

  async function stop(): Promise<void> {
    process?.kill("SIGKILL");
    await process?.status;
    process = undefined;
  }
  await start();
  return {
    url: `nats://127.0.0.1:${port}`,
    start,
    stop,
    freeze: () => process?.kill("SIGSTOP"),
    thaw: () => process?.kill("SIGCONT"),
    async [Symbol.asyncDispose]() {
      await stop();
      await Deno.remove(directory, { recursive: true });
    },
  };
}

/** A port that nobody listens on at the moment. */
export function freePort(): number {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  listener.close();
  return port;
}

/** Returns as soon as something accepts connections on the port. */
export async function reachable(port: number): Promise<void> {
  const end = performance.now() + readyTimeoutMs;
  while (performance.now() < end) {
    try {
      (await Deno.connect({ hostname: "127.0.0.1", port })).close();
      return;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
  throw new Error(`nothing listens on port ${port} after ${readyTimeoutMs} ms`);
}
