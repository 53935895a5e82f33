/** The rpcs of a process as one table: path → handler, for whichever door serves them. */
import { type ConnectRouter, createConnectRouter, type Interceptor } from "@connectrpc/connect";
import type { UniversalHandler } from "@connectrpc/connect/protocol";
import { compressionGzip } from "@connectrpc/connect-node";
import type { DescMethod, DescMethodUnary } from "@bufbuild/protobuf";
import type { Logger } from "../log.ts";
import { answerMalformed } from "./malformed.ts";
import type { RpcMetrics } from "./rpc_metrics.ts";
import { createUnaryHandler, type UnaryHandler, type UnaryRpc } from "./unary_handler.ts";

/** Registers services on a router. */
export type Routes = (router: ConnectRouter) => void;

/** A handler for every protocol, and for plain calls the fast path where there is one. */
export type RpcHandler = UniversalHandler & { readonly unary: UnaryHandler | undefined };

/** Request path, such as `/order.v1.OrderService/ListOrders`, to its handler. */
export type Handlers = ReadonlyMap<string, RpcHandler>;

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
  const plain = new Map<string, UnaryRpc>();
  routes(recording(router, plain));
  return new Map(router.handlers.map((handler) => {
    const { requestPath } = handler;
    const rpc = plain.get(requestPath);
    const unary = rpc === undefined ? undefined : createUnaryHandler(rpc, {
      ...options,
      compressMinBytes,
    });
    return [requestPath, Object.assign(answerMalformed(handler, options), { unary })];
  }));
}

/** The router, which notes the unary rpcs that are registered on it. */
function recording(router: ConnectRouter, plain: Map<string, UnaryRpc>): ConnectRouter {
  function note(method: DescMethod, impl: unknown): void {
    if (method.methodKind !== "unary" || typeof impl !== "function") return;
    plain.set(`/${method.parent.typeName}/${method.name}`, {
      method: method as DescMethodUnary,
      impl: impl as UnaryRpc["impl"],
    });
  }
  const recorder: ConnectRouter = {
    handlers: router.handlers,
    service(service, implementation, options) {
      for (const method of service.methods) {
        const impl: unknown = implementation[method.localName];
        note(method, typeof impl === "function" ? impl.bind(implementation) : undefined);
      }
      router.service(service, implementation, options);
      return recorder;
    },
    rpc(method, impl, options) {
      note(method, impl);
      router.rpc(method, impl, options);
      return recorder;
    },
  };
  return recorder;
}
