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
  /**
   * Present if the request had a body: then what a service finds invalid is the body, so 422. By
   * the service's names, what its members are called here; the others are called the same.
   */
  readonly bodyMembers?: Readonly<Record<string, string>>;
}

/** What may be told about `error`. Anything unclassified is a bare 500 with the request id. */
export function problemOf(error: unknown, context: ProblemContext): Problem {
  if (error instanceof HttpProblem) return fromHttp(error, context);
  if (error instanceof ConnectError) return fromSaid(fromConnect(error), context);
  if (error instanceof Refusal) return fromSaid(error, context);
  if (error instanceof HTTPException) return fromHttp(fromHono(error), context);
  return fromHttp(new HttpProblem(500, "INTERNAL", internalDetail), context);
}

/** A problem as the answer to send. */
export function problemResponse(
  problem: Problem,
  more: readonly (readonly [string, string])[] = [],
): Response {
  const headers = new Headers({ "content-type": "application/problem+json" });
  if (problem.status === 503) headers.set("retry-after", "1");
  if (problem.status === 401) headers.set("www-authenticate", "Bearer");
  for (const [name, value] of more) headers.set(name, value);
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

/** What a service said, or shared code that runs in this process, which says the same. */
interface Said {
  readonly code: Code;
  readonly reason: string;
  readonly message: string;
  readonly violations: readonly FieldViolation[];
  readonly retryable: boolean;
}

function fromSaid(said: Said, context: ProblemContext): Problem {
  const { bodyMembers } = context;
  const ofBody = bodyMembers !== undefined && said.code === Code.InvalidArgument;
  const status = ofBody ? 422 : statusOf[said.code];
  if (status === 500) return problemOf(undefined, context);
  const errors = said.violations.map((v) => ({ ...v, pointer: renamed(v.pointer, bodyMembers) }));
  // The sentence of the service names its own members.
  const detail = ofBody && errors.length > 0 ? errors.map(inWords).join("; ") : said.message;
  const options = { errors, retryable: said.retryable };
  return fromHttp(new HttpProblem(status, said.reason, detail, options), context);
}

/** `/image_urls/3` → `/images/3`; a member that is the whole body here goes: `/address/city` → `/city`. */
function renamed(pointer: string, names: Readonly<Record<string, string>> = {}): string {
  const [, member = "", rest = ""] = /^\/([^/]*)(.*)$/s.exec(pointer) ?? [];
  if (!Object.hasOwn(names, member)) return pointer;
  return names[member] === "" ? rest : `/${names[member]}${rest}`;
}

/** One wrong field as a sentence for people. */
export function inWords({ pointer, message }: FieldViolation): string {
  return `${pointer.slice(1) || "the body"} ${message}`;
}

/** What Hono itself refuses, such as a body that its validator cannot parse. */
function fromHono(error: HTTPException): HttpProblem {
  if (error.status >= 500) return new HttpProblem(500, "INTERNAL", internalDetail);
  const reason = (titles[error.status] ?? "REFUSED").toUpperCase().replaceAll(/\W/g, "_");
  return new HttpProblem(error.status, reason, error.message);
}

function fromConnect(error: ConnectError): Said {
  const { code, rawMessage: message } = error;
  const detail = error.findDetails(ErrorDetailSchema)[0];
  const violations = (detail?.violations ?? []).map(({ pointer, reason, message }) => ({
    pointer,
    reason,
    message,
  }));
  const retryable = detail?.retryable ?? statusOf[code] === 503;
  return { code, reason: detail?.reason || defaultReason(code), message, violations, retryable };
}

/** `DeadlineExceeded` → `DEADLINE_EXCEEDED`. */
function defaultReason(code: Code): string {
  return Code[code].replace(/(?<=[a-z])[A-Z]/g, (letter) => `_${letter}`).toUpperCase();
}
