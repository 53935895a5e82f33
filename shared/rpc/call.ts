/** What one call carries through a process: its ids, its caller, its deadline, its outcome. */
import {
  type CallOptions,
  Code,
  ConnectError,
  type ContextValues,
  createContextKey,
  type HandlerContext,
} from "@connectrpc/connect";
import type { Peer } from "../http/listener.ts";
import { anonymous, type Principal } from "./principal.ts";
import { childTraceparent, newTraceparent, parseTraceparent } from "./traceparent.ts";

export const requestIdHeader = "x-request-id";
export const traceparentHeader = "traceparent";

/** One incoming call. Mutable on purpose: each interceptor adds what it learned. */
export interface Call {
  readonly requestId: string;
  /** W3C trace context of this process's part of the trace. */
  readonly traceparent: string;
  /** When the call came in, on the clock of `performance.now()`, in milliseconds. */
  readonly startedMs: number;
  /** When the answer is worthless, on the same clock. */
  deadlineMs: number;
  principal: Principal;
  /** The access token that proved a person, to be passed on. */
  bearer: string | undefined;
  /** The other end of the connection; undefined in a test without one. */
  readonly peer: Peer | undefined;
  /** False until the request was decoded and the interceptors ran. */
  reached: boolean;
}

/** What the door knows of the connection, for calls that the library serves. */
export const peerKey = createContextKey<Peer | undefined>(undefined, { description: "peer" });
export const callKey = createContextKey<Call | undefined>(undefined, { description: "call" });

const requestIdPattern = /^[\w.-]{8,64}$/;

/** The caller's request id; one of an untrusted shape is replaced, not refused. */
export function requestIdOf(header: Headers): string {
  const sent = header.get(requestIdHeader);
  return sent !== null && requestIdPattern.test(sent) ? sent : crypto.randomUUID();
}

/** Starts a call from its headers; ids of an untrusted shape are replaced, not refused. */
export function newCall(header: Headers, peer?: Peer): Call {
  const parent = parseTraceparent(header.get(traceparentHeader));
  return {
    requestId: requestIdOf(header),
    traceparent: parent === undefined ? newTraceparent() : childTraceparent(parent),
    startedMs: performance.now(),
    deadlineMs: Infinity,
    principal: anonymous,
    bearer: undefined,
    peer,
    reached: false,
  };
}

/** The call of these context values, made from `header` the first time. */
export function callIn(values: ContextValues, header: Headers): Call {
  const known = values.get(callKey);
  if (known !== undefined) return known;
  const call = newCall(header, values.get(peerKey));
  values.set(callKey, call);
  return call;
}

/** The call that a handler is serving. */
export function callOf(context: HandlerContext): Call {
  return callIn(context.values, context.requestHeader);
}

/** The address at the other end of the connection, "" if there is none. */
export function peerAddress({ peer }: Call): string {
  const address = peer?.remoteAddr;
  // A test without a port may hand over an object with nothing in it.
  if (address === undefined || !("hostname" in address)) return "";
  // A socket that takes both families shows IPv4 as IPv6.
  return address.hostname.replace(/^::ffff:(?=\d+\.)/, "");
}

/**
 * Options for a call to another service on behalf of `call`: the same request id, trace and person,
 * and what is left of the deadline. Throws DeadlineExceeded if nothing is left.
 */
export function onBehalfOf(call: Call, signal?: AbortSignal): CallOptions {
  const options: CallOptions = {
    headers: {
      [requestIdHeader]: call.requestId,
      [traceparentHeader]: call.traceparent,
      ...(call.bearer === undefined ? {} : { authorization: `Bearer ${call.bearer}` }),
    },
    ...(signal === undefined ? {} : { signal }),
  };
  if (call.deadlineMs === Infinity) return options;
  const leftMs = Math.floor(call.deadlineMs - performance.now());
  if (leftMs <= 0) throw new ConnectError("no time is left", Code.DeadlineExceeded);
  return { ...options, timeoutMs: leftMs };
}
