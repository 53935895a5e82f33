/** Prometheus metrics of one process. */
import { Gauge, Registry } from "prom-client";

export type Metrics = Registry;

/** Buckets for latencies in milliseconds: fine where an rpc of the mall should be. */
export const latencyBucketsMs = [0.5, 1, 2, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000];

/** A registry of its own for each app, so that several may live in one process. */
export function createMetrics(name: string): Metrics {
  const metrics = new Registry();
  metrics.setDefaultLabels({ app: name });
  new Gauge({
    name: "process_resident_memory_bytes",
    help: "Resident memory of the process, in bytes.",
    registers: [metrics],
    collect() {
      this.set(Deno.memoryUsage().rss);
    },
  });
  return metrics;
}

/** Shows counters that something else keeps, read when the metrics are asked for. */
export function exposeCounters(
  metrics: Metrics,
  options: { name: string; help: string; read: () => Readonly<Record<string, number>> },
): void {
  new Gauge({
    name: options.name,
    help: options.help,
    labelNames: ["kind"],
    registers: [metrics],
    collect() {
      for (const [kind, value] of Object.entries(options.read())) this.set({ kind }, value);
    },
  });
}
