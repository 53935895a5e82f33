/** Publishes what the outbox holds. */
import { type JetStreamClient, type NatsConnection, NatsError } from "nats";
import { crashPoint } from "../crash_point.ts";
import type { Logger } from "../log.ts";
import type { Sql } from "../postgres/pool.ts";
import { newTraceparent } from "../rpc/traceparent.ts";
import { eventHeaders } from "./event.ts";
import { linkId, type NatsSource } from "./link.ts";
import {
  claimOutbox,
  markPublished,
  outboxChannel,
  type OutboxRow,
  postponeOutbox,
  type PublishedRow,
  requeueLost,
} from "./outbox.ts";
import { backoffMs, Bell, pause } from "./pause.ts";
import { ensureStream, type StreamPlace, type StreamSpec } from "./stream.ts";

/** Makes events of notes, in transactions of its own; says whether more may be left. */
export type Compose = (sql: Sql) => Promise<boolean>;

export interface RelayOptions {
  readonly sql: Sql;
  readonly nats: NatsSource;
  readonly log: Logger;
  /** The service's name: the events' source. */
  readonly service: string;
  /** The service's own stream. */
  readonly stream: StreamSpec;
  /** Rows of one claim. */
  readonly batchMax?: number;
  /** How long a claim holds, in milliseconds; well above `ackTimeoutMs`. */
  readonly leaseMs?: number;
  /** The longest wait for JetStream's acknowledgement, in milliseconds. */
  readonly ackTimeoutMs?: number;
  /** How often to look when nothing wakes it, in milliseconds. */
  readonly pollMs?: number;
  /** The least time between two looks, in milliseconds: what comes meanwhile goes together. */
  readonly gatherMs?: number;
  /** Makes events of what the service has only noted, before each look; says whether more is left. */
  readonly compose?: Compose | undefined;
  /** How often to compare with the stream while the connection stands, in milliseconds. */
  readonly checkMs?: number;
  /** How far back lost events are published again, in milliseconds. Below the outbox's retention. */
  readonly republishWindowMs?: number;
}

/** What the relay learned about the stream, and on which connection. */
interface Checked {
  readonly link: string;
  readonly place: StreamPlace;
  readonly atMs: number;
}

const apiTimeoutMs = 5_000;
/** One row that cannot be published waits this long at most before its next try. */
const rowBackoff = { firstMs: 200, maxMs: 10_000 };
/** The whole relay, when nothing can be published. */
const relayBackoff = { firstMs: 100, maxMs: 2_000 };
const dayMs = 86_400_000;
/** A failure that goes on is told at the first time and then at every so many. */
const tellEvery = 30;

/**
 * Starts publishing in the background. Any number of relays may work on one outbox. Nothing that
 * goes wrong ends it: while Postgres or NATS is away it waits, and the outbox grows.
 *
 * A row is published at least once: a relay that dies between the acknowledgement and its mark
 * lets another one publish it again, with the same `Nats-Msg-Id` (dropped by the stream within
 * two minutes) and the same event id (dropped by the consumers' inboxes for a month).
 *
 * On every new connection, and each `checkMs`, the stream is compared with the outbox before
 * anything is published; see `requeueLost`.
 */
export function startRelay(options: RelayOptions): AsyncDisposable {
  return new Relay(options);
}

class Relay implements AsyncDisposable {
  readonly #options: Required<Omit<RelayOptions, "compose">> & Pick<RelayOptions, "compose">;
  readonly #log: Logger;
  readonly #bell = new Bell();
  readonly #stop = new AbortController();
  readonly #running: Promise<void>;
  #unlisten: () => Promise<void> = () => Promise.resolve();
  #checked: Checked | undefined;
  #failures = 0;

  constructor(options: RelayOptions) {
    this.#options = {
      batchMax: 100,
      leaseMs: 15_000,
      ackTimeoutMs: 5_000,
      pollMs: 1_000,
      gatherMs: 20,
      checkMs: 60_000,
      republishWindowMs: dayMs,
      ...options,
    };
    this.#log = options.log.with({ component: "relay", stream: options.stream.name });
    this.#listen();
    this.#running = this.#run();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    await this.#running;
    await this.#unlisten().catch(() => {});
  }

  /** Only a quicker wake-up: behind a pooler, or when it fails, polling does. */
  async #listen(): Promise<void> {
    try {
      const { unlisten } = await this.#options.sql.listen(outboxChannel, () => this.#bell.ring());
      this.#unlisten = unlisten;
    } catch (error) {
      if (!this.#stop.signal.aborted) this.#log.warn("the outbox is only polled", { error });
    }
  }

  async #run(): Promise<void> {
    const { pollMs, gatherMs } = this.#options;
    const { signal } = this.#stop;
    while (!signal.aborted) {
      try {
        const startedMs = performance.now();
        const more = await this.#turn();
        this.#failures = 0;
        if (more) continue;
        await this.#bell.wait(pollMs, signal);
        await pause(Math.max(0, startedMs + gatherMs - performance.now()), signal);
      } catch (error) {
        if (this.#failures++ % tellEvery === 0) {
          this.#log.warn("the outbox waits", { error, failures: this.#failures });
        }
        await pause(backoffMs(this.#failures, relayBackoff), signal);
      }
    }
  }

  /** Publishes one batch; says whether there may be more. */
  async #turn(): Promise<boolean> {
    const { sql, nats, batchMax, leaseMs } = this.#options;
    const connection = nats.connection();
    if (connection === undefined) return false;
    await this.#checkStream(connection);
    const isMoreNoted = await this.#options.compose?.(sql) ?? false;
    const rows = await claimOutbox(sql, { limit: batchMax, leaseMs });
    if (rows.length > 0) await this.#publish(connection.jetstream(), rows);
    return isMoreNoted || rows.length === batchMax;
  }

  async #checkStream(connection: NatsConnection): Promise<void> {
    const { sql, stream, checkMs, republishWindowMs: windowMs } = this.#options;
    const link = linkId(connection);
    const before = this.#checked?.link === link ? this.#checked : undefined;
    if (before && performance.now() - before.atMs < checkMs) return;
    const manager = await connection.jetstreamManager({ checkAPI: false, timeout: apiTimeoutMs });
    const place = await ensureStream(manager, stream);
    const grew = before?.place.epoch === place.epoch && before.place.lastSeq <= place.lastSeq;
    if (!grew) {
      const lost = await requeueLost(sql, place, { windowMs });
      if (lost > 0) this.#log.warn("the stream has lost events, publishing again", { lost });
    }
    this.#checked = { link, place, atMs: performance.now() };
  }

  async #publish(jetstream: JetStreamClient, rows: readonly OutboxRow[]): Promise<void> {
    crashPoint("relay.before_publish");
    const outcomes = await Promise.allSettled(rows.map((row) => this.#publishOne(jetstream, row)));
    crashPoint("relay.after_publish");
    const done: PublishedRow[] = [];
    const late: { id: string; pauseMs: number }[] = [];
    let failure: unknown;
    for (const [index, row] of rows.entries()) {
      const outcome = outcomes[index];
      if (outcome?.status === "fulfilled") done.push(outcome.value);
      else {
        failure = outcome?.reason;
        late.push({ id: row.id, pauseMs: backoffMs(row.attempts, rowBackoff) });
        this.#tellRow(row, failure);
      }
    }
    await markPublished(this.#options.sql, done);
    crashPoint("relay.after_mark");
    await postponeOutbox(this.#options.sql, late);
    // Perhaps the stream is gone: look before the next batch, and do not hurry if all failed.
    if (late.length > 0) this.#checked = undefined;
    if (done.length === 0) throw failure;
  }

  async #publishOne(jetstream: JetStreamClient, row: OutboxRow): Promise<PublishedRow> {
    const { service, stream, ackTimeoutMs } = this.#options;
    const headers = eventHeaders({
      id: row.event_id ?? row.id,
      type: row.type,
      source: row.source ?? service,
      occurredAt: row.occurred_at,
      traceparent: row.traceparent ?? newTraceparent(),
      target: row.target ?? undefined,
    });
    const ack = await jetstream.publish(row.subject, row.payload, {
      msgID: row.id,
      headers,
      timeout: ackTimeoutMs,
    });
    const epoch = ack.stream === stream.name ? this.#checked?.place.epoch ?? null : null;
    return { id: row.id, stream: ack.stream, epoch, seq: ack.seq };
  }

  /** A row that fails while NATS is there is somebody's mistake; it must be seen. */
  #tellRow(row: OutboxRow, error: unknown): void {
    if (row.attempts % tellEvery !== 1) return;
    const reason = error instanceof NatsError ? error.code : "";
    this.#log.warn("an event could not be published", {
      event: row.id,
      subject: row.subject,
      attempts: row.attempts,
      reason,
      error: error instanceof Error ? error.message : String(error),
    });
  }
}
