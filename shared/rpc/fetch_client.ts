/** The HTTP side of our Connect clients: Deno's fetch, whole bodies instead of streams. */
import { Code, ConnectError, type Transport } from "@connectrpc/connect";
import {
  createAsyncIterable,
  type UniversalClientRequest,
  type UniversalClientResponse,
} from "@connectrpc/connect/protocol";
import { createTransport } from "@connectrpc/connect/protocol-connect";
import { collectBytes } from "./bytes.ts";

/** The largest answer that a client takes, in bytes. */
const readMaxBytes = 16 * 1_048_576;
/** The largest request that a client sends, in bytes: what servers accept. */
const writeMaxBytes = 1_048_576;

/** A transport to one base URL: Connect, binary, uncompressed (loopback and data centre). */
export function createFetchTransport(baseUrl: string): Transport {
  return createTransport({
    baseUrl,
    httpClient: fetchUnary,
    useBinaryFormat: true,
    interceptors: [],
    acceptCompression: [],
    sendCompression: null,
    compressMinBytes: writeMaxBytes,
    readMaxBytes,
    writeMaxBytes,
  });
}

async function fetchUnary(request: UniversalClientRequest): Promise<UniversalClientResponse> {
  const body = request.body === undefined ? null : await collectBytes(request.body);
  request.header.set("accept-encoding", "identity");
  try {
    const response = await fetch(request.url, {
      method: request.method,
      headers: request.header,
      body,
      redirect: "manual",
      ...(request.signal === undefined ? {} : { signal: request.signal }),
    });
    const bytes = await response.bytes();
    return {
      status: response.status,
      header: response.headers,
      body: createAsyncIterable([bytes]),
      trailer: new Headers(),
    };
  } catch (error) {
    throw unreachable(error);
  }
}

/** fetch reports refused, reset and cut connections as TypeErrors. */
function unreachable(error: unknown): unknown {
  if (!(error instanceof TypeError)) return error;
  return new ConnectError(
    "the service could not be reached",
    Code.Unavailable,
    undefined,
    [],
    error,
  );
}
