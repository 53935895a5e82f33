/**
 * Requests that never reach a handler because they cannot be decoded. The library calls broken
 * binary protobuf Internal (HTTP 500); it is the client's mistake, so it leaves as
 * InvalidArgument. Such calls pass no interceptor, so they are logged and measured here.
 */
import { Code, ConnectError, createContextValues } from "@connectrpc/connect";
import {
  createAsyncIterable,
  type UniversalHandler,
  type UniversalServerRequest,
  type UniversalServerResponse,
} from "@connectrpc/connect/protocol";
import { errorFromJsonBytes } from "@connectrpc/connect/protocol-connect";
import type { Logger } from "../log.ts";
import { collectBytes } from "../bytes.ts";
import { type Call, callKey, newCall, peerKey, requestIdHeader } from "./call.ts";
import { writeLine } from "./canonical_log.ts";
import { connectErrorResponse } from "./error_response.ts";
import type { RpcMetrics } from "./rpc_metrics.ts";

/** Wraps `handler` so that undecodable requests are the client's fault, logged and counted. */
export function answerMalformed(
  handler: UniversalHandler,
  options: { log: Logger; metrics: RpcMetrics },
): UniversalHandler {
  const method = handler.requestPath.slice(1);
  async function handle(request: UniversalServerRequest): Promise<UniversalServerResponse> {
    const contextValues = request.contextValues ?? createContextValues();
    const call = newCall(request.header, contextValues.get(peerKey));
    contextValues.set(callKey, call);
    const response = await handler({ ...request, contextValues });
    if (call.reached) return withRequestId(response, call);
    const { answer, error } = await clientsFault(response);
    writeLine(options.log, options.metrics, { call, method, error });
    return withRequestId(answer, call);
  }
  return Object.assign(handle, handler);
}

/** Here and not only in an interceptor: the library drops the metadata of errors from the wire. */
function withRequestId(response: UniversalServerResponse, call: Call): UniversalServerResponse {
  const header = response.header ?? new Headers();
  header.set(requestIdHeader, call.requestId);
  return { ...response, header };
}

interface Blamed {
  readonly answer: UniversalServerResponse;
  readonly error: ConnectError;
}

async function clientsFault(response: UniversalServerResponse): Promise<Blamed> {
  const bytes = await collectBytes(response.body);
  const contentType = response.header?.get("content-type") ?? "";
  if (contentType.startsWith("application/grpc-web")) return grpcWebFault(response, bytes);
  if (contentType.startsWith("application/grpc")) return grpcFault(response, bytes);
  if (contentType.startsWith("application/json")) return connectFault(response, bytes);
  return protocolFault(response);
}

/** What HTTP calls a request that was too long, also once decompressed, or too slow. */
const unreadStatus: Readonly<Partial<Record<Code, number>>> = {
  [Code.ResourceExhausted]: 413,
  [Code.DeadlineExceeded]: 408,
};

function connectFault(response: UniversalServerResponse, bytes: Uint8Array): Blamed {
  const fallback = new ConnectError("malformed request", Code.InvalidArgument);
  const error = errorFromJsonBytes(bytes, undefined, fallback);
  if (error.code !== Code.Internal) {
    const status = unreadStatus[error.code] ?? response.status;
    return { answer: { ...response, status, body: createAsyncIterable([bytes]) }, error };
  }
  const blamed = new ConnectError(error.rawMessage, Code.InvalidArgument);
  return { answer: connectErrorResponse(blamed), error: blamed };
}

/** Status 13 of a trailer frame (flag, 4 bytes of length, header lines) becomes 3. */
function grpcWebFault(response: UniversalServerResponse, bytes: Uint8Array): Blamed {
  const lines = new TextDecoder().decode(bytes.subarray(5)).replace(
    /grpc-status: 13\r\n/i,
    `grpc-status: ${Code.InvalidArgument}\r\n`,
  );
  const text = new TextEncoder().encode(lines);
  const frame = new Uint8Array(5 + text.byteLength);
  frame[0] = 0x80;
  new DataView(frame.buffer).setUint32(1, text.byteLength);
  frame.set(text, 5);
  const status = Number(/grpc-status: (\d+)/i.exec(lines)?.[1] ?? Code.InvalidArgument);
  return {
    answer: { ...response, body: createAsyncIterable([frame]) },
    error: new ConnectError("malformed request", status),
  };
}

/** The trailers are complete once the body has been read. */
function grpcFault(response: UniversalServerResponse, bytes: Uint8Array): Blamed {
  const trailer = new Headers(response.trailer);
  if (trailer.get("grpc-status") === `${Code.Internal}`) {
    trailer.set("grpc-status", `${Code.InvalidArgument}`);
  }
  const status = Number(trailer.get("grpc-status") ?? Code.InvalidArgument);
  return {
    answer: { ...response, trailer, body: createAsyncIterable([bytes]) },
    error: new ConnectError("malformed request", status),
  };
}

/** The library answers a wrong method or content type with a bare status. */
function protocolFault(response: UniversalServerResponse): Blamed {
  const message = response.status === 405
    ? "use POST, or GET for an rpc without side effects"
    : "use content-type application/json, application/proto, or a gRPC-web one";
  const error = new ConnectError(message, Code.Unimplemented);
  const answer = connectErrorResponse(error, response.status);
  response.header?.forEach((value, name) => answer.header.set(name, value));
  return { answer, error };
}
