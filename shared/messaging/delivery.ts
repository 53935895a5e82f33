/** What becomes of one delivery: done, again later, or a dead letter. */
import type { Msg } from "nats";
import { crashPoint } from "../crash_point.ts";
import type { Logger } from "../log.ts";
import type { Sql } from "../postgres/pool.ts";
import { type NewDeadLetter, settleReplay, writeDeadLetter } from "./dead_letters.ts";
import { readEvent, type WireEvent } from "./event.ts";
import { failurePlace, failureText, isPassing } from "./failure.ts";
import { consumeOnce, type InboxKey, isConsumed } from "./inbox.ts";
import type { BoundHandler, ConsumerJob } from "./jobs.ts";
import { backoffMs, within } from "./pause.ts";
import { ack, deliveryOf, nak, term, working } from "./pull.ts";

export interface DeliveryTiming {
  /** The pause before a failed event comes again: doubles from first to max, in milliseconds. */
  readonly retryFirstMs: number;
  readonly retryMaxMs: number;
  /** How long a delivery may stay without a sign of life, in milliseconds. */
  readonly ackWaitMs: number;
}

export interface SettlerOptions extends DeliveryTiming {
  readonly sql: Sql;
  readonly log: Logger;
}

/** The longest one event may be worked on, in milliseconds. */
export const handleMaxMs = 60_000;
/**
 * An event whose failures all were passing is not given up at the usual limit: an outage is not
 * its fault. This is where it ends all the same, and also one that kills its process each time.
 */
const deliveriesHardMax = 50;

/** Settles the deliveries of one consumer. */
export class Settler {
  readonly #job: ConsumerJob;
  readonly #options: SettlerOptions;
  readonly #log: Logger;
  /** Passing failures since the last success: what the handler needs is away. */
  troubles = 0;

  constructor(job: ConsumerJob, options: SettlerOptions) {
    this.#job = job;
    this.#options = options;
    this.#log = options.log;
  }

  /** Ends one delivery, in one way or another. Never throws. */
  async settle(message: Msg): Promise<void> {
    const heartbeat = setInterval(() => working(message), this.#options.ackWaitMs / 3);
    try {
      await this.#handle(message);
    } catch (error) {
      // Not even the dead letter could be written: Postgres is away.
      this.troubles++;
      this.#log.warn("a delivery could not be settled", { error: failureText(error) });
      nak(message, this.#retryMs(deliveryOf(message).count));
    } finally {
      clearInterval(heartbeat);
    }
  }

  async #handle(message: Msg): Promise<void> {
    const event = readEvent(message);
    if (typeof event === "string") return await this.#giveUp(message, undefined, event);
    if (event.target !== undefined && event.target !== this.#job.name) return ack(message);
    const { count } = deliveryOf(message);
    if (count > deliveriesHardMax) {
      return await this.#giveUp(message, event, `not settled in ${count - 1} deliveries`);
    }
    let bound: BoundHandler;
    try {
      bound = this.#job.bind(event);
    } catch (error) {
      return await this.#giveUp(message, event, failureText(error));
    }
    const deadline = new AbortController();
    try {
      await within("the handler", handleMaxMs, this.#consume(event, bound, deadline.signal));
      if (event.target !== undefined) await settleReplay(this.#options.sql, this.#keyOf(event));
      this.troubles = 0;
      ack(message);
      crashPoint("consumer.after_ack");
    } catch (error) {
      deadline.abort(error);
      await this.#failed(message, event, error);
    }
  }

  async #consume(event: WireEvent, bound: BoundHandler, signal: AbortSignal): Promise<void> {
    const { sql } = this.#options;
    if (bound.effect === "none") return;
    if (bound.effect === "repeatable") return void await bound.prepare(signal);
    const key = this.#keyOf(event);
    if (bound.prepares && await isConsumed(sql, key)) return;
    const effect = await bound.prepare(signal);
    const ran = await consumeOnce(sql, key, effect);
    if (!ran) this.#log.debug("an event came again", { event: event.id });
  }

  #keyOf(event: WireEvent): InboxKey {
    return { consumer: this.#job.name, eventId: event.id };
  }

  async #failed(message: Msg, event: WireEvent, error: unknown): Promise<void> {
    const { count } = deliveryOf(message);
    const passing = isPassing(error);
    if (passing) this.troubles++;
    else this.troubles = 0;
    // A replay is one try: an operator waits for what comes of it, and may send it again.
    const isReplay = event.target !== undefined;
    if (isReplay || !passing && count >= this.#job.deliveriesMax) {
      this.#log.error("an event failed for the last time", {
        event: event.id,
        error: failureText(error),
        place: failurePlace(error),
      });
      return await this.#giveUp(message, event, failureText(error));
    }
    const text = { event: event.id, deliveries: count, error: failureText(error) };
    this.#log.warn("an event failed, it will come again", text);
    nak(message, this.#retryMs(count));
  }

  /** Writes the dead letter, then ends the deliveries: a crash in between writes it again. */
  async #giveUp(message: Msg, event: WireEvent | undefined, why: string): Promise<void> {
    const delivery = deliveryOf(message);
    const letter: NewDeadLetter = {
      consumer: this.#job.name,
      eventId: event?.id ?? `${this.#job.stream}:${delivery.streamSeq}`,
      subject: message.subject,
      type: event?.type ?? "",
      source: event?.source ?? "",
      traceparent: event?.traceparent ?? null,
      payload: message.data,
      occurredAt: event?.occurredAt ?? new Date(),
      error: why,
      deliveries: delivery.count,
    };
    await writeDeadLetter(this.#options.sql, letter);
    this.#log.error("a dead letter was written", { event: letter.eventId, why });
    crashPoint("consumer.before_term");
    term(message);
  }

  #retryMs(deliveries: number): number {
    const { retryFirstMs: firstMs, retryMaxMs: maxMs } = this.#options;
    return backoffMs(deliveries, { firstMs, maxMs });
  }
}
