/** For tests: the sandbox platform alone, and a shop that hears its callbacks and believes them all. */
import { type Sandbox, startSandbox } from "../../dev/sandbox/server.ts";
import type { RawCallback } from "../../services/pay/provider.ts";
import { listen } from "../../shared/http/listener.ts";
import { createLogger } from "../../shared/log.ts";

export interface TestSandbox extends AsyncDisposable {
  readonly sandbox: Sandbox;
  /** Where the shop hears it. */
  readonly notifyUrl: string;
  /** What the shop heard, the oldest first. */
  readonly heard: readonly RawCallback[];
}

const log = createLogger({ level: "error", write: () => {} });
const loopback = { port: 0, hostname: "127.0.0.1", log };

/** Starts both. Use with `await using`. */
export async function startTestSandbox(secret: string): Promise<TestSandbox> {
  const heard: RawCallback[] = [];
  await using stack = new AsyncDisposableStack();
  const shop = stack.use(listen(async (request) => {
    heard.push({
      headers: Object.fromEntries(request.headers),
      query: "",
      body: await request.bytes(),
    });
    return new Response("success");
  }, loopback));
  const sandbox = stack.use(startSandbox({ ...loopback, secret, pauseMs: 5 }));
  const kept = stack.move();
  return {
    sandbox,
    notifyUrl: `http://127.0.0.1:${shop.port}/v1/pay/callback/9`,
    heard,
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}
