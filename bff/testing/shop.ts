/** The BFF without a port, over stub neighbours. */
import { type ConnectRouter, createRouterTransport } from "@connectrpc/connect";
import { createProbes } from "../../shared/http/probes.ts";
import { createLogger } from "../../shared/log.ts";
import { createMetrics } from "../../shared/metrics.ts";
import { verifyTestToken } from "../../shared/rpc/testing/principals.ts";
import { createApi } from "../api.ts";
import { createHot, type Hot } from "../hot/hot.ts";
import { exposeHot } from "../hot/hot_metrics.ts";
import { bffCors } from "../middleware/cross_origin.ts";
import { clientsOver } from "./clients.ts";

export interface Shop extends Disposable {
  /** Answers as the process does: the hot answers first. */
  request(path: string, init?: RequestInit): Promise<Response>;
  /** GETs the path; the status and the JSON of the answer. */
  get(path: string): Promise<[status: number, body: unknown]>;
  readonly hot: Hot;
  /** What was logged. */
  readonly lines: readonly string[];
}

export interface ShopOptions {
  readonly corsOrigins?: readonly string[];
  readonly timeoutMs?: number;
  /** The clock of the hot answers; theirs stands still unless told, so that nothing gets old. */
  readonly now?: () => number;
  readonly targetsMax?: number;
}

/** Opens a shop whose services are what `routes` adds. */
export function openShop(
  routes: (router: ConnectRouter) => void,
  options: ShopOptions = {},
): Shop {
  const { corsOrigins = ["https://shop.example"], timeoutMs = 3_000, now = () => 0 } = options;
  const { targetsMax = 100 } = options;
  const lines: string[] = [];
  const log = createLogger({ write: (line) => lines.push(line) });
  const clients = clientsOver(createRouterTransport(routes));
  const metrics = createMetrics("bff");
  const probes = createProbes({ metrics, dependencies: [] });
  const hot = createHot({ cors: bffCors(corsOrigins), timeoutMs, log, now, targetsMax });
  exposeHot(metrics, hot);
  const api = createApi({
    clients,
    hot,
    probes,
    metrics,
    corsOrigins,
    timeoutMs,
    verifyToken: verifyTestToken,
    clientAddress: () => "192.0.2.1",
    log,
  });
  async function request(path: string, init?: RequestInit): Promise<Response> {
    const asked = new Request(new URL(path, "http://mall.test"), init);
    return hot.tryAnswer(asked) ?? await api.fetch(asked);
  }
  return {
    request,
    async get(path) {
      const response = await request(path);
      return [response.status, await response.json()];
    },
    hot,
    lines,
    [Symbol.dispose]: () => hot[Symbol.dispose](),
  };
}
