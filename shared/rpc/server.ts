/** The main door of a service: Connect and gRPC-web on `Deno.serve`, HTTP/1.1 and h2c. */
import { Code, ConnectError, cors as connectCors } from "@connectrpc/connect";
import {
  createAsyncIterable,
  type UniversalHandler,
  type UniversalServerResponse,
} from "@connectrpc/connect/protocol";
import { BodyError, type BodyLimits, readBody } from "../http/body.ts";
import { type Cors, createCors } from "../http/cors.ts";
import type { Probes } from "../http/probes.ts";
import type { Logger } from "../log.ts";
import { collectBytes } from "./bytes.ts";
import { requestIdHeader, traceparentHeader } from "./call.ts";
import { fetchErrorResponse } from "./error_response.ts";
import type { Handlers } from "./handlers.ts";

export interface RpcServerOptions {
  readonly handlers: Handlers;
  readonly probes: Probes;
  readonly corsOrigins: readonly string[];
  readonly log: Logger;
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
export function createRpcFetch(options: RpcServerOptions): (request: Request) => Promise<Response> {
  const { handlers, probes, inFlightMax = 1_000 } = options;
  const bodyLimits = options.bodyLimits ?? { maxBytes: 1_048_576, timeoutMs: 5_000 };
  const cors = rpcCors(options.corsOrigins);
  let inFlight = 0;

  async function answer(request: Request): Promise<Response> {
    const path = pathOf(request.url);
    const handler = handlers.get(path);
    if (handler === undefined) return await probes(path) ?? unknownMethod(path);
    if (inFlight >= inFlightMax) return overloaded();
    inFlight++;
    try {
      return await serve(handler, request, bodyLimits);
    } finally {
      inFlight--;
    }
  }
  return async (request) => {
    const preflight = cors.preflight(request);
    if (preflight !== undefined) return preflight;
    const response = await answer(request).catch((error) => refused(error, options.log));
    if (request.headers.has("origin")) cors.decorate(request, response.headers);
    return response;
  };
}

async function serve(
  handler: UniversalHandler,
  request: Request,
  bodyLimits: BodyLimits,
): Promise<Response> {
  if (request.url.length > urlLengthMax) throw new BodyError(413, "the URL is too long");
  const body = await readBody(request, bodyLimits);
  const answer = await handler({
    httpVersion: "",
    method: request.method,
    url: request.url,
    header: request.headers,
    body: createAsyncIterable([body]),
    signal: request.signal,
  });
  return await toResponse(answer);
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

/** Status 404 is what the Connect and gRPC-web protocols call "unimplemented". */
function unknownMethod(path: string): Response {
  const message = `there is no rpc at ${
    path.slice(0, 200)
  }: call POST /<package>.<Service>/<Method>`;
  return fetchErrorResponse(new ConnectError(message, Code.Unimplemented), {
    requestId: crypto.randomUUID(),
    status: 404,
  });
}

function overloaded(): Response {
  const error = new ConnectError("too many requests in flight, try again", Code.Unavailable);
  return fetchErrorResponse(error, { requestId: crypto.randomUUID() });
}

/** A request that could not be read, or a mistake of ours: never a stack trace to the client. */
function refused(error: unknown, log: Logger): Response {
  const requestId = crypto.randomUUID();
  if (error instanceof BodyError) {
    const code = error.status === 413 ? Code.ResourceExhausted : Code.InvalidArgument;
    return fetchErrorResponse(new ConnectError(error.message, code), {
      requestId,
      status: error.status,
    });
  }
  log.error("request failed outside its handler", { request_id: requestId, error });
  return fetchErrorResponse(new ConnectError("internal error", Code.Internal), { requestId });
}
