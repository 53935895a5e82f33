/** For tests: a toy order service behind the real handlers, and what a test wants to see of it. */
import type { ServiceImpl } from "@connectrpc/connect";
import { OrderService } from "../../../proto/gen/order/v1/order_service_pb.ts";
import { AuthService } from "../../../proto/gen/user/v1/auth_service_pb.ts";
import { createHostList, type Host, type HostList } from "../../discovery/hosts.ts";
import { createProbes } from "../../http/probes.ts";
import { createLogger, type Logger } from "../../log.ts";
import { createMetrics } from "../../metrics.ts";
import { createHandlers, type Handlers } from "../handlers.ts";
import { type InterceptorOptions, serverInterceptors } from "../interceptors.ts";
import { createRpcMetrics } from "../rpc_metrics.ts";
import { createRpcFetch, type RpcServerOptions } from "../server.ts";
import { unauthenticated } from "../authentication.ts";

/** A finished log line, read back. */
export type Line = Readonly<Record<string, unknown>>;

/** A logger that keeps its lines. */
export function recordingLog(): { log: Logger; lines: Line[]; text: () => string } {
  const lines: Line[] = [];
  const log = createLogger({
    level: "debug",
    write: (line) => lines.push(JSON.parse(line)),
  });
  return { log, lines, text: () => JSON.stringify(lines) };
}

export interface Toy {
  readonly handlers: Handlers;
  readonly fetch: (request: Request) => Promise<Response>;
  /** Every log line so far. */
  readonly lines: Line[];
  /** The canonical lines so far, as `method code`. */
  calls(): readonly string[];
  /** What was measured so far, as `method code`. */
  readonly measured: string[];
}

export interface ToyOptions {
  readonly orders?: Partial<ServiceImpl<typeof OrderService>>;
  readonly auth?: Partial<ServiceImpl<typeof AuthService>>;
  readonly interceptors?: Partial<InterceptorOptions>;
  readonly server?: Partial<RpcServerOptions>;
}

/** The token that the toy believes. */
export const goodToken = "good-token-123";

/** Builds handlers and the main door's fetch around toy implementations. */
export function createToy(options: ToyOptions = {}): Toy {
  const { log, lines } = recordingLog();
  const measured: string[] = [];
  const registry = createMetrics("toy");
  const histogram = createRpcMetrics(registry);
  const metrics = {
    observe(method: string, code: string, durationMs: number): void {
      measured.push(`${method} ${code}`);
      histogram.observe(method, code, durationMs);
    },
  };
  const interceptors = serverInterceptors({
    log,
    metrics,
    verifyToken: (token) =>
      token === goodToken
        ? Promise.resolve({ kind: "user", userId: 123n, roles: ["user"], sessionId: "toy" })
        : Promise.reject(unauthenticated("this token is not known here")),
    // What is tried here is the doors; who may pass is tried with authorization() itself.
    authorize: (next) => next,
    ...options.interceptors,
  });
  const handlers = createHandlers((router) => {
    router.service(OrderService, options.orders ?? { listOrders: () => ({ isEnd: true }) });
    router.service(AuthService, options.auth ?? {});
  }, { interceptors, log, metrics });
  const probes = createProbes({ metrics: registry, dependencies: [] });
  const fetch = createRpcFetch({
    handlers,
    probes,
    corsOrigins: ["*"],
    log,
    metrics,
    ...options.server,
  });
  const calls = () =>
    lines.filter((line) => line["message"] === "rpc")
      .map((line) => `${line["method"]} ${line["code"]}`);
  return { handlers, fetch, lines, calls, measured };
}

/** An entry of discovery for something that listens on this machine. */
export function hostAt(port: number, instanceId = `instance-${port}`): Host {
  return {
    instanceId,
    url: `http://127.0.0.1:${port}`,
    version: "1.0.0",
    weight: 1,
    startedMs: 0,
  };
}

/** Hosts on these ports. */
export function hostsAt(...ports: readonly number[]): HostList {
  return createHostList("order", ports.map((port) => hostAt(port)));
}
