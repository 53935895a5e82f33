/** Code → HTTP problem (RFC 9457): the second of the two tables of errors. */
import { Code, ConnectError } from "@connectrpc/connect";
import { HTTPException } from "hono/http-exception";
import { ErrorDetailSchema } from "../proto/gen/error/v1/error_pb.ts";
import { type FieldViolation, Refusal } from "../shared/errors.ts";

/** The body of every error answer. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  /** The path that was asked for. */
  readonly instance: string;
  readonly request_id: string;
  /** A stable word in SCREAMING_SNAKE. */
  readonly reason: string;
  /** Whether the same request may succeed later, unchanged. */
  readonly retryable: boolean;
  readonly errors: readonly FieldViolation[];
}

const statusOf: Readonly<Record<Code, number>> = {
  [Code.Canceled]: 499,
  [Code.Unknown]: 500,
  [Code.InvalidArgument]: 400,
  [Code.DeadlineExceeded]: 503,
  [Code.NotFound]: 404,
  [Code.AlreadyExists]: 409,
  [Code.PermissionDenied]: 403,
  [Code.ResourceExhausted]: 429,
  [Code.FailedPrecondition]: 409,
  [Code.Aborted]: 409,
  [Code.OutOfRange]: 400,
  [Code.Unimplemented]: 501,
  [Code.Internal]: 500,
  [Code.Unavailable]: 503,
  [Code.DataLoss]: 500,
  [Code.Unauthenticated]: 401,
};

const titles: Readonly<Record<number, string>> = {
  400: "Bad Request",
  401: "Unauthorized",
  403: "Forbidden",
  404: "Not Found",
  405: "Method Not Allowed",
  408: "Request Timeout",
  409: "Conflict",
  412: "Precondition Failed",
  413: "Content Too Large",
  414: "URI Too Long",
  415: "Unsupported Media Type",
  422: "Unprocessable Content",
  429: "Too Many Requests",
  499: "Client Closed Request",
  500: "Internal Server Error",
  501: "Not Implemented",
  503: "Service Unavailable",
};

/** A refusal of the BFF itself. */
export class HttpProblem extends Error {
  override readonly name = "HttpProblem";
  readonly errors: readonly FieldViolation[];
  readonly retryable: boolean;
  constructor(
    readonly status: number,
    readonly reason: string,
    message: string,
    options: { errors?: readonly FieldViolation[]; retryable?: boolean } = {},
  ) {
    super(message);
    this.errors = options.errors ?? [];
    this.retryable = options.retryable ?? status === 503;
  }
}

const internalDetail = "something went wrong on our side";

/** Where the problem arose. */
export interface ProblemContext {
  readonly path: string;
  readonly requestId: string;
}

/** What may be told about `error`. Anything unclassified is a bare 500 with the request id. */
export function problemOf(error: unknown, context: ProblemContext): Problem {
  if (error instanceof HttpProblem) return fromHttp(error, context);
  if (error instanceof ConnectError) return fromConnect(error, context);
  if (error instanceof Refusal) return fromRefusal(error, context);
  if (error instanceof HTTPException) return fromHttp(fromHono(error), context);
  return fromHttp(new HttpProblem(500, "INTERNAL", internalDetail), context);
}

/** A problem as the answer to send. */
export function problemResponse(problem: Problem): Response {
  const headers = new Headers({ "content-type": "application/problem+json" });
  if (problem.status === 503) headers.set("retry-after", "1");
  return new Response(JSON.stringify(problem), { status: problem.status, headers });
}

function fromHttp(error: HttpProblem, { path, requestId }: ProblemContext): Problem {
  return {
    type: "about:blank",
    title: titles[error.status] ?? "Error",
    status: error.status,
    detail: error.message,
    instance: path,
    request_id: requestId,
    reason: error.reason,
    retryable: error.retryable,
    errors: error.errors,
  };
}

/** A refusal of shared code that runs in this process, in the same words as over the wire. */
function fromRefusal(error: Refusal, context: ProblemContext): Problem {
  const status = statusOf[error.code];
  if (status === 500) return problemOf(undefined, context);
  const options = { errors: error.violations, retryable: error.retryable };
  return fromHttp(new HttpProblem(status, error.reason, error.message, options), context);
}

/** What Hono itself refuses, such as a body that its validator cannot parse. */
function fromHono(error: HTTPException): HttpProblem {
  if (error.status >= 500) return new HttpProblem(500, "INTERNAL", internalDetail);
  const reason = (titles[error.status] ?? "REFUSED").toUpperCase().replaceAll(/\W/g, "_");
  return new HttpProblem(error.status, reason, error.message);
}

function fromConnect(error: ConnectError, context: ProblemContext): Problem {
  const status = statusOf[error.code];
  const detail = error.findDetails(ErrorDetailSchema)[0];
  if (status === 500) return problemOf(undefined, context);
  const errors = (detail?.violations ?? []).map(({ pointer, reason, message }) => ({
    pointer,
    reason,
    message,
  }));
  const retryable = detail?.retryable ?? status === 503;
  const reason = detail?.reason || defaultReason(error.code);
  return fromHttp(
    new HttpProblem(status, reason, error.rawMessage, { errors, retryable }),
    context,
  );
}

/** `DeadlineExceeded` → `DEADLINE_EXCEEDED`. */
function defaultReason(code: Code): string {
  return Code[code].replace(/(?<=[a-z])[A-Z]/g, (letter) => `_${letter}`).toUpperCase();
}
