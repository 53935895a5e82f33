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

/** The other end of a connection, as `Deno.serve` tells it; read only when it is asked for. */
export interface Peer {
  readonly remoteAddr: Deno.Addr;
}

type Handler = (request: Request, peer: Peer) => Response | Promise<Response>;

/** Sockets of clients that neither send nor read may keep a drained server this long, at most. */
const farewellMs = 500;

/**
 * Serves `fetch` until disposed; disposing stops accepting, lets what is in flight end for
 * `drainMs`, then answers what is left with 503. Throws if the port is taken.
 */
export function listen(fetch: Handler, options: ListenOptions): Listener {
  const calls = giveUpLater(fetch);
  const server = Deno.serve({
    port: options.port,
    hostname: options.hostname ?? "0.0.0.0",
    onListen: () => {},
    onError: (error) => {
      options.log.error("answer failed", { error });
      return new Response(null, { status: 500 });
    },
  }, calls.fetch);
  async function close(): Promise<void> {
    const drainMs = options.drainMs ?? 5_000;
    const timer = setTimeout(calls.giveUp, drainMs);
    await settledWithin(server.shutdown(), drainMs + farewellMs);
    clearTimeout(timer);
  }
  let closed: Promise<void> | undefined;
  return { port: server.addr.port, [Symbol.asyncDispose]: () => closed ??= close() };
}

/**
 * `Deno.serve` cannot be aborted any more once it shuts down, so a handler that hangs would hold
 * it for ever: its request is answered for it.
 */
function giveUpLater(fetch: Handler): { fetch: Handler; giveUp: () => void } {
  const waiting = new Set<(response: Response) => void>();

  // Deno.serve counts the parameters and hands over no more than those.
  function answer(request: Request, peer: Peer): Response | Promise<Response> {
    const answering = fetch(request, peer);
    if (answering instanceof Response) return answering;
    return new Promise((resolve, reject) => {
      waiting.add(resolve);
      answering.then((response) => {
        waiting.delete(resolve);
        resolve(response);
      }, (error) => {
        waiting.delete(resolve);
        reject(error);
      });
    });
  }
  function giveUp(): void {
    for (const resolve of waiting) resolve(new Response(null, { status: 503 }));
  }
  return { fetch: answer, giveUp };
}

async function settledWithin(work: Promise<void>, timeoutMs: number): Promise<void> {
  const late = Promise.withResolvers<void>();
  const timer = setTimeout(late.resolve, timeoutMs);
  await Promise.race([work, late.promise]).finally(() => clearTimeout(timer));
}
