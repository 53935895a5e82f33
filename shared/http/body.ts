/** Reading a request's body under a size limit and a deadline: `Deno.serve` has neither. */
import { collectBytes } from "../bytes.ts";
import { settleBy } from "../deadline/settle_by.ts";

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

/** Reads the whole body. Rejects with `BodyError`; one that is too long is never read to its end. */
export function readBody(request: Bodied, limits: BodyLimits): Promise<Uint8Array<ArrayBuffer>> {
  const told = request.headers.get("content-length");
  const length = told === null ? NaN : Number(told);
  if (length > limits.maxBytes) return refuseUnread(request, tooLarge(limits));
  if (length === 0) return Promise.resolve(new Uint8Array());
  // A stream is made only where it is asked for: a body of a known length is read at once.
  if (length > 0) return inTime(request.bytes(), request, limits);
  if (request.body === null) return Promise.resolve(new Uint8Array());
  const read = collectBytes(request.body, (length) => {
    if (length > limits.maxBytes) throw tooLarge(limits);
  });
  return inTime(read, request, limits);
}

function inTime<T>(read: Promise<T>, request: Bodied, limits: BodyLimits): Promise<T> {
  const deadlineMs = performance.now() + limits.timeoutMs;
  return settleBy(read, deadlineMs, () => tooSlow(limits)).catch((error) => {
    const told = error instanceof BodyError ? error : new BodyError(400, "the body was cut off");
    return refuseUnread(request, told);
  });
}

/** Rejects with `error` once the client has been told that nobody listens. */
async function refuseUnread(request: Bodied, error: BodyError): Promise<never> {
  if (!request.bodyUsed) await request.body?.cancel().catch(() => {});
  throw error;
}

function tooLarge(limits: BodyLimits): BodyError {
  return new BodyError(413, `the body may have ${limits.maxBytes} bytes at most`);
}

function tooSlow(limits: BodyLimits): BodyError {
  return new BodyError(408, `the body did not arrive within ${limits.timeoutMs} ms`);
}
