/** A toy service for the tests of messaging: one database, one stream, effects to be counted. */
import { StringValueSchema } from "@bufbuild/protobuf/wkt";
import { createLogger, type Logger } from "../../log.ts";
import { connectNats, type Nats } from "../../nats/connection.ts";
import { startTestNats, type TestNats } from "../../nats/test_server.ts";
import { migrate } from "../../postgres/migrate.ts";
import { openPostgres, type Postgres, type Tx } from "../../postgres/pool.ts";
import { startConsumer } from "../consumer.ts";
import { newEvent } from "../event.ts";
import { type ConsumerJob, consumerJob } from "../jobs.ts";
import { appendOutbox } from "../outbox.ts";
import { startRelay } from "../relay.ts";

export const toyStream = { name: "TOY", subjects: ["toy.>"] };
export const toySubject = "toy.happened";
export const quiet: Logger = createLogger({ level: "error", write: () => {} });

export interface Toy extends AsyncDisposable {
  readonly sql: Postgres;
  readonly nats: Nats;
  readonly server: TestNats;
  readonly databaseUrl: string;
  /** Writes one event per value, all in one transaction. */
  say(...values: readonly string[]): Promise<void>;
  /** `value × times` of each effect, sorted. */
  effects(): Promise<string[]>;
  relay(): AsyncDisposable;
  consume(job?: ConsumerJob): AsyncDisposable;
}

/** An empty database; the toy disposes of it if it can be. */
export interface ToyDatabase extends Partial<AsyncDisposable> {
  readonly url: string;
}

/** Starts the toy with a NATS of its own on the given database. */
export async function openToy(database: ToyDatabase | Promise<ToyDatabase>): Promise<Toy> {
  await using stack = new AsyncDisposableStack();
  const owned = await database;
  stack.defer(() => owned[Symbol.asyncDispose]?.());
  const databaseUrl = owned.url;
  const server = stack.use(await startTestNats());
  const sql = stack.use(openPostgres({ url: databaseUrl, name: "toy", log: quiet }));
  const nats = stack.use(connectNats({ url: server.url, name: "toy", log: quiet }));
  await migrateToy(sql);
  await nats.ready;
  const parts = stack.move();
  return {
    sql,
    nats,
    server,
    databaseUrl,
    say: (...values) => say(sql, values),
    effects: () => effects(sql),
    relay: () => startToyRelay(sql, nats),
    consume: (job = toyJob()) => startToyConsumer(job, sql, nats),
    [Symbol.asyncDispose]: () => parts.disposeAsync(),
  };
}

export async function migrateToy(sql: Postgres): Promise<void> {
  const dir = new URL("../migrations/", import.meta.url);
  await migrate(sql, [{ set: "messaging", dir }], { log: quiet });
  await sql`CREATE TABLE effect (consumer text NOT NULL, value text NOT NULL)`;
}

export async function say(sql: Postgres, values: readonly string[]): Promise<void> {
  await sql.begin(async (tx) => {
    const events = values.map((value) => {
      return newEvent(StringValueSchema, { value }, { subject: toySubject });
    });
    await appendOutbox(tx, events);
  });
}

async function effects(sql: Postgres): Promise<string[]> {
  const rows = await sql<{ text: string }[]>`
    SELECT consumer || ' ' || value || ' × ' || count(*) AS text
    FROM effect GROUP BY consumer, value ORDER BY 1`;
  return rows.map((row) => row.text);
}

/** A relay that notices everything soon. */
export function startToyRelay(sql: Postgres, nats: Nats): AsyncDisposable {
  return startRelay({
    sql,
    nats,
    log: quiet,
    service: "toy",
    stream: toyStream,
    leaseMs: 1_000,
    ackTimeoutMs: 500,
    pollMs: 100,
    checkMs: 500,
  });
}

/** A consumer that notices everything soon. */
export function startToyConsumer(job: ConsumerJob, sql: Postgres, nats: Nats): AsyncDisposable {
  return startConsumer(job, {
    sql,
    nats,
    log: quiet,
    retryFirstMs: 10,
    retryMaxMs: 100,
    ackWaitMs: 1_000,
    pullMs: 1_000,
  });
}

export interface ToyJobOptions {
  readonly name?: string;
  readonly deliveriesMax?: number;
  /** Called in the transaction after the effect: throw to fail midway. */
  readonly after?: (value: string, tx: Tx) => void | Promise<void>;
}

/** Writes the event's value into the table of effects. */
export function toyJob(options: ToyJobOptions = {}): ConsumerJob {
  const { name = "toy-toy-happened", deliveriesMax = 3, after } = options;
  return consumerJob({
    name,
    stream: toyStream.name,
    subject: toySubject,
    schema: StringValueSchema,
    deliveriesMax,
    async handle(tx, { value }) {
      await tx`INSERT INTO effect VALUES (${name}, ${value})`;
      await after?.(value, tx);
    },
  });
}
