/** Streams and consumers in a NATS of a test, as the mall's services make them. */
import type { JetStreamManager } from "nats";
import { ensureDurable } from "../../shared/messaging/durable.ts";
import { ensureStream } from "../../shared/messaging/stream.ts";
import { bookNames } from "../../tools/audit/books.ts";
import { consumers } from "../../tools/audit/events.ts";

/** Makes every stream, and every consumer that an audit expects. */
export async function makeConsumers(manager: JetStreamManager): Promise<void> {
  for (const name of bookNames) {
    await ensureStream(manager, { name: name.toUpperCase(), subjects: [`${name}.>`] });
  }
  for (const [durable, owner, subject] of consumers) {
    const stream = owner.toUpperCase();
    const limits = { ackWaitMs: 60_000, ackPendingMax: 10 };
    await ensureDurable(manager, { stream, durable, subject, ...limits });
  }
}
