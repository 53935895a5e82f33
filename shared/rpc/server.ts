/** The main door of a service: Connect and gRPC-web on `Deno.serve`, HTTP/1.1 and h2c. */
import { Code, ConnectError, cors as connectCors, createContextValues } from "@connectrpc/connect";
import type { UniversalServerResponse } from "@connectrpc/connect/protocol";
import { BodyError, type BodyLimits, readBody } from "../http/body.ts";
import { type Cors, createCors } from "../http/cors.ts";
import type { Peer } from "../http/listener.ts";
import type { Probes } from "../http/probes.ts";
import type { Logger } from "../log.ts";
import { collectBytes } from "../bytes.ts";
import { newCall, peerKey, requestIdHeader, traceparentHeader } from "./call.ts";
import { writeLine } from "./canonical_log.ts";
import { fetchErrorResponse } from "./error_response.ts";
import type { Handlers, RpcHandler } from "./handlers.ts";
import type { RpcMetrics } from "./rpc_metrics.ts";
import { bodyCodes, type Incoming } from "./unary_handler.ts";

export interface RpcServerOptions {
  readonly handlers: Handlers;
  readonly probes: Probes;
  readonly corsOrigins: readonly string[];
  readonly log: Logger;
  /** Counts what is refused before it reaches a handler; handlers count the rest themselves. */
  readonly metrics?: RpcMetrics;
  readonly bodyLimits?: BodyLimits;
  /** Requests served at once; one more is refused with Unavailable before it costs anything. */
  readonly inFlightMax?: number;
}

/** The longest message of a GET request is in its URL; this bounds it, in characters. */
const urlLengthMax = 16_384;

/** The cross-origin rules of every service. */
export function rpcCors(origins: readonly string[]): Cors {
  return createCors({
    origins,
    methods: connectCors.allowedMethods,
    allowHeaders: [
      ...connectCors.allowedHeaders,
      "authorization",
      requestIdHeader,
      traceparentHeader,
    ],
    exposeHeaders: [...connectCors.exposedHeaders, requestIdHeader],
  });
}

/** Answers every request to a service's main port. */
export function createRpcFetch(
  options: RpcServerOptions,
): (request: Request, peer?: Peer) => Promise<Response> {
  const { handlers, probes, inFlightMax = 1_000 } = options;
  const bodyLimits = options.bodyLimits ?? { maxBytes: 1_048_576, timeoutMs: 5_000 };
  const cors = rpcCors(options.corsOrigins);
  let inFlight = 0;

  async function answer(request: Request, peer: Peer | undefined): Promise<Response> {
    const path = pathOf(request.url);
    const handler = handlers.get(path);
    if (handler === undefined) {
      return await probes(path) ?? refuse(request, unknownMethod(path), options);
    }
    const refusal = inFlight >= inFlightMax ? overloaded : refusalOf(request);
    if (refusal !== undefined) return refuse(request, refusal, options, path);
    const incoming = { request, limits: bodyLimits, peer };
    inFlight++;
    try {
      return await (handler.unary?.(incoming) ?? serve(handler, incoming));
    } finally {
      inFlight--;
    }
  }
  return async (request, peer) => {
    const preflight = cors.preflight(request);
    if (preflight !== undefined) return preflight;
    let response: Response;
    try {
      response = await answer(request, peer);
    } catch (error) {
      response = failed(request, error, options);
    }
    cors.decorate(request, response);
    return response;
  };
}

/** Runs the library's handler; a body that cannot be read is refused in its protocol's words. */
async function serve(
  handler: RpcHandler,
  { request, limits, peer }: Incoming,
): Promise<Response> {
  const answer = await handler({
    httpVersion: "",
    method: request.method,
    url: request.url,
    header: request.headers,
    body: bodyOf(request, limits),
    signal: request.signal,
    contextValues: createContextValues().set(peerKey, peer),
  });
  return await toResponse(answer);
}

/** Read only when the handler asks for it: a wrong content type is refused before. */
async function* bodyOf(request: Request, limits: BodyLimits): AsyncIterable<Uint8Array> {
  try {
    yield await readBody(request, limits);
  } catch (error) {
    if (!(error instanceof BodyError)) throw error;
    throw new ConnectError(error.message, bodyCodes[error.status]);
  }
}

async function toResponse(answer: UniversalServerResponse): Promise<Response> {
  const body = answer.body === undefined ? null : await collectBytes(answer.body);
  const headers = answer.header ?? new Headers();
  return new Response(body, { status: answer.status, headers });
}

function pathOf(url: string): string {
  const start = url.indexOf("/", url.indexOf("://") + 3);
  const query = url.indexOf("?", start);
  return url.slice(start, query === -1 ? undefined : query);
}

/** Why a request goes no further than this door. */
interface Refused {
  readonly error: ConnectError;
  readonly status: number;
  /** What a client of native gRPC understands: its status rides in a header. */
  readonly headers?: Readonly<Record<string, string>>;
}

const overloaded: Refused = {
  error: new ConnectError("too many requests in flight, try again", Code.Unavailable),
  status: 503,
};
const urlTooLong: Refused = {
  error: new ConnectError(
    `the URL may have ${urlLengthMax} characters at most: use POST`,
    Code.ResourceExhausted,
  ),
  status: 414,
};
/** Without trailers the caller would not see the outcome of a call that was carried out. */
const nativeGrpc: Refused = {
  error: new ConnectError("native gRPC is served on a port of its own", Code.Unimplemented),
  status: 200,
  headers: {
    "content-type": "application/grpc",
    "grpc-status": `${Code.Unimplemented}`,
    "grpc-message": "native gRPC is served on a port of its own",
  },
};
const grpc = /^application\/grpc(?!-web)/i;

function refusalOf(request: Request): Refused | undefined {
  if (request.url.length > urlLengthMax) return urlTooLong;
  const contentType = request.headers.get("content-type");
  return contentType !== null && grpc.test(contentType) ? nativeGrpc : undefined;
}

/** Status 404 is what the Connect and gRPC-web protocols call "unimplemented". */
function unknownMethod(path: string): Refused {
  const asked = path.slice(0, 200);
  const message = `there is no rpc at ${asked}: call POST /<package>.<Service>/<Method>`;
  return { error: new ConnectError(message, Code.Unimplemented), status: 404 };
}

/** Answers, logs and counts a refusal. Only known paths become names in logs and metrics. */
function refuse(
  request: Request,
  { error, status, headers = {} }: Refused,
  { log, metrics }: RpcServerOptions,
  path = "/unknown",
): Response {
  const call = newCall(request.headers);
  writeLine(log, metrics, { call, method: path.slice(1), error });
  const response = fetchErrorResponse(error, { requestId: call.requestId, status });
  for (const [name, value] of Object.entries(headers)) response.headers.set(name, value);
  return status === 200 ? new Response(null, { headers: response.headers }) : response;
}

/** A mistake of ours: never a stack trace to the client. */
function failed(request: Request, error: unknown, options: RpcServerOptions): Response {
  const { requestId } = newCall(request.headers);
  options.log.error("request failed outside its handler", { request_id: requestId, error });
  return fetchErrorResponse(new ConnectError("internal error", Code.Internal), { requestId });
}
