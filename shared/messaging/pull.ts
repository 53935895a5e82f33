/**
 * One pull from a JetStream consumer. The library's own iterators have gone silent after
 * reconnects; a pull here always ends: by the server's word, or without it by the clock. So
 * whoever pulls in a loop cannot stall without knowing.
 */
import { createInbox, headers, type Msg, type NatsConnection } from "nats";

export interface PullOptions {
  readonly stream: string;
  readonly durable: string;
  /** Messages at most. */
  readonly batch: number;
  /** How long the server waits for them, in milliseconds. */
  readonly expiresMs: number;
  /** Ends the pull at once. */
  readonly signal: AbortSignal;
}

/**
 * How a pull ended: `full`, `empty` (the server had no more in time), `gone` (no such consumer or
 * stream, or JetStream is off), `silent` (the server did not keep its time), `stopped`.
 */
export type PullEnd = "full" | "empty" | "gone" | "silent" | "stopped";

/** The server ends a pull by itself at its time; it gets this long to say so. */
const graceMs = 1_500;
const statusHeartbeat = 100;
const statusNoResponders = 503;

/** Asks for messages and hands each to `onMessage` as it comes. Throws on a closed connection. */
export async function pull(
  connection: NatsConnection,
  options: PullOptions,
  onMessage: (message: Msg) => void,
): Promise<PullEnd> {
  const { promise, resolve } = Promise.withResolvers<PullEnd>();
  let received = 0;
  const subscription = connection.subscribe(createInbox(), {
    callback(error, message) {
      if (error) return end("gone");
      if (!isDelivery(message)) {
        const status = endOf(message);
        if (status !== undefined) end(status);
        return;
      }
      received++;
      onMessage(message);
      if (received === options.batch) end("full");
    },
  });
  const timer = setTimeout(() => end("silent"), options.expiresMs + graceMs);
  const stop = () => end("stopped");
  options.signal.addEventListener("abort", stop, { once: true });
  if (options.signal.aborted) stop();

  function end(how: PullEnd): void {
    clearTimeout(timer);
    options.signal.removeEventListener("abort", stop);
    subscription.unsubscribe();
    resolve(how);
  }
  try {
    request(connection, options, subscription.getSubject());
    return await promise;
  } finally {
    end("stopped");
  }
}

function request(connection: NatsConnection, options: PullOptions, reply: string): void {
  const { stream, durable, batch, expiresMs } = options;
  const ask = JSON.stringify({ batch, expires: expiresMs * 1_000_000 });
  connection.publish(`$JS.API.CONSUMER.MSG.NEXT.${stream}.${durable}`, ask, { reply });
}

/** A message of the stream is answered on a subject of its own; the rest are statuses. */
function isDelivery(message: Msg): boolean {
  return message.reply?.startsWith("$JS.ACK.") ?? false;
}

function endOf(message: Msg): PullEnd | undefined {
  const { code, description } = message.headers ?? headers();
  if (code === statusHeartbeat) return undefined;
  if (code === statusNoResponders || /consumer deleted/i.test(description)) return "gone";
  return "empty";
}

/** What the acknowledgement subject tells about a delivery. */
export interface Delivery {
  /** 1 at the first. */
  readonly count: number;
  readonly streamSeq: number;
}

/**
 * Reads `$JS.ACK.<stream>.<consumer>.<count>.<stream seq>.…`, or the longer form that newer
 * servers use, with domain and account hash in front.
 */
export function deliveryOf(message: Msg): Delivery {
  const tokens = (message.reply ?? "").split(".");
  const from = tokens.length > 9 ? 6 : 4;
  return { count: Number(tokens[from] ?? 1), streamSeq: Number(tokens[from + 1] ?? 0) };
}

const encoder = new TextEncoder();

/** Done: never deliver it again. */
export function ack(message: Msg): void {
  answer(message, "+ACK");
}

/** Failed: deliver it again after `delayMs`. */
export function nak(message: Msg, delayMs: number): void {
  answer(message, `-NAK {"delay":${Math.round(delayMs * 1_000_000)}}`);
}

/** Still working: starts the wait for the acknowledgement anew. */
export function working(message: Msg): void {
  answer(message, "+WPI");
}

/** Never deliver it again, though it failed. */
export function term(message: Msg): void {
  answer(message, "+TERM");
}

/** An answer that is lost makes the message come again, which must be harmless anyway. */
function answer(message: Msg, text: string): void {
  try {
    message.respond(encoder.encode(text));
  } catch {
    // The connection is closed.
  }
}
