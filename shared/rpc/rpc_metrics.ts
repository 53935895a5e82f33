import { Histogram } from "prom-client";
import { latencyBucketsMs, type Metrics } from "../metrics.ts";

/** Latency and outcome of the rpcs that a process serves. */
export interface RpcMetrics {
  /** `code` is Connect's name of the outcome, or "ok". */
  observe(method: string, code: string, durationMs: number): void;
}

/** Registers the histogram `rpc_server_duration_ms{method,code}`. */
export function createRpcMetrics(metrics: Metrics): RpcMetrics {
  const histogram = new Histogram({
    name: "rpc_server_duration_ms",
    help: "Time from an rpc's arrival to its answer, in milliseconds.",
    labelNames: ["method", "code"],
    buckets: latencyBucketsMs,
    registers: [metrics],
  });
  return {
    observe: (method, code, durationMs) => histogram.observe({ method, code }, durationMs),
  };
}
