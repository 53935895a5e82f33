import { Histogram } from "prom-client";
import { latencyBucketsMs, type Metrics } from "../shared/metrics.ts";

/** Latency and status of the BFF's routes. */
export interface HttpMetrics {
  /** `route` is the declared path, so that ids do not become labels. */
  observe(route: string, method: string, status: number, durationMs: number): void;
}

/** Registers the histogram `http_server_duration_ms{route,method,status}`. */
export function createHttpMetrics(metrics: Metrics): HttpMetrics {
  const histogram = new Histogram({
    name: "http_server_duration_ms",
    help: "Time from a request's arrival to its answer, in milliseconds.",
    labelNames: ["route", "method", "status"],
    buckets: latencyBucketsMs,
    registers: [metrics],
  });
  return {
    observe(route, method, status, durationMs) {
      histogram.observe({ route, method, status }, durationMs);
    },
  };
}
