/** The rpcs of a process as one table: path → handler, for whichever door serves them. */
import { type ConnectRouter, createConnectRouter, type Interceptor } from "@connectrpc/connect";
import type { UniversalHandler } from "@connectrpc/connect/protocol";
import { compressionGzip } from "@connectrpc/connect-node";
import type { Logger } from "../log.ts";
import { answerMalformed } from "./malformed.ts";
import type { RpcMetrics } from "./rpc_metrics.ts";

/** Registers services on a router. */
export type Routes = (router: ConnectRouter) => void;

/** Request path, such as `/order.v1.OrderService/ListOrders`, to its handler. */
export type Handlers = ReadonlyMap<string, UniversalHandler>;

export interface HandlersOptions {
  readonly interceptors: Interceptor[];
  readonly log: Logger;
  readonly metrics: RpcMetrics;
  /** The largest request message, in bytes, also after decompression. */
  readonly readMaxBytes?: number;
}

/** A timer beyond this fires at once, in milliseconds: a longer wish is refused. */
const timerMaxMs = 2_147_483_647;

/** An answer below this many bytes costs more to compress than to send. */
const compressMinBytes = 16_384;

/** Builds the handlers of `routes` for Connect, gRPC-web and gRPC. */
export function createHandlers(routes: Routes, options: HandlersOptions): Handlers {
  const router = createConnectRouter({
    interceptors: options.interceptors,
    readMaxBytes: options.readMaxBytes ?? 1_048_576,
    maxTimeoutMs: timerMaxMs,
    acceptCompression: [compressionGzip],
    compressMinBytes,
  });
  routes(router);
  return new Map(router.handlers.map((handler) => [
    handler.requestPath,
    answerMalformed(handler, options),
  ]));
}
