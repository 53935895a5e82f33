/**
 * The server's fast path: a plain unary Connect call (POST, binary or JSON, not compressed) is one
 * read of bytes, one decoding, the same interceptors and implementation, one encoding. No streams,
 * no timer or abort controller that nobody asked for. Whatever is not plain goes to the library,
 * which is the reference for what a call means.
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
import {
  create,
  type DescMethodUnary,
  fromBinary,
  fromJsonString,
  isMessage,
  type Message,
  toBinary,
  toJsonString,
} from "@bufbuild/protobuf";
import { BodyError, type BodyLimits, readBody } from "../http/body.ts";
import type { Peer } from "../http/listener.ts";
import type { Logger } from "../log.ts";
import { type Call, callKey, newCall, requestIdHeader } from "./call.ts";
import { writeLine } from "./canonical_log.ts";
import { fetchErrorResponse } from "./error_response.ts";
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
}

/** Answers a plain call; undefined when the request is not one and the library must answer. */
export type UnaryHandler = (
  request: Request,
  limits: BodyLimits,
  peer?: Peer,
) => Promise<Response> | undefined;

type Codec = "binary" | "json";

const contentTypes: Readonly<Record<Codec, string>> = {
  binary: "application/proto",
  json: "application/json",
};
/** A longer timeout, or one that is no number, is the library's to refuse. */
const plainTimeout = /^\d{1,9}$/;

/** Builds the fast path of one rpc. */
export function createUnaryHandler(rpc: UnaryRpc, options: UnaryHandlerOptions): UnaryHandler {
  const run = withInterceptors(rpc, options.interceptors);
  return (request, limits, peer) => {
    const codec = plainCodec(request);
    if (codec === undefined) return undefined;
    return answer(rpc, run, codec, { request, limits, peer }, options);
  };
}

/** How a plain call is encoded; undefined if it is not plain. */
function plainCodec(request: Request): Codec | undefined {
  const { method, headers } = request;
  if (method !== "POST" || headers.has("content-encoding")) return undefined;
  // An answer may be compressed for them: a browser's large page is worth it, ours never asks.
  if (headers.get("accept-encoding")?.includes("gzip")) return undefined;
  const timeout = headers.get("connect-timeout-ms");
  if (timeout !== null && !plainTimeout.test(timeout)) return undefined;
  const contentType = headers.get("content-type");
  if (contentType === contentTypes.binary) return "binary";
  return contentType === contentTypes.json ? "json" : undefined;
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
      header: context.responseHeader,
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
      requestMethod: "POST",
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

interface Incoming {
  readonly request: Request;
  readonly limits: BodyLimits;
  readonly peer: Peer | undefined;
}

async function answer(
  rpc: UnaryRpc,
  run: Run,
  codec: Codec,
  { request, limits, peer }: Incoming,
  options: UnaryHandlerOptions,
): Promise<Response> {
  const { headers, url } = request;
  const call = newCall(headers, peer);
  const values = createContextValues().set(callKey, call);
  let message: Message;
  try {
    message = decode(rpc, codec, await readBody(request, limits));
  } catch (error) {
    return refuse(rpc, call, error, options);
  }
  const context = new UnaryContext(rpc.method, url, headers, values, call, contentTypes[codec]);
  try {
    const response = await run(message, context);
    const body = encode(rpc, codec, response.message);
    context.end();
    return new Response(body, { headers: answerHeaders(context, response) });
  } catch (error) {
    context.end(error);
    return errorAnswer(ConnectError.from(error, Code.Internal), call, context);
  }
}

function decode({ method }: UnaryRpc, codec: Codec, bytes: Uint8Array): Message {
  try {
    if (codec === "binary") return fromBinary(method.input, bytes);
    return fromJsonString(method.input, new TextDecoder().decode(bytes), ignoreUnknown);
  } catch (error) {
    const told = error instanceof Error ? error.message : String(error);
    const message = codec === "binary" ? `parse binary: ${told}` : told;
    throw new ConnectError(message, Code.InvalidArgument);
  }
}

const ignoreUnknown = { ignoreUnknownFields: true };
const encoder = new TextEncoder();

function encode({ method }: UnaryRpc, codec: Codec, message: Message): Uint8Array<ArrayBuffer> {
  if (codec === "json") return encoder.encode(toJsonString(method.output, message));
  return toBinary(method.output, message) as Uint8Array<ArrayBuffer>;
}

function answerHeaders(context: UnaryContext, response: UnaryResponse): Headers {
  const trailer = context.writtenTrailer;
  return trailer === undefined ? response.header : trailerMux(response.header, trailer);
}

/** A body that could not be read or decoded: it passes no interceptor, so its line is written here. */
function refuse(
  { method }: UnaryRpc,
  call: Call,
  error: unknown,
  { log, metrics }: UnaryHandlerOptions,
): Response {
  if (!(error instanceof BodyError || error instanceof ConnectError)) throw error;
  const told = error instanceof BodyError
    ? new ConnectError(error.message, bodyCodes[error.status])
    : error;
  const name = `${method.parent.typeName}/${method.name}`;
  writeLine(log, metrics, { call, method: name, error: told });
  const status = error instanceof BodyError ? { status: error.status } : {};
  return fetchErrorResponse(told, { requestId: call.requestId, ...status });
}

/** What Connect calls a body that was broken off, too slow or too long. */
export const bodyCodes: Readonly<Record<BodyError["status"], Code>> = {
  400: Code.InvalidArgument,
  408: Code.DeadlineExceeded,
  413: Code.ResourceExhausted,
};

/** As the library does: an error's own metadata becomes headers, unless it came over the wire. */
function errorAnswer(error: ConnectError, call: Call, context: UnaryContext): Response {
  const response = fetchErrorResponse(error, { requestId: call.requestId });
  context.writtenTrailer?.forEach((value, name) => response.headers.set(`trailer-${name}`, value));
  if (!isFromWire(error)) {
    error.metadata.forEach((value, name) => {
      if (name !== requestIdHeader && !name.startsWith("content-")) {
        response.headers.set(name, value);
      }
    });
  }
  return response;
}

function isFromWire(error: ConnectError): boolean {
  return "isWireError" in error && error.isWireError === true;
}
