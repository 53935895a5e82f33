/** Stripe's SDK within our limits: time, size, and what a platform in trouble may answer. */
import { z } from "@hono/zod-openapi";
import type Stripe from "stripe";
import type { Refusal } from "../../../../shared/errors.ts";
import { readBody } from "../../../../shared/http/body.ts";
import { readJson } from "./platform_http.ts";
import { platformAway, refused } from "./refusals.ts";

export interface StripeClientOptions {
  readonly secretKey: string;
  /** Where its API is, without a path. */
  readonly apiUrl: string;
}

/** What every request of an errand is given. */
export interface RequestLimits {
  readonly timeout: number;
}

/** The requests of one call of ours, which have one time limit together. */
export interface Errand {
  /** Undefined for what Stripe does not know; else as `ask()`. */
  find<T>(schema: z.ZodType<T>, request: StripeRequest): Promise<T | undefined>;
  /**
   * Rejects with FailedPrecondition PLATFORM_REFUSED, or with Unavailable PLATFORM_UNAVAILABLE also
   * for an answer that is not of the schema.
   */
  ask<T>(schema: z.ZodType<T>, request: StripeRequest): Promise<T>;
}

type StripeRequest = (limits: RequestLimits) => Promise<unknown>;

/** A page of 100 refunds has less than half of it. */
const answerMaxBytes = 524_288;
/** What Stripe refuses for good; a wrong key of ours, too much haste and conflicts are not. */
const finalErrors: ReadonlySet<unknown> = new Set([
  "StripeInvalidRequestError",
  "StripeCardError",
  "StripeIdempotencyError",
]);
const Answer = z.object();
const ErrorAnswer = z.object({ error: z.object() });

/** Loads the SDK, which takes 0.1 s and 5 MB that nobody pays who does not take Stripe. */
export async function openStripe({ secretKey, apiUrl }: StripeClientOptions): Promise<Stripe> {
  const { default: Sdk } = await import("stripe");
  const { protocol, hostname, port } = new URL(apiUrl);
  const isPlain = protocol === "http:";
  return new Sdk(secretKey, {
    protocol: isPlain ? "http" : "https",
    host: hostname,
    port: port || (isPlain ? 80 : 443),
    httpClient: Sdk.createFetchHttpClient(fetchWithinLimits),
    maxNetworkRetries: 0,
    telemetry: false,
  });
}

/** Begins an errand that ends within so many milliseconds. */
export function beginErrand(timeoutMs: number): Errand {
  const end = performance.now() + timeoutMs;
  async function find<T>(schema: z.ZodType<T>, request: StripeRequest): Promise<T | undefined> {
    const timeout = Math.ceil(end - performance.now());
    if (timeout <= 0) throw platformAway(new Error("it took too long"));
    const answer = await answerOf(request, { timeout });
    if (answer === undefined) return undefined;
    const read = schema.safeParse(answer);
    if (!read.success) throw platformAway(read.error);
    return read.data;
  }
  return {
    find,
    async ask(schema, request) {
      const found = await find(schema, request);
      if (found === undefined) throw refused(new Error("it does not know this"));
      return found;
    },
  };
}

async function answerOf(request: StripeRequest, limits: RequestLimits): Promise<unknown> {
  try {
    return await request(limits);
  } catch (error) {
    if (error instanceof Error && "statusCode" in error && error.statusCode === 404) {
      return undefined;
    }
    throw refusalOf(error);
  }
}

function refusalOf(error: unknown): Refusal {
  const isFinal = error instanceof Error && "type" in error && finalErrors.has(error.type);
  if (isFinal) return refused(error);
  // What broke the connection says more than that it broke.
  const detail = error instanceof Error && "detail" in error ? error.detail : undefined;
  return platformAway(detail instanceof Error ? detail : error);
}

/**
 * The SDK takes any JSON for an answer, whatever the status, and a bare number or text there ends
 * the process. So only objects pass, and failures only with their `error`. No header passes but the
 * one for their support: the SDK would print a notice of Stripe's beside the log.
 */
async function fetchWithinLimits(
  url: string | URL | Request,
  init?: RequestInit,
): Promise<Response> {
  const response = await fetch(url, { ...init, redirect: "manual" });
  // The signal of the SDK ends it; this is the limit of the size.
  const bytes = await readBody(response, { maxBytes: answerMaxBytes, timeoutMs: 10_000 });
  const { ok, status } = response;
  const schema = ok ? Answer : ErrorAnswer;
  if (readJson(bytes, schema) === undefined) throw new Error(`it answered ${status}`);
  const requestId = response.headers.get("request-id") ?? "";
  return new Response(bytes, { status, headers: { "request-id": requestId } });
}
