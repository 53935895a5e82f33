/** What zod found wrong, as a problem. */
import type { Hook, z } from "@hono/zod-openapi";
import type { FieldViolation } from "../shared/errors.ts";
import type { BffEnv } from "./context.ts";
import { HttpProblem } from "./problem.ts";

type Issue = z.core.$ZodIssue;

/** Refuses a request that its route's schema refuses: 422 for a body, 400 for anything else. */
export const refuseInvalid: Hook<unknown, BffEnv, string, unknown> = (result) => {
  if (result.success) return;
  const status = result.target === "json" ? 422 : 400;
  const errors = result.error.issues.map(toViolation);
  const detail = errors.map((error) => `${error.pointer.slice(1)} ${error.message}`).join("; ");
  throw new HttpProblem(status, "INVALID_ARGUMENT", detail, { errors });
};

function toViolation(issue: Issue): FieldViolation {
  const pointer = issue.path.map((part) => `/${escaped(String(part))}`).join("");
  if (issue.code === "invalid_type" && issue.input === undefined) {
    return { pointer, reason: "REQUIRED", message: "is required" };
  }
  return { pointer, reason: issue.code.toUpperCase(), message: issue.message };
}

/** RFC 6901: `~` and `/` inside a name are written `~0` and `~1`. */
function escaped(part: string): string {
  return part.replaceAll("~", "~0").replaceAll("/", "~1");
}
