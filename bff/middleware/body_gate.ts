import type { MiddlewareHandler } from "hono";
import { BodyError, type BodyLimits, readBody } from "../../shared/http/body.ts";
import type { BffEnv } from "../context.ts";
import { HttpProblem } from "../problem.ts";

const reasons: Readonly<Record<BodyError["status"], string>> = {
  400: "BODY_CUT_OFF",
  408: "BODY_TOO_SLOW",
  413: "BODY_TOO_LARGE",
};
const withBody: ReadonlySet<string> = new Set(["POST", "PUT", "PATCH", "DELETE"]);
const json = /^application\/([\w.-]+\+)?json\s*(;|$)/i;

/**
 * Reads the body of a write under a size limit and a deadline before anything else looks at it,
 * and refuses what is not JSON: 413, 408, 415, 400. Below `rawPath` any bytes are taken as they are:
 * signatures are over them.
 */
export function bodyGate(
  limits: BodyLimits,
  { rawPath }: { readonly rawPath?: string } = {},
): MiddlewareHandler<BffEnv> {
  return async (c, next) => {
    const request = c.req.raw;
    if (!withBody.has(request.method)) return await next();
    const bytes = await readBody(request, limits).catch(refuse);
    const { url, method, headers } = request;
    // Also what turned out to be empty has been read: whoever reads again must find it unread.
    const isRaw = rawPath !== undefined && c.req.path.startsWith(rawPath);
    if (isRaw) {
      c.req.raw = new Request(url, { method, headers, body: bytes });
    } else if (bytes.byteLength === 0) {
      c.req.raw = new Request(url, { method, headers });
    } else {
      requireJson(headers.get("content-type") ?? "", bytes);
      c.set("bodyMembers", {});
      c.req.raw = new Request(url, { method, headers, body: bytes });
    }
    await next();
  };
}

function refuse(error: unknown): never {
  if (error instanceof BodyError) {
    throw new HttpProblem(error.status, reasons[error.status], error.message);
  }
  throw error;
}

function requireJson(contentType: string, bytes: Uint8Array): void {
  if (!json.test(contentType)) {
    throw new HttpProblem(415, "UNSUPPORTED_MEDIA_TYPE", "send content-type: application/json");
  }
  try {
    JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    throw new HttpProblem(400, "MALFORMED_JSON", "the body is not valid JSON in UTF-8");
  }
}
