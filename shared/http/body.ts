/** Reading a request's body under a size limit and a deadline: `Deno.serve` has neither. */
import { Cancellation } from "../http1/cancellation.ts";
import { createDeadlineWheel } from "../rpc/deadline_wheel.ts";

export interface BodyLimits {
  /** The largest body, in bytes. */
  readonly maxBytes: number;
  /** How long the client may take to send it, in milliseconds. */
  readonly timeoutMs: number;
}

/** Why a body was not read: 413, 408, or 400 when the client broke off. */
export class BodyError extends Error {
  override readonly name = "BodyError";
  constructor(readonly status: 400 | 408 | 413, message: string) {
    super(message);
  }
}

/** What has a body: a request, or an answer to one of ours. */
export type Bodied = Pick<Request, "headers" | "body" | "bodyUsed" | "bytes">;

/** Reads the whole body. Throws `BodyError`; a body that is too long is never read to its end. */
export async function readBody(
  request: Bodied,
  limits: BodyLimits,
): Promise<Uint8Array<ArrayBuffer>> {
  const length = Number(request.headers.get("content-length") ?? NaN);
  if (length > limits.maxBytes) {
    await request.body?.cancel().catch(() => {});
    throw tooLarge(limits);
  }
  if (length === 0) return new Uint8Array();
  // A stream is made only where it is asked for: a body of a known length is read at once.
  if (length > 0) return await inTime(request.bytes(), request, limits);
  if (request.body === null) return new Uint8Array();
  return await inTime(readChunks(request.body, limits), request, limits);
}

const wheel = createDeadlineWheel();

async function inTime<T>(read: Promise<T>, request: Bodied, limits: BodyLimits): Promise<T> {
  try {
    return await orLate(read, limits);
  } catch (error) {
    read.catch(() => {});
    if (!request.bodyUsed) await request.body?.cancel().catch(() => {});
    throw error instanceof BodyError ? error : new BodyError(400, "the body was cut off");
  }
}

function orLate<T>(read: Promise<T>, limits: BodyLimits): Promise<T> {
  return new Promise((resolve, reject) => {
    const late = new Cancellation();
    const slot = wheel.take(performance.now() + limits.timeoutMs, late);
    late.onCancel(() => reject(tooSlow(limits)));
    read.then(resolve, reject).finally(() => slot.release(late));
  });
}

async function readChunks(
  body: ReadableStream<Uint8Array>,
  limits: BodyLimits,
): Promise<Uint8Array<ArrayBuffer>> {
  let bytes = new Uint8Array(Math.min(65_536, limits.maxBytes));
  let length = 0;
  for await (const chunk of body) {
    if (length + chunk.byteLength > limits.maxBytes) throw tooLarge(limits);
    if (length + chunk.byteLength > bytes.byteLength) {
      const grown = new Uint8Array(
        Math.min(limits.maxBytes, Math.max(bytes.byteLength * 2, length + chunk.byteLength)),
      );
      grown.set(bytes.subarray(0, length));
      bytes = grown;
    }
    bytes.set(chunk, length);
    length += chunk.byteLength;
  }
  return bytes.subarray(0, length);
}

function tooLarge(limits: BodyLimits): BodyError {
  return new BodyError(413, `the body may have ${limits.maxBytes} bytes at most`);
}

function tooSlow(limits: BodyLimits): BodyError {
  return new BodyError(408, `the body did not arrive within ${limits.timeoutMs} ms`);
}
