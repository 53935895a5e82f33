/** The audit of the measured mall, once everything under way has come to rest. */
import { connect } from "nats";
import { setTimeout as sleep } from "node:timers/promises";
import { audit } from "../tools/audit/audit.ts";
import type { Breach } from "../tools/audit/books.ts";
import type { MeasuredMall } from "./mall.ts";

export interface Audited {
  /** How many rules were looked at. */
  readonly rules: number;
  readonly breaches: readonly Breach[];
}

const settleMaxMs = 120_000;
const pauseMs = 500;

/** Audits until every rule holds, or the time is over that events may take to be consumed. */
export async function auditedMall(
  { sql, natsUrl }: MeasuredMall,
  stopped: AbortSignal,
): Promise<Audited> {
  const nats = await connect({ servers: natsUrl });
  try {
    for (const endMs = performance.now() + settleMaxMs;;) {
      let rules = 0;
      const breaches = await audit(sql, { ms: 0 }, { nats, onChecked: () => void rules++ });
      if (breaches.length === 0 || performance.now() > endMs) return { rules, breaches };
      await sleep(pauseMs, undefined, { signal: stopped });
    }
  } finally {
    await nats.close();
  }
}
