import { Gauge } from "prom-client";
import type { Metrics } from "../metrics.ts";
import type { Sql } from "../postgres/pool.ts";
import { countDeadLetters } from "./dead_letters.ts";
import { outboxBacklog } from "./outbox.ts";

/**
 * Registers what an operator must be woken for: `outbox_waiting` and `outbox_oldest_seconds` (events
 * that are not published), `dead_letters_open`. Read from the database when the metrics are asked
 * for; while it is away the last known values stay.
 */
export function exposeMessaging(metrics: Metrics, sql: Sql): void {
  const oldest = new Gauge({
    name: "outbox_oldest_seconds",
    help: "Age of the oldest event that is not published, in seconds; 0 without one.",
    registers: [metrics],
  });
  new Gauge({
    name: "outbox_waiting",
    help: "Events that are not published yet.",
    registers: [metrics],
    async collect() {
      const backlog = await outboxBacklog(sql).catch(() => undefined);
      if (backlog === undefined) return;
      this.set(backlog.waiting);
      oldest.set(backlog.oldestMs / 1_000);
    },
  });
  new Gauge({
    name: "dead_letters_open",
    help: "Events that could not be consumed, and were neither handled since nor put aside.",
    registers: [metrics],
    async collect() {
      const open = await countDeadLetters(sql).catch(() => undefined);
      if (open !== undefined) this.set(open);
    },
  });
}
