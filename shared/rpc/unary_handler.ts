/**
 * The server's fast path: a plain unary Connect call is one read of bytes, one decoding, the same
 * interceptors and implementation, one encoding. No streams, no timer, abort controller or header
 * object that nobody asked for. Whatever is not plain goes to the library, which is the reference
 * for what a call means.
 */
import {
  Code,
  ConnectError,
  createContextValues,
  type Interceptor,
  type MethodImpl,
  type UnaryRequest,
  type UnaryResponse,
} from "@connectrpc/connect";
import { trailerMux } from "@connectrpc/connect/protocol-connect";
import { compressionGzip } from "@connectrpc/connect-node";
import {
  create,
  type DescMethodUnary,
  fromJsonString,
  isMessage,
  type Message,
  toJsonString,
} from "@bufbuild/protobuf";
import { BodyError, type BodyLimits } from "../http/body.ts";
import type { Peer } from "../http/listener.ts";
import type { Logger } from "../log.ts";
import { codecOf } from "../protobuf/codec.ts";
import { type Call, callKey, newCall, requestIdHeader } from "./call.ts";
import { writeLine } from "./canonical_log.ts";
import { fetchErrorResponse } from "./error_response.ts";
import {
  contentTypes,
  type MessageFormat,
  type PlainCall,
  plainCall,
  readMessage,
} from "./plain_call.ts";
import type { RpcMetrics } from "./rpc_metrics.ts";
import { UnaryContext } from "./unary_context.ts";

/** One rpc that plain calls can be served for. */
export interface UnaryRpc {
  readonly method: DescMethodUnary;
  readonly impl: MethodImpl<DescMethodUnary>;
}

export interface UnaryHandlerOptions {
  readonly interceptors: readonly Interceptor[];
  readonly log: Logger;
  readonly metrics: RpcMetrics;
  /** An answer with fewer bytes is not compressed. */
  readonly compressMinBytes: number;
}

/** A request as the door has it. */
export interface Incoming {
  readonly request: Request;
  readonly limits: BodyLimits;
  readonly peer: Peer | undefined;
}

/** Answers a plain call; undefined when the request is not one and the library must answer. */
export type UnaryHandler = (incoming: Incoming) => Promise<Response> | undefined;

/** Builds the fast path of one rpc. */
export function createUnaryHandler(rpc: UnaryRpc, options: UnaryHandlerOptions): UnaryHandler {
  const run = withInterceptors(rpc, options.interceptors);
  return (incoming) => {
    const plain = plainCall(incoming.request, rpc.method);
    if (plain === undefined) return undefined;
    return answer(rpc, run, plain, incoming, options);
  };
}

type Run = (message: Message, context: UnaryContext) => Promise<UnaryResponse>;
/** A request that remembers its context, which interceptors do not see. */
type ContextRequest = UnaryRequest & { readonly context: UnaryContext };

/** The chain of interceptors is built once; the context rides on the request. */
function withInterceptors({ method, impl }: UnaryRpc, interceptors: readonly Interceptor[]): Run {
  async function call(request: UnaryRequest): Promise<UnaryResponse> {
    const { context } = request as ContextRequest;
    const output = await impl(request.message, context);
    return {
      stream: false,
      service: method.parent,
      method,
      message: isMessage(output, method.output) ? output : create(method.output, output),
      get header() {
        return context.responseHeader;
      },
      get trailer() {
        return context.responseTrailer;
      },
    };
  }
  const chain = interceptors.reduceRight<(request: UnaryRequest) => Promise<UnaryResponse>>(
    (next, interceptor) => interceptor(next as Parameters<Interceptor>[0]) as typeof next,
    call,
  );
  return (message, context) => {
    const request: ContextRequest = {
      stream: false,
      service: method.parent,
      method,
      requestMethod: context.requestMethod,
      url: context.url,
      header: context.requestHeader,
      contextValues: context.values,
      message,
      context,
      get signal() {
        return context.signal;
      },
    };
    return chain(request);
  };
}

async function answer(
  rpc: UnaryRpc,
  run: Run,
  plain: PlainCall,
  { request, limits, peer }: Incoming,
  options: UnaryHandlerOptions,
): Promise<Response> {
  const call = newCall(request.headers, peer);
  let message: Message;
  try {
    message = decode(rpc, plain.format, await readMessage(plain, request, limits));
  } catch (error) {
    return refuse(rpc, call, error, options);
  }
  const values = createContextValues().set(callKey, call);
  const contentType = contentTypes[plain.format];
  const context = new UnaryContext({ method: rpc.method, request, values, call, contentType });
  const packing = { plain, compressMinBytes: options.compressMinBytes };
  try {
    const response = await run(message, context);
    const body = encode(rpc, plain.format, response.message);
    context.end();
    const headers = answerHeaders(context, response, call);
    return plain.takesPacked
      ? await packed(body, { headers }, packing)
      : new Response(body, { headers });
  } catch (error) {
    context.end(error);
    return await errorAnswer(ConnectError.from(error, Code.Internal), call, context, packing);
  }
}

function decode({ method }: UnaryRpc, format: MessageFormat, bytes: Uint8Array): Message {
  try {
    if (format === "binary") return codecOf(method.input).decode(bytes);
    return fromJsonString(method.input, decoder.decode(bytes), ignoreUnknown);
  } catch (error) {
    const told = error instanceof Error ? error.message : String(error);
    const message = format === "binary" ? `parse binary: ${told}` : told;
    throw new ConnectError(message, Code.InvalidArgument);
  }
}

const ignoreUnknown = { ignoreUnknownFields: true };
const encoder = new TextEncoder();
const decoder = new TextDecoder();

function encode(
  { method }: UnaryRpc,
  format: MessageFormat,
  message: Message,
): Uint8Array<ArrayBuffer> {
  if (format === "json") return encoder.encode(toJsonString(method.output, message));
  return codecOf(method.output).encode(message);
}

/** Plain fields for the usual answer: a `Headers` object costs more than all of them. */
function answerHeaders(context: UnaryContext, response: UnaryResponse, call: Call): HeadersInit {
  const written = context.writtenHeader;
  const trailer = context.writtenTrailer;
  if (written === undefined && trailer === undefined) {
    return { "content-type": context.contentType, [requestIdHeader]: call.requestId };
  }
  const headers = trailer === undefined ? response.header : trailerMux(response.header, trailer);
  headers.set(requestIdHeader, call.requestId);
  return headers;
}

interface Packing {
  readonly plain: PlainCall;
  readonly compressMinBytes: number;
}

/** The answer, compressed if its caller takes that and it is long enough to be worth it. */
async function packed(
  body: Uint8Array<ArrayBuffer>,
  init: ResponseInit,
  { plain, compressMinBytes }: Packing,
): Promise<Response> {
  if (!plain.takesPacked || body.byteLength < compressMinBytes) return new Response(body, init);
  const headers = new Headers(init.headers);
  headers.set("content-encoding", compressionGzip.name);
  return new Response(await compressionGzip.compress(body), { ...init, headers });
}

/**
 * A message that could not be read or decoded: it passes no interceptor, so its line is written
 * here.
 */
function refuse(
  { method }: UnaryRpc,
  call: Call,
  error: unknown,
  { log, metrics }: UnaryHandlerOptions,
): Response {
  const { told, status } = refusalOf(error);
  const name = `${method.parent.typeName}/${method.name}`;
  writeLine(log, metrics, { call, method: name, error: told });
  return fetchErrorResponse(told, { requestId: call.requestId, ...status });
}

interface Refused {
  readonly told: ConnectError;
  readonly status?: { readonly status: number };
}

/** Bytes that cannot be read are the client's fault, whatever the library calls them. */
function refusalOf(error: unknown): Refused {
  if (error instanceof BodyError) {
    const told = new ConnectError(error.message, bodyCodes[error.status]);
    return { told, status: { status: error.status } };
  }
  const { code, rawMessage } = ConnectError.from(error, Code.InvalidArgument);
  if (code === Code.ResourceExhausted) {
    return { told: new ConnectError(rawMessage, code), status: { status: 413 } };
  }
  return { told: new ConnectError(rawMessage, Code.InvalidArgument) };
}

/** What Connect calls a body that was broken off, too slow or too long. */
export const bodyCodes: Readonly<Record<BodyError["status"], Code>> = {
  400: Code.InvalidArgument,
  408: Code.DeadlineExceeded,
  413: Code.ResourceExhausted,
};

/** As the library does: an error's own metadata becomes headers, unless it came over the wire. */
async function errorAnswer(
  error: ConnectError,
  call: Call,
  context: UnaryContext,
  packing: Packing,
): Promise<Response> {
  const response = fetchErrorResponse(error, { requestId: call.requestId });
  const { headers, status } = response;
  context.writtenHeader?.forEach((value, name) => {
    if (!ownFields.has(name)) headers.append(name, value);
  });
  if (!isFromWire(error)) {
    error.metadata.forEach((value, name) => {
      if (!ownFields.has(name) && !protocolFields.has(name)) headers.append(name, value);
    });
  }
  context.writtenTrailer?.forEach((value, name) => headers.append(`trailer-${name}`, value));
  if (!packing.plain.takesPacked) return response;
  return await packed(await response.bytes(), { headers, status }, packing);
}

/** Written by us, whatever a handler says. */
const ownFields: ReadonlySet<string> = new Set(["content-type", requestIdHeader]);

/** What belongs to a protocol rather than to an error: the library's list, which is not public. */
const protocolFields: ReadonlySet<string> = new Set([
  "accept-encoding",
  "connect-accept-encoding",
  "connect-content-encoding",
  "connect-protocol-version",
  "connect-timeout-ms",
  "content-encoding",
  "content-length",
  "date",
  "grpc-accept-encoding",
  "grpc-encoding",
  "grpc-message",
  "grpc-status",
  "grpc-status-details-bin",
  "grpc-timeout",
  "host",
  "trailer",
  "trailer-",
  "user-agent",
]);

function isFromWire(error: ConnectError): boolean {
  return "isWireError" in error && error.isWireError === true;
}
