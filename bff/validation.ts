/** What zod found wrong, as a problem. */
import type { Hook, z } from "@hono/zod-openapi";
import type { FieldViolation } from "../shared/errors.ts";
import type { BffEnv } from "./context.ts";
import { HttpProblem, inWords } from "./problem.ts";

/** A long list with one mistake a row would be a long answer: the first ones will do. */
const violationsMax = 20;

type Issue = z.core.$ZodIssue;

/** Refuses a request that its route's schema refuses: 422 for a body, 400 for anything else. */
export const refuseInvalid: Hook<unknown, BffEnv, string, unknown> = (result) => {
  if (result.success) return;
  const status = result.target === "json" ? 422 : 400;
  // The validator hands over what it was given; its type tells only of the good case.
  const given = "data" in result ? result.data : undefined;
  const issues = result.error.issues.slice(0, violationsMax);
  const errors = issues.map((issue) => toViolation(issue, given));
  const detail = errors.map(inWords).join("; ");
  throw new HttpProblem(status, "INVALID_ARGUMENT", detail, { errors });
};

function toViolation(issue: Issue, given: unknown): FieldViolation {
  const pointer = issue.path.map((part) => `/${escaped(String(part))}`).join("");
  if (issue.code === "invalid_type" && valueAt(given, issue.path) === undefined) {
    return { pointer, reason: "REQUIRED", message: "is required" };
  }
  return { pointer, reason: issue.code.toUpperCase(), message: issue.message };
}

function valueAt(given: unknown, path: readonly PropertyKey[]): unknown {
  let value = given;
  for (const part of path) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, part)) {
      return undefined;
    }
    value = Reflect.get(value, part);
  }
  return value;
}

/** RFC 6901: `~` and `/` inside a name are written `~0` and `~1`. */
function escaped(part: string): string {
  return part.replaceAll("~", "~0").replaceAll("/", "~1");
}
