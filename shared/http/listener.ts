/** A listening HTTP port. */
import type { Logger } from "../log.ts";

export interface Listener extends AsyncDisposable {
  readonly port: number;
}

export interface ListenOptions {
  /** 0 takes a free port. */
  readonly port: number;
  /** The address to bind; every interface unless told. */
  readonly hostname?: string;
  readonly log: Logger;
  /** How long requests in flight may take to end when the listener closes, in milliseconds. */
  readonly drainMs?: number;
}

/**
 * Serves `fetch` until disposed; disposing stops accepting, lets what is in flight end for
 * `drainMs`, then closes what is left. Throws if the port is taken.
 */
export function listen(
  fetch: (request: Request) => Response | Promise<Response>,
  options: ListenOptions,
): Listener {
  const stop = new AbortController();
  const server = Deno.serve({
    port: options.port,
    hostname: options.hostname ?? "0.0.0.0",
    signal: stop.signal,
    onListen: () => {},
    onError: (error) => {
      options.log.error("answer failed", { error });
      return new Response(null, { status: 500 });
    },
  }, fetch);
  async function close(): Promise<void> {
    const timer = setTimeout(() => stop.abort(), options.drainMs ?? 5_000);
    await server.shutdown().finally(() => clearTimeout(timer));
  }
  return { port: server.addr.port, [Symbol.asyncDispose]: close };
}
