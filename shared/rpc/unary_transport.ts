/**
 * The client's fast path: one unary Connect call is one fetch of bytes. No streams, no timer and
 * no abort controller of its own. The library's transport is the reference for what it means.
 */
import { Code, ConnectError, type Transport, type UnaryResponse } from "@connectrpc/connect";
import {
  errorFromJsonBytes,
  trailerDemux,
  validateResponse,
} from "@connectrpc/connect/protocol-connect";
import {
  create,
  type DescMessage,
  type DescMethodUnary,
  fromBinary,
  isMessage,
  type MessageInitShape,
  type MessageShape,
  toBinary,
} from "@bufbuild/protobuf";
import { readAnswer } from "./answer.ts";
import { createDeadlineWheel, type DeadlineWheel } from "./deadline_wheel.ts";

/** The largest request that a client sends, in bytes: what servers accept. */
const writeMaxBytes = 1_048_576;
/** For a call without a timeout, in milliseconds. */
const timeoutMsDefault = 60_000;

/** A transport to one base URL: Connect, binary, uncompressed (loopback and data centre). */
export function createUnaryTransport(baseUrl: string): Transport {
  const wheel = createDeadlineWheel();
  return {
    unary(method, signal, timeoutMs, header, input) {
      return callUnary({ baseUrl, wheel, method, signal, timeoutMs, header, input });
    },
    stream: () => Promise.reject(new ConnectError("streams are not offered", Code.Unimplemented)),
  };
}

interface UnaryCall<I extends DescMessage, O extends DescMessage> {
  readonly baseUrl: string;
  readonly wheel: DeadlineWheel;
  readonly method: DescMethodUnary<I, O>;
  readonly signal: AbortSignal | undefined;
  readonly timeoutMs: number | undefined;
  readonly header: HeadersInit | undefined;
  readonly input: MessageInitShape<I>;
}

async function callUnary<I extends DescMessage, O extends DescMessage>(
  call: UnaryCall<I, O>,
): Promise<UnaryResponse<I, O>> {
  const { method, timeoutMs = timeoutMsDefault } = call;
  if (timeoutMs <= 0) throw new ConnectError("no time is left", Code.DeadlineExceeded);
  const body = encode(method, call.input);
  const slot = call.wheel.take(performance.now() + timeoutMs);
  const signal = call.signal ? AbortSignal.any([call.signal, slot.signal]) : slot.signal;
  try {
    const url = `${call.baseUrl}/${method.parent.typeName}/${method.name}`;
    const headers = headersOf(call.header, timeoutMs);
    const response = await fetch(url, {
      method: "POST",
      headers,
      body,
      redirect: "manual",
      signal,
    });
    return answerOf(method, response, await readAnswer(response));
  } catch (error) {
    throw signal.aborted ? abortError(signal) : unreachable(error);
  } finally {
    slot.release();
  }
}

function headersOf(header: HeadersInit | undefined, timeoutMs: number): Record<string, string> {
  const given = header === undefined || isRecord(header) ? header : Object.fromEntries(
    new Headers(header),
  );
  return {
    ...given,
    "content-type": "application/proto",
    "connect-protocol-version": "1",
    "connect-timeout-ms": String(Math.max(1, Math.floor(timeoutMs))),
    "accept-encoding": "identity",
  };
}

function isRecord(header: HeadersInit): header is Record<string, string> {
  return !(header instanceof Headers) && !(Symbol.iterator in header);
}

function encode<I extends DescMessage, O extends DescMessage>(
  method: DescMethodUnary<I, O>,
  input: MessageInitShape<I>,
): Uint8Array<ArrayBuffer> {
  const message = isMessage(input, method.input) ? input : create(method.input, input);
  const bytes = toBinary(method.input, message);
  if (bytes.byteLength <= writeMaxBytes) return bytes as Uint8Array<ArrayBuffer>;
  throw new ConnectError(
    `the request has ${bytes.byteLength} bytes, ${writeMaxBytes} at most`,
    Code.ResourceExhausted,
  );
}

function decode<I extends DescMessage, O extends DescMessage>(
  method: DescMethodUnary<I, O>,
  bytes: Uint8Array,
): MessageShape<O> {
  try {
    return fromBinary(method.output, bytes);
  } catch (error) {
    throw new ConnectError("the answer cannot be decoded", Code.Internal, undefined, [], error);
  }
}

function answerOf<I extends DescMessage, O extends DescMessage>(
  method: DescMethodUnary<I, O>,
  response: Response,
  bytes: Uint8Array,
): UnaryResponse<I, O> {
  const { isUnaryError, unaryError } = validateResponse(
    "unary",
    true,
    response.status,
    response.headers,
  );
  if (isUnaryError) throw errorFromJsonBytes(bytes, response.headers, unaryError);
  const message = decode(method, bytes);
  // Hardly anybody looks at them, and telling them apart copies both.
  let metadata: [Headers, Headers] | undefined;
  const split = () => metadata ??= trailerDemux(response.headers);
  return {
    stream: false,
    service: method.parent,
    method,
    message,
    get header() {
      return split()[0];
    },
    get trailer() {
      return split()[1];
    },
  };
}

/** The deadline's error, or that the caller has given up. */
function abortError(signal: AbortSignal): ConnectError {
  return ConnectError.from(signal.reason, Code.Canceled);
}

/** What fetch throws for refused, reset and cut connections. */
function unreachable(error: unknown): ConnectError {
  if (error instanceof ConnectError) return error;
  return new ConnectError(
    "the service could not be reached",
    Code.Unavailable,
    undefined,
    [],
    error,
  );
}
