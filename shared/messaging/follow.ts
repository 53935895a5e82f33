/** Hearing of events at once, in every instance, without a consumer: for what is kept in memory. */
import type { NatsConnection, Subscription } from "nats";
import type { Logger } from "../log.ts";
import type { ConnectListener } from "../nats/connection.ts";
import { readEvent, type WireEvent } from "./event.ts";

/** Where connections come from; `Nats` is one. */
export interface ConnectSource {
  onConnect(listener: ConnectListener): () => void;
}

export interface FollowOptions {
  readonly nats: ConnectSource;
  /** Such as `thing.>`. */
  readonly subject: string;
  readonly log: Logger;
  /** What it throws, or rejects with, is logged. */
  readonly onEvent: (event: WireEvent) => void | Promise<void>;
}

/**
 * Calls `onEvent` for each event as it is published: nothing is stored or repeated, and what is
 * published while NATS is away is never heard of. So it serves only to be quicker than a time
 * limit that holds anyway. Replays for a single consumer are left out.
 */
export function followEvents({ nats, subject, log, onEvent }: FollowOptions): AsyncDisposable {
  let current: { connection: NatsConnection; subscription: Subscription } | undefined;

  async function take(event: WireEvent): Promise<void> {
    try {
      await onEvent(event);
    } catch (error) {
      log.warn("an event could not be followed", { subject: event.subject, error });
    }
  }

  // The library subscribes again by itself on a reconnect, not on a new connection.
  const stop = nats.onConnect((connection) => {
    if (current?.connection === connection && !current.subscription.isClosed()) return;
    const subscription = connection.subscribe(subject, {
      callback(error, message) {
        const event = error === null ? readEvent(message) : error.message;
        if (typeof event === "string") log.debug("what came is no event", { subject, why: event });
        else if (event.target === undefined) take(event);
      },
    });
    current = { connection, subscription };
  });
  return {
    [Symbol.asyncDispose]() {
      stop();
      current?.subscription.unsubscribe();
      return Promise.resolve();
    },
  };
}
