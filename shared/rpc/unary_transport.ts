/**
 * The client's fast path: one unary Connect call is one write and one read of bytes. No streams, no
 * timer and no abort controller of its own. The library's transport is the reference for what it
 * means.
 */
import {
  appendHeaders,
  Code,
  ConnectError,
  type Transport,
  type UnaryResponse,
} from "@connectrpc/connect";
import {
  errorFromJsonBytes,
  trailerDemux,
  validateResponse,
} from "@connectrpc/connect/protocol-connect";
import {
  create,
  type DescMessage,
  type DescMethodUnary,
  isMessage,
  type MessageInitShape,
} from "@bufbuild/protobuf";
import { gunzipSync } from "node:zlib";
import { Cancellation } from "../deadline/cancellation.ts";
import { deadlineWheel } from "../deadline/wheel.ts";
import { codecOf } from "../protobuf/codec.ts";
import { answerTooLarge, readMaxBytes } from "./answer.ts";
import { deadlinePassed } from "./deadline.ts";
import { plainFields } from "./request_bytes.ts";
import { createWire, type Wire, type WireAnswer, type WireHead } from "./wire.ts";

/** The largest request that a client sends, in bytes: what servers accept. */
const writeMaxBytes = 1_048_576;
/** For a call without a timeout, in milliseconds. */
const timeoutMsDefault = 60_000;
/** The longest that a timer takes, in milliseconds: 24 days. */
const timeoutMsMax = 2_147_000_000;

/**
 * A transport to one base URL: Connect, binary, uncompressed (loopback and data centre). Where it
 * differs from the library's is written in docs/adr/0010-unary-fast-path.md.
 */
export function createUnaryTransport(baseUrl: string, wire = createWire(baseUrl)): Transport {
  return {
    unary(method, signal, timeoutMs, header, input) {
      return callUnary({ wire, method, signal, timeoutMs, header, input });
    },
    stream: () => Promise.reject(new ConnectError("streams are not offered", Code.Unimplemented)),
  };
}

interface UnaryCall<I extends DescMessage, O extends DescMessage> {
  readonly wire: Wire;
  readonly method: DescMethodUnary<I, O>;
  readonly signal: AbortSignal | undefined;
  readonly timeoutMs: number | undefined;
  readonly header: HeadersInit | undefined;
  readonly input: MessageInitShape<I>;
}

async function callUnary<I extends DescMessage, O extends DescMessage>(
  call: UnaryCall<I, O>,
): Promise<UnaryResponse<I, O>> {
  const { method } = call;
  const timeoutMs = Math.min(call.timeoutMs ?? timeoutMsDefault, timeoutMsMax);
  if (!(timeoutMs > 0)) throw new ConnectError("no time is left", Code.DeadlineExceeded);
  const request = {
    path: `/${method.parent.typeName}/${method.name}`,
    header: plainFields(call.header),
    timeoutMs,
    body: encode(method, call.input),
  };
  const answer = await withinDeadline(call.signal, timeoutMs, (cancellation) => {
    return call.wire(request, cancellation);
  });
  return responseOf(method, answer);
}

/** Runs an exchange that ends at the deadline, or when its caller gives up. */
async function withinDeadline(
  signal: AbortSignal | undefined,
  timeoutMs: number,
  exchange: (cancellation: Cancellation) => Promise<WireAnswer>,
): Promise<WireAnswer> {
  const cancellation = new Cancellation();
  const slot = deadlineWheel.take(performance.now() + timeoutMs, cancellation, deadlinePassed);
  const giveUp = () => cancellation.cancel(signal?.reason);
  if (signal?.aborted) giveUp();
  else signal?.addEventListener("abort", giveUp, { once: true });
  try {
    cancellation.throwIfCancelled();
    return await exchange(cancellation);
  } catch (error) {
    throw cancellation.cancelled
      ? ConnectError.from(cancellation.reason, Code.Canceled)
      : unreachable(error);
  } finally {
    signal?.removeEventListener("abort", giveUp);
    slot.release(cancellation);
  }
}

function encode<I extends DescMessage, O extends DescMessage>(
  method: DescMethodUnary<I, O>,
  input: MessageInitShape<I>,
): Uint8Array<ArrayBuffer> {
  const message = isMessage(input, method.input) ? input : create(method.input, input);
  const bytes = inWords("serialize", () => codecOf(method.input).encode(message));
  if (bytes.byteLength <= writeMaxBytes) return bytes;
  throw new ConnectError(
    `the request has ${bytes.byteLength} bytes, ${writeMaxBytes} at most`,
    Code.ResourceExhausted,
  );
}

/** A message that cannot be encoded or decoded, as the library tells of it. */
function inWords<T>(what: "parse" | "serialize", work: () => T): T {
  try {
    return work();
  } catch (error) {
    const told = error instanceof Error ? error.message : String(error);
    throw new ConnectError(`${what} binary: ${told}`, Code.Internal, undefined, [], error);
  }
}

function responseOf<I extends DescMessage, O extends DescMessage>(
  method: DescMethodUnary<I, O>,
  { head, body }: WireAnswer,
): UnaryResponse<I, O> {
  if (body === undefined) throw answerTooLarge();
  const bytes = isPlainAnswer(head) ? body : checked(head, body);
  const message = inWords("parse", () => codecOf(method.output).decode(bytes));
  // Hardly anybody looks at them, and telling them apart copies both.
  let metadata: [Headers, Headers] | undefined;
  const split = () => metadata ??= trailerDemux(head.toHeaders());
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

function isPlainAnswer(head: WireHead): boolean {
  return head.status === 200 && head.get("content-type") === "application/proto" &&
    head.get("content-encoding") === null;
}

/** The bytes of a good answer that is not a plain one; throws the error that it tells. */
function checked(head: WireHead, body: Uint8Array<ArrayBuffer>): Uint8Array {
  const headers = head.toHeaders();
  const encoding = headers.get("content-encoding") ?? "identity";
  const isPacked = encoding.toLowerCase() !== "identity";
  // We ask for no compression, but something on the way may add it all the same.
  if (isPacked && encoding !== "gzip") {
    throw new ConnectError(`unsupported response encoding "${encoding}"`, Code.Internal, headers);
  }
  const { isUnaryError, unaryError } = validateResponse("unary", true, head.status, headers);
  const bytes = isPacked ? unpacked(body) : body;
  if (!isUnaryError) return bytes;
  throw errorFromJsonBytes(bytes, appendHeaders(...trailerDemux(headers)), unaryError);
}

function unpacked(body: Uint8Array<ArrayBuffer>): Uint8Array {
  if (body.byteLength === 0) return body;
  try {
    return gunzipSync(body, { maxOutputLength: readMaxBytes });
  } catch (error) {
    if (error instanceof RangeError) throw answerTooLarge();
    throw new ConnectError("the answer cannot be unpacked", Code.Internal, undefined, [], error);
  }
}

/** What becomes of refused, reset and cut connections. */
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
