/**
 * The second, optional door: native gRPC, for grpcurl, Go and Java clients. It needs response
 * trailers, which a fetch `Response` cannot carry, so it runs on `node:http2` on a port of its
 * own. It shares the handlers with the main door and nothing else: whatever goes wrong on its
 * sockets is logged and ends there.
 */
import {
  universalRequestFromNodeRequest,
  universalResponseToNodeResponse,
} from "@connectrpc/connect-node";
import { Code, createContextValues } from "@connectrpc/connect";
import { constants, createServer, type Http2Server, type ServerHttp2Session } from "node:http2";
import type { Http2ServerRequest, Http2ServerResponse } from "node:http2";
import type { Listener, Peer } from "../http/listener.ts";
import type { Logger } from "../log.ts";
import { peerKey } from "./call.ts";
import type { Handlers } from "./handlers.ts";

export interface NativeDoorOptions {
  readonly handlers: Handlers;
  /** 0 takes a free port. */
  readonly port: number;
  readonly hostname?: string;
  readonly log: Logger;
  /** Streams that one connection may have open at once. */
  readonly streamsMax?: number;
  /** Calls served at once over all connections; one more is refused with Unavailable. */
  readonly inFlightMax?: number;
  /** How long a client may take to send its request, in milliseconds. */
  readonly requestTimeoutMs?: number;
  /** How long calls in flight may take to end when the door closes, in milliseconds. */
  readonly drainMs?: number;
}

/** Opens the door. Rejects if the port is taken. */
export async function openNativeDoor(options: NativeDoorOptions): Promise<Listener> {
  const { log, streamsMax = 128, drainMs = 5_000 } = options;
  const answer = answering(options);
  const server = createServer({
    settings: { maxConcurrentStreams: streamsMax },
  }, (request, response) => void answer(request, response));
  const sessions = track(server, log);
  await listening(server, options);
  const bound = server.address();
  const port = typeof bound === "object" && bound !== null ? bound.port : options.port;
  server.on("error", (error) => log.warn("native grpc door failed", { error }));
  let closed: Promise<void> | undefined;
  return { port, [Symbol.asyncDispose]: () => closed ??= close(server, sessions, drainMs) };
}

type Answer = (request: Http2ServerRequest, response: Http2ServerResponse) => Promise<void>;

function answering(options: NativeDoorOptions): Answer {
  const { handlers, log, inFlightMax = 1_000, requestTimeoutMs = 5_000 } = options;
  let inFlight = 0;
  return async (request, response) => {
    request.on("error", () => {});
    response.on("error", () => {});
    inFlight++;
    response.once("close", () => inFlight--);
    limitSending(request, response, requestTimeoutMs);
    try {
      const handler = handlers.get(request.url.split("?", 1)[0] ?? "");
      if (handler === undefined) return refuse(request, response, unknownMethod);
      if (inFlight > inFlightMax) return refuse(request, response, overloaded);
      const values = createContextValues().set(peerKey, peerOf(request));
      const universal = universalRequestFromNodeRequest(request, response, undefined, values);
      const answer = await handler(universal);
      // What is left of a message that was refused half-way: the stream ends with it.
      request.resume();
      await universalResponseToNodeResponse(answer, response);
    } catch (error) {
      log.warn("native grpc call broke off", { error });
      if (!response.stream.destroyed) response.stream.close();
    }
  };
}

function peerOf({ socket }: Http2ServerRequest): Peer {
  const { remoteAddress: hostname = "", remotePort: port = 0 } = socket;
  return { remoteAddr: { transport: "tcp", hostname, port } };
}

/** The deadline of a call starts with its message: one that never comes would stay for ever. */
function limitSending(
  request: Http2ServerRequest,
  response: Http2ServerResponse,
  timeoutMs: number,
): void {
  const late = setTimeout(() => {
    if (!response.stream.destroyed) response.stream.close(constants.NGHTTP2_CANCEL);
  }, timeoutMs);
  request.once("end", () => clearTimeout(late));
  response.once("close", () => clearTimeout(late));
}

const unknownMethod = { status: Code.Unimplemented, message: "there is no such rpc" };
const overloaded = { status: Code.Unavailable, message: "too many requests in flight, try again" };

/** gRPC's own answer without a message: HTTP status 200 and the code in a header. */
function refuse(
  request: Http2ServerRequest,
  response: Http2ServerResponse,
  { status, message }: { status: Code; message: string },
): void {
  request.resume();
  response.writeHead(200, {
    "content-type": "application/grpc",
    "grpc-status": `${status}`,
    "grpc-message": message,
  });
  response.end();
}

/** Keeps the open sessions, and keeps their errors from becoming uncaught. */
function track(server: Http2Server, log: Logger): Set<ServerHttp2Session> {
  const sessions = new Set<ServerHttp2Session>();
  server.on("session", (session) => {
    sessions.add(session);
    session.on("close", () => sessions.delete(session));
    session.on("error", (error) => log.debug("native grpc session", { error }));
  });
  server.on("sessionError", (error) => log.debug("native grpc session", { error }));
  return sessions;
}

function listening(server: Http2Server, options: NativeDoorOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port, options.hostname ?? "0.0.0.0", () => {
      server.off("error", reject);
      resolve();
    });
  });
}

async function close(
  server: Http2Server,
  sessions: Set<ServerHttp2Session>,
  drainMs: number,
): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  for (const session of sessions) session.close();
  const timer = setTimeout(() => {
    for (const session of sessions) session.destroy();
  }, drainMs);
  await closed.finally(() => clearTimeout(timer));
}
