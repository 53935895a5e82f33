/** For tests that stop Redis: a server of their own, without persistence. */
import { freePort, reachable } from "../nats/test_server.ts";

export interface TestRedis extends AsyncDisposable {
  readonly url: string;
  /** Ends the process without ceremony: its data is lost. */
  stop(): Promise<void>;
  /** Starts it again on the same port, empty. */
  start(): Promise<void>;
  /** Freezes the process: it answers nothing, its connections stay open. */
  freeze(): void;
  thaw(): void;
}

const searchPath = "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/usr/local/sbin:/opt/homebrew/bin";

/** Starts redis-server on a free port. Use with `await using`. */
export async function startTestRedis(): Promise<TestRedis> {
  const port = freePort();
  const directory = await Deno.makeTempDir({ prefix: "redis_" });
  const args = ["--port", `${port}`, "--bind", "127.0.0.1", "--dir", directory];
  let process: Deno.ChildProcess | undefined;

  async function start(): Promise<void> {
    const env = { PATH: searchPath };
    const all = [...args, "--save", "", "--appendonly", "no"];
    process = new Deno.Command("redis-server", { args: all, env, stdout: "null", stderr: "null" })
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
    url: `redis://127.0.0.1:${port}`,
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
