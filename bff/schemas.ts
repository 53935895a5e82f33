/** Pieces of the HTTP API that several routes share: each validates, types and documents. */
import { pageSize } from "../shared/paging.ts";
import { z } from "@hono/zod-openapi";

const int64Max = 9_223_372_036_854_775_807n;

/** A whole number of 64 bits in a query string. */
export function int64Param(name: string, options: { min: bigint; description: string }) {
  const refusal = `must be a whole number from ${options.min} to ${int64Max}`;
  return z.string().regex(/^-?\d{1,19}$/, refusal).transform(BigInt)
    .refine((value) => value >= options.min && value <= int64Max, refusal)
    .openapi({
      param: { name, in: "query" },
      type: "integer",
      format: "int64",
      description: options.description,
    });
}

/** The series' parameter: who asks. The token says it, so it may be absent. */
export const uidParam = int64Param("uid", {
  min: 0n,
  description: "The caller's own id; another is 403. 0 or absent means the caller.",
}).optional().openapi({ example: "123" });

/** Where the page before ended. */
export const cursorParam = int64Param("cursor", {
  min: 0n,
  description: "The cursor of the page before; 0 or absent asks for the first page.",
}).optional();

/** The last row of the page before. */
export const lastIdParam = int64Param("last_id", {
  min: 0n,
  description: "The last_id of the page before: with it no row is skipped or repeated.",
}).optional();

/** A product's id in a query string. */
export const productIdParam = int64Param("product_id", { min: 1n, description: "The product." })
  .openapi({ example: "1" });

/** The last row of a page, in an answer. */
export const lastIdSchema = z.int().openapi({
  description: "Send it with the cursor: no row is skipped.",
});

/**
 * Text of `min` to `max` characters, counted as people do and not in UTF-16. NUL and halves of
 * characters are refused: no database keeps them.
 */
export function text({ min, max }: { min: number; max: number }) {
  return z.string()
    .refine((value) => value.isWellFormed() && !value.includes("\0"), {
      error: "must be text without NUL",
      abort: true,
    })
    .refine((value) => {
      const length = [...value].length;
      return length >= min && length <= max;
    }, `must have ${min} to ${max} characters`)
    .openapi({ minLength: min, maxLength: max });
}

/** A secret: the service says what may be one, here it only has to be text that is not endless. */
export const secret = text({ min: 1, max: 1_000 }).openapi({ format: "password" });

/** An id in a path. */
export function idPathParam(description: string) {
  const refusal = `must be a whole number from 1 to ${int64Max}`;
  return z.string().regex(/^\d{1,19}$/, refusal).transform(BigInt)
    .refine((value) => value >= 1n && value <= int64Max, refusal)
    .openapi({ type: "integer", format: "int64", description });
}

/** The key of a write that may be repeated: the same key answers the same, for a day. */
export const idempotencyKeyHeader = z.object({
  "idempotency-key": z.string().regex(
    /^[\x21-\x7e]{1,255}$/,
    "must be 1 to 255 visible ASCII characters",
  ).openapi({
    description: "Made by the client once for each intended write.",
    example: "8f14e45f-ceea-467f-a0e6-5a1b5c7d2f10",
  }),
});

/** Says that an answer is the first one again. */
export const replayed = {
  "Idempotency-Replayed": {
    description: "`true` when this is the first answer again.",
    schema: { type: "string" as const },
  },
};

/** Headers of answers that are for one person only. */
export const noStore = { "cache-control": "no-store" } as const;

/** The page size; the contract forgives every illegal one. */
export const pageSizeParam = z.unknown().optional().transform(toPageSize).openapi({
  param: { name: "ps", in: "query" },
  type: "integer",
  description: "Page size, 1 to 50; anything else silently means 20.",
  example: "20",
});

/** A parameter that is given twice comes as a list: illegal like any other. */
function toPageSize(given: unknown): number {
  return pageSize(typeof given === "string" && /^\d{1,9}$/.test(given) ? Number(given) : undefined);
}

/** The answers of a read that is kept: 200 with an entity tag, or 304. */
export function keptAnswer<T extends z.ZodType>(schema: T, description: string) {
  return {
    200: {
      description,
      headers: {
        ETag: { description: "For If-None-Match.", schema: { type: "string" as const } },
        "Cache-Control": { schema: { type: "string" as const } },
      },
      content: { "application/json": { schema } },
    },
    304: { description: "The client has it already: If-None-Match named its entity tag." },
  };
}

const Violation = z.object({
  pointer: z.string().openapi({ description: "JSON pointer (RFC 6901) to the wrong field." }),
  reason: z.string(),
  message: z.string(),
});

/** RFC 9457 problem details, the body of every error. */
export const ProblemSchema = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  instance: z.string(),
  request_id: z.string(),
  reason: z.string().openapi({ description: "A stable word in SCREAMING_SNAKE." }),
  retryable: z.boolean(),
  errors: z.array(Violation),
}).openapi("Problem");

/** Error answers for a route's declaration. */
export function problems(descriptions: Readonly<Record<number, string>>) {
  const content = { "application/problem+json": { schema: ProblemSchema } };
  return Object.fromEntries(
    Object.entries(descriptions).map(([status, description]) => [status, { description, content }]),
  );
}
