import { Gauge } from "prom-client";
import { exposeCounters, type Metrics } from "../../shared/metrics.ts";
import type { Hot } from "./hot.ts";

/** Shows what the hot answers do: `hot_answers{kind}` and `hot_answers_sent{route,status}`. */
export function exposeHot(metrics: Metrics, hot: Hot): void {
  exposeCounters(metrics, {
    name: "hot_answers",
    help: "What the kept answers of public reads have done; `kept` is how many there are.",
    read: () => ({ ...hot.counters, kept: hot.size }),
  });
  new Gauge({
    name: "hot_answers_sent",
    help: "Requests answered before any route; http_server_duration_ms does not see them.",
    labelNames: ["route", "status"],
    registers: [metrics],
    collect() {
      for (const [route, { ok, notModified }] of hot.routes) {
        this.set({ route, status: 200 }, ok);
        this.set({ route, status: 304 }, notModified);
      }
    },
  });
}
