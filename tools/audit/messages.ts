/** Messages in NATS: every consumer is there, and keeps up. What was given up is in the databases. */
import { type ConsumerInfo, type JetStreamManager, type NatsConnection, NatsError } from "nats";
import type { Grace, Invariant } from "./books.ts";
import { consumers } from "./events.ts";

interface Consumer {
  readonly name: string;
  readonly stream: string;
  readonly subject: string;
  /** Undefined when NATS has none. */
  readonly info: ConsumerInfo | undefined;
}

const notFound = 404;

/** What must hold in this NATS. */
export function messageInvariants(connection: NatsConnection): readonly Invariant[] {
  return [
    { rule: "messages: each consumer is there", check: () => missingConsumers(connection) },
    {
      rule: "messages: none waits for long",
      check: (_books, grace) => waitingMessages(connection, grace),
    },
  ];
}

async function missingConsumers(connection: NatsConnection): Promise<string[]> {
  const all = await allConsumers(await connection.jetstreamManager());
  return all.filter(({ info }) => info === undefined)
    .map(({ name, stream }) => `${stream} has no consumer ${name}`);
}

async function waitingMessages(connection: NatsConnection, grace: Grace): Promise<string[]> {
  const manager = await connection.jetstreamManager();
  const all = await allConsumers(manager);
  const found = await Promise.all(all.map((consumer) => oldestWaiting(manager, consumer, grace)));
  return found.filter((one) => one !== undefined);
}

async function allConsumers(manager: JetStreamManager): Promise<Consumer[]> {
  return await Promise.all(consumers.map(async ([name, owner, subject]) => {
    const stream = owner.toUpperCase();
    const info = await orMissing(manager.consumers.info(stream, name));
    return { name, stream, subject, info };
  }));
}

/** What was not acknowledged before the grace; the first is right behind the acknowledged ones. */
async function oldestWaiting(
  manager: JetStreamManager,
  { name, stream, subject, info }: Consumer,
  grace: Grace,
): Promise<string | undefined> {
  if (info === undefined) return undefined;
  const count = info.num_pending + info.num_ack_pending;
  if (count === 0) return undefined;
  // "The next of this subject from there": the library's type of this call knows only `seq`.
  const query = { seq: info.ack_floor.stream_seq + 1, next_by_subj: subject };
  const message = await orMissing(manager.streams.getMessage(stream, query));
  if (message === undefined || message.time.getTime() > Date.now() - grace.ms) return undefined;
  const since = message.time.toISOString();
  return `${name} has ${count} to consume, the oldest (${message.seq}) since ${since}`;
}

async function orMissing<T>(asked: Promise<T>): Promise<T | undefined> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof NatsError && error.api_error?.code === notFound) return undefined;
    throw error;
  }
}
