/** Runs one consumer job: pulls events, as many as hands are free, and keeps doing so. */
import type { Msg, NatsConnection } from "nats";
import type { Logger } from "../log.ts";
import type { Sql } from "../postgres/pool.ts";
import { type DeliveryTiming, handleMaxMs, Settler } from "./delivery.ts";
import { durableInfo, type DurableSpec, ensureDurable, recreateDurable } from "./durable.ts";
import type { ConsumerJob } from "./jobs.ts";
import { linkId, type NatsSource } from "./link.ts";
import { backoffMs, Bell, pause, within } from "./pause.ts";
import { nak, pull, type PullEnd } from "./pull.ts";

export interface ConsumerOptions extends Partial<DeliveryTiming> {
  readonly sql: Sql;
  readonly nats: NatsSource;
  readonly log: Logger;
  /** How long one pull waits for events, in milliseconds. */
  readonly pullMs?: number;
  /** How long a stop waits for what is in hand, in milliseconds. */
  readonly drainMs?: number;
}

const apiTimeoutMs = 5_000;
/** Events between delivery and acknowledgement, over all instances and pauses. */
const ackPendingMax = 1_000;
/** While NATS is away. */
const awayPauseMs = 250;
/** How soon a pull learns that its connection is gone. */
const linkLookMs = 250;
const apiBackoff = { firstMs: 100, maxMs: 2_000 };
/** While what the handler needs is away: then one event at a time tries. */
const troubleBackoff = { firstMs: 100, maxMs: 5_000 };
/** After so many empty pulls in a row the server's numbers are looked at. */
const emptyPullsMax = 6;
const tellEvery = 30;

/**
 * Starts consuming in the background; disposing of it finishes what is in hand and gives the rest
 * back. Nothing that goes wrong ends it: NATS may be away, or come back without its data.
 *
 *  - The effect and the inbox row commit together, then the event is acknowledged: a crash in
 *    between makes it come again and find the row.
 *  - A failure gives it back after a growing pause. At the job's limit it becomes a dead letter,
 *    at once if it cannot even be read. Passing failures (a dependency is away) do not count up
 *    to the limit; while they last, only one event at a time is tried.
 */
export function startConsumer(job: ConsumerJob, options: ConsumerOptions): AsyncDisposable {
  return new Consumer(job, options);
}

class Consumer implements AsyncDisposable {
  readonly #job: ConsumerJob;
  readonly #options: Required<ConsumerOptions>;
  readonly #durable: DurableSpec;
  readonly #log: Logger;
  readonly #stop = new AbortController();
  readonly #inHand = new Map<Msg, Promise<void>>();
  readonly #handFree = new Bell();
  readonly #settler: Settler;
  readonly #running: Promise<void>;
  /** The connection on which the durable consumer is known to exist. */
  #ensuredOn: string | undefined;
  #failures = 0;
  #emptyPulls = 0;
  #stalledOnce = false;

  constructor(job: ConsumerJob, options: ConsumerOptions) {
    this.#job = job;
    this.#options = {
      retryFirstMs: 200,
      retryMaxMs: 30_000,
      ackWaitMs: 10_000,
      pullMs: 5_000,
      drainMs: 8_000,
      ...options,
    };
    this.#durable = {
      stream: job.stream,
      durable: job.name,
      subject: job.subject,
      ackWaitMs: this.#options.ackWaitMs,
      ackPendingMax,
    };
    this.#log = options.log.with({ component: "consumer", consumer: job.name });
    this.#settler = new Settler(job, { ...this.#options, log: this.#log });
    this.#running = this.#run();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    await this.#running;
    const finished = Promise.all(this.#inHand.values());
    await within("drain", this.#options.drainMs, finished).catch(() => {});
    for (const message of this.#inHand.keys()) nak(message, this.#options.retryFirstMs);
    const connection = this.#options.nats.connection();
    if (connection) await within("flush", 1_000, connection.flush()).catch(() => {});
  }

  async #run(): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      const connection = this.#options.nats.connection();
      if (connection === undefined) {
        await pause(awayPauseMs, signal);
        continue;
      }
      try {
        await this.#ensure(connection);
        await this.#pullOnce(connection);
        this.#failures = 0;
      } catch (error) {
        this.#ensuredOn = undefined;
        if (this.#failures++ % tellEvery === 0) {
          this.#log.warn("cannot consume", { error, failures: this.#failures });
        }
        await pause(backoffMs(this.#failures, apiBackoff), signal);
      }
    }
  }

  async #ensure(connection: NatsConnection): Promise<void> {
    const link = linkId(connection);
    if (this.#ensuredOn === link) return;
    const manager = await connection.jetstreamManager({ checkAPI: false, timeout: apiTimeoutMs });
    await ensureDurable(manager, this.#durable);
    this.#ensuredOn = link;
  }

  async #pullOnce(connection: NatsConnection): Promise<void> {
    const batch = await this.#freeHands();
    if (this.#stop.signal.aborted) return;
    const how = await this.#pull(connection, batch);
    if (how === "gone") throw new Error(`no consumer ${this.#job.name} on ${this.#job.stream}`);
    if (how === "silent") {
      this.#log.warn("a pull was never answered, asking anew");
      this.#ensuredOn = undefined;
    }
    this.#emptyPulls = how === "empty" ? this.#emptyPulls + 1 : 0;
    if (this.#emptyPulls >= emptyPullsMax) await this.#checkProgress(connection);
  }

  /** A pull that was asked on a connection that is gone would only wait for its time. */
  async #pull(connection: NatsConnection, batch: number): Promise<PullEnd> {
    const link = linkId(connection);
    const lost = new AbortController();
    const watch = setInterval(() => {
      const now = this.#options.nats.connection();
      if (now === undefined || linkId(now) !== link) lost.abort();
    }, linkLookMs);
    try {
      return await pull(connection, {
        stream: this.#durable.stream,
        durable: this.#durable.durable,
        batch,
        expiresMs: this.#options.pullMs,
        signal: AbortSignal.any([this.#stop.signal, lost.signal]),
      }, (message) => this.#take(message));
    } finally {
      clearInterval(watch);
    }
  }

  /** How many events may be taken now; waits until it is at least one. */
  async #freeHands(): Promise<number> {
    const { signal } = this.#stop;
    if (this.#settler.troubles > 0) {
      await pause(backoffMs(this.#settler.troubles, troubleBackoff), signal);
    }
    for (;;) {
      const hands = this.#settler.troubles > 0 ? 1 : this.#job.concurrency;
      const free = hands - this.#inHand.size;
      if (free > 0 || signal.aborted) return free;
      await this.#handFree.wait(handleMaxMs, signal);
    }
  }

  /** A server that has events and hands none out, twice in a row, gets its consumer made anew. */
  async #checkProgress(connection: NatsConnection): Promise<void> {
    this.#emptyPulls = 0;
    const manager = await connection.jetstreamManager({ checkAPI: false, timeout: apiTimeoutMs });
    const info = await durableInfo(manager, this.#durable);
    const stalled = info !== undefined && info.num_pending > 0 &&
      info.num_ack_pending < ackPendingMax;
    if (stalled && this.#stalledOnce) {
      this.#log.warn("the consumer has stalled, making it anew", { pending: info.num_pending });
      await recreateDurable(manager, this.#durable, info);
    }
    this.#stalledOnce = stalled && !this.#stalledOnce;
  }

  #take(message: Msg): void {
    this.#stalledOnce = false;
    const work = this.#settler.settle(message).finally(() => {
      this.#inHand.delete(message);
      this.#handFree.ring();
    });
    this.#inHand.set(message, work);
  }
}
