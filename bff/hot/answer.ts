/** An answer that is encoded once and sent many times. */
import { entityTag } from "../entity_tag.ts";
export interface Answer {
  /** The JSON text, in UTF-8. */
  readonly body: Uint8Array<ArrayBuffer>;
  /** A strong entity tag, quotes included: the same bytes have the same one in every process. */
  readonly etag: string;
  /** The headers of a 200. */
  readonly headers: Readonly<Record<string, string>>;
  /** The headers of a 304. */
  readonly unchangedHeaders: Readonly<Record<string, string>>;
}

/** As long as the answer counts as fresh here, it does in browsers and in caches on the way. */
const cacheControl = "public, max-age=1, stale-while-revalidate=1";
const encoder = new TextEncoder();

/** Encodes a JSON value. Throws `TypeError` for what JSON cannot hold, such as a bigint. */
export function encodeAnswer(value: unknown): Answer {
  const body = encoder.encode(JSON.stringify(value));
  const etag = entityTag(body);
  const unchangedHeaders = { etag, "cache-control": cacheControl };
  const headers = {
    "content-type": "application/json",
    ...unchangedHeaders,
    "x-content-type-options": "nosniff",
  };
  return { body, etag, headers, unchangedHeaders };
}

/** The answer to one request: 200 or 304. `further` are headers of this request alone. */
export function answerResponse(
  answer: Answer,
  notModified: boolean,
  further: Readonly<Record<string, string>> = {},
): Response {
  if (notModified) {
    return new Response(null, { status: 304, headers: { ...answer.unchangedHeaders, ...further } });
  }
  return new Response(answer.body, { headers: { ...answer.headers, ...further } });
}
