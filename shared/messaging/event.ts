/** An event: something that has happened, with a protobuf payload. */
import {
  create,
  type DescMessage,
  fromBinary,
  type MessageInitShape,
  type MessageShape,
  toBinary,
} from "@bufbuild/protobuf";
import { headers, type MsgHdrs } from "nats";
import { newTraceparent, parseTraceparent } from "../rpc/traceparent.ts";
import { isUuid, newUuid } from "./uuid.ts";

/** What a handler learns about an event beside its message. */
export interface EventMeta {
  /** The same however often the event is delivered. */
  readonly id: string;
  /** Past tense, dotted: `thing.happened`. */
  readonly subject: string;
  /** The protobuf type of the payload. */
  readonly type: string;
  /** The service that said it. */
  readonly source: string;
  readonly occurredAt: Date;
  readonly traceparent: string;
}

/** An event on its way out. The outbox's owner is its source. */
export interface NewEvent extends Omit<EventMeta, "source"> {
  readonly payload: Uint8Array;
}

/** An event on the wire. */
export interface WireEvent extends EventMeta {
  readonly payload: Uint8Array;
  /** The one consumer that it is for; undefined: all. */
  readonly target: string | undefined;
}

export interface NewEventOptions {
  readonly subject: string;
  /** The trace that it belongs to; a new one unless told. */
  readonly traceparent?: string | undefined;
  readonly now?: Date;
  /** A UUID; made here unless told. */
  readonly id?: string;
}

/**
 * The largest payload, in bytes. An event tells what happened and to which ids; who needs more
 * asks. Well below NATS's own limit (1 MiB), so that no row can get stuck in the outbox.
 */
export const payloadMax = 256 * 1024;

/** Makes an event. Throws `RangeError` when the payload is too large or the subject malformed. */
export function newEvent<S extends DescMessage>(
  schema: S,
  message: MessageInitShape<S>,
  options: NewEventOptions,
): NewEvent {
  const { subject, now = new Date() } = options;
  if (!/^[a-z0-9_]+(\.[a-z0-9_]+)+$/.test(subject)) {
    throw new RangeError(`"${subject}" is no subject like thing.happened`);
  }
  const payload = toBinary(schema, create(schema, message));
  if (payload.length > payloadMax) {
    throw new RangeError(
      `an event on ${subject} has ${payload.length} bytes, ${payloadMax} at most`,
    );
  }
  return {
    id: options.id ?? newUuid(),
    subject,
    type: schema.typeName,
    occurredAt: now,
    traceparent: parseTraceparent(options.traceparent) ?? newTraceparent(),
    payload,
  };
}

/** The payload as a message. Throws when the bytes are none. */
export function eventMessage<S extends DescMessage>(
  schema: S,
  payload: Uint8Array,
): MessageShape<S> {
  return fromBinary(schema, payload);
}

/** CloudEvents 1.0 in the binary mode of its NATS binding: attributes as headers. */
const names = {
  version: "ce-specversion",
  id: "ce-id",
  type: "ce-type",
  source: "ce-source",
  time: "ce-time",
  traceparent: "traceparent",
  contentType: "content-type",
  /** Ours: the one consumer that a replay is for. */
  target: "ce-targetconsumer",
} as const;

/** The headers of an event. The deduplication id is the publisher's to add. */
export function eventHeaders(event: Omit<WireEvent, "payload" | "subject">): MsgHdrs {
  const made = headers();
  made.set(names.version, "1.0");
  made.set(names.id, event.id);
  made.set(names.type, event.type);
  made.set(names.source, event.source);
  made.set(names.time, event.occurredAt.toISOString());
  made.set(names.traceparent, event.traceparent);
  made.set(names.contentType, "application/protobuf");
  if (event.target !== undefined) made.set(names.target, event.target);
  return made;
}

/** A message as an event, or the sentence that says why it is none. */
export function readEvent(message: {
  readonly subject: string;
  readonly data: Uint8Array;
  readonly headers?: MsgHdrs | undefined;
}): WireEvent | string {
  const header = (name: string) => message.headers?.get(name) ?? "";
  const id = header(names.id);
  const occurredAt = new Date(header(names.time));
  if (header(names.version) !== "1.0") return "ce-specversion is not 1.0";
  if (!isUuid(id)) return "ce-id is not a UUID";
  if (Number.isNaN(occurredAt.getTime())) return "ce-time is not a time";
  return {
    id,
    subject: message.subject,
    type: header(names.type),
    source: header(names.source),
    occurredAt,
    traceparent: parseTraceparent(header(names.traceparent)) ?? newTraceparent(),
    target: header(names.target) || undefined,
    payload: message.data,
  };
}
