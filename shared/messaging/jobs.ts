/** What a service does beside answering: on events and on timers. */
import type { DescMessage, MessageShape } from "@bufbuild/protobuf";
import type { Logger } from "../log.ts";
import type { Sql, Tx } from "../postgres/pool.ts";
import { startConsumer } from "./consumer.ts";
import { eventMessage, type EventMeta, type WireEvent } from "./event.ts";
import type { NatsSource } from "./link.ts";
import { type Compose, startRelay } from "./relay.ts";
import { sweepMessaging } from "./retention.ts";
import type { StreamSpec } from "./stream.ts";
import { startTimer } from "./timer.ts";

export type Job = ConsumerJob | TimerJob;

/** Runs once every period, whatever the number of instances. */
export interface TimerJob {
  readonly kind: "timer";
  /** Unique within the service; never change it. */
  readonly name: string;
  /** The period, in milliseconds. */
  readonly everyMs: number;
  /** One run. It must end soon after `signal` aborts. What it throws is logged. */
  readonly run: (signal: AbortSignal) => Promise<void>;
}

/** Does something about each event of a subject. Make it with `consumerJob`. */
export interface ConsumerJob {
  readonly kind: "consumer";
  readonly name: string;
  readonly stream: string;
  readonly subject: string;
  /** What its events are. */
  readonly schema: DescMessage;
  readonly concurrency: number;
  readonly deliveriesMax: number;
  /** Reads the event. Throws if it is not of the job's schema. */
  readonly bind: (event: WireEvent) => BoundHandler;
}

/** A handler with its message. */
export interface BoundHandler {
  /** What the event is to this job: nothing, an effect that may be repeated, or one of once. */
  readonly effect: "none" | "repeatable" | "once";
  /** Whether there is anything to prepare. */
  readonly prepares: boolean;
  /** Does what comes before the transaction, and returns what to do in it. */
  readonly prepare: (signal: AbortSignal) => Promise<(tx: Tx) => Promise<void>>;
}

export interface ConsumerJobSpec<S extends DescMessage, P> {
  /** The durable consumer, `<service>-<subject with dashes>`: unique, and never changed. */
  readonly name: string;
  /** The stream of the service that owns the event. */
  readonly stream: string;
  readonly subject: string;
  readonly schema: S;
  /** Events in hand at once in this process. Each may hold one connection of the pool. */
  readonly concurrency?: number;
  /** After so many failed deliveries the event becomes a dead letter. */
  readonly deliveriesMax?: number;
  /** Whether the event is the job's business; all are, unless told. The rest costs no query. */
  readonly concerns?: (message: MessageShape<S>) => boolean;
  /**
   * Asks others, before the transaction: remote calls, which must be idempotent, as this may run
   * again for the same event. `signal` is the deadline.
   */
  readonly prepare?: (
    message: MessageShape<S>,
    event: EventMeta,
    signal: AbortSignal,
  ) => Promise<P>;
  /**
   * The effect, in the transaction that records the event: it happens once. It does nothing
   * outside `tx`, and may run again when the transaction has to be repeated. Without it all is done
   * by `prepare`, as often as the event comes, and the inbox does not remember it.
   */
  readonly handle?: (
    tx: Tx,
    message: MessageShape<S>,
    event: EventMeta,
    prepared: P,
  ) => Promise<void>;
}

/** Describes a consumer. Nothing starts. */
export function consumerJob<S extends DescMessage, P = undefined>(
  spec: ConsumerJobSpec<S, P>,
): ConsumerJob {
  const { name, stream, subject, schema, concurrency = 8, deliveriesMax = 8 } = spec;
  if (!/^[a-z0-9_-]+$/.test(name)) throw new RangeError(`"${name}" is no name of a consumer`);
  function bind(event: WireEvent): BoundHandler {
    if (event.type !== schema.typeName) {
      throw new TypeError(`the event is a ${event.type}, not a ${schema.typeName}`);
    }
    const message = eventMessage(schema, event.payload);
    const isConcerned = spec.concerns?.(message) ?? true;
    return {
      effect: !isConcerned ? "none" : spec.handle === undefined ? "repeatable" : "once",
      prepares: spec.prepare !== undefined,
      async prepare(signal) {
        const prepared = await spec.prepare?.(message, event, signal) as P;
        return async (tx) => await spec.handle?.(tx, message, event, prepared);
      },
    };
  }
  return { kind: "consumer", name, stream, subject, schema, concurrency, deliveriesMax, bind };
}

export interface JobsOptions {
  readonly sql: Sql;
  readonly nats: NatsSource;
  readonly log: Logger;
  /** The service's name. */
  readonly service: string;
  /** The service's own stream; without one nothing is published, not even replays. */
  readonly stream?: StreamSpec;
  /** Makes events of what the service has only noted. */
  readonly compose?: Compose | undefined;
}

const retentionEveryMs = 3_600_000;

/**
 * Starts a service's jobs, the relay of its outbox and the retention of its messaging tables.
 * Disposing of the result finishes what is in hand, within 10 seconds.
 */
export function startJobs(jobs: readonly Job[], options: JobsOptions): AsyncDisposable {
  const { sql, log, stream } = options;
  requireUnique(jobs);
  const started = jobs.map((job) => startJob(job, options));
  started.push(startTimer(retentionJob(sql), { sql, log }));
  if (stream !== undefined) started.push(startRelay({ ...options, stream }));
  return {
    async [Symbol.asyncDispose](): Promise<void> {
      await Promise.all(started.map((job) => job[Symbol.asyncDispose]()));
    },
  };
}

function startJob(job: Job, options: JobsOptions): AsyncDisposable {
  return job.kind === "timer" ? startTimer(job, options) : startConsumer(job, options);
}

function retentionJob(sql: Sql): TimerJob {
  return {
    kind: "timer",
    name: "messaging-retention",
    everyMs: retentionEveryMs,
    run: async (signal) => {
      await sweepMessaging(sql, signal);
    },
  };
}

function requireUnique(jobs: readonly Job[]): void {
  const names = jobs.map((job) => job.name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new RangeError(`two jobs are named "${twice}"`);
}
