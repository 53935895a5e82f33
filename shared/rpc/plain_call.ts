/** Which requests take the fast path: unary Connect, POST or GET, binary or JSON, gzip or not. */
import type { DescMethodUnary } from "@bufbuild/protobuf";
import { MethodOptions_IdempotencyLevel } from "@bufbuild/protobuf/wkt";
import { base64Decode } from "@bufbuild/protobuf/wire";
import { compressionNegotiate } from "@connectrpc/connect/protocol";
import { compressionGzip } from "@connectrpc/connect-node";
import { type BodyLimits, readBody } from "../http/body.ts";

export type MessageFormat = "binary" | "json";

/** How a plain call is encoded. */
export interface PlainCall {
  readonly format: MessageFormat;
  /** What a GET request says in its URL. */
  readonly query: URLSearchParams | undefined;
  /** Whether its message is compressed, with gzip. */
  readonly packed: boolean;
  /** Whether its answer may be, with gzip. */
  readonly takesPacked: boolean;
}

export const contentTypes: Readonly<Record<MessageFormat, string>> = {
  binary: "application/proto",
  json: "application/json",
};
/** A longer timeout, or one that is no number, is the library's to refuse. */
const plainTimeout = /^\d{1,9}$/;

/** The usual calls; the same for all, so that they cost nothing. */
const plainPosts: Readonly<Record<string, PlainCall>> = {
  [contentTypes.binary]: unpackedPost("binary"),
  [contentTypes.json]: unpackedPost("json"),
};

function unpackedPost(format: MessageFormat): PlainCall {
  return { format, query: undefined, packed: false, takesPacked: false };
}

/** How this request is a plain call; undefined if it is not one. */
export function plainCall(request: Request, rpc: DescMethodUnary): PlainCall | undefined {
  const { headers, method } = request;
  const timeout = headers.get("connect-timeout-ms");
  if (timeout !== null && !plainTimeout.test(timeout)) return undefined;
  if (method === "POST") return plainPost(headers);
  if (method !== "GET" || !isReadOnly(rpc)) return undefined;
  return plainGet(request.url, headers);
}

function plainPost(headers: Headers): PlainCall | undefined {
  const usual = plainPosts[headers.get("content-type") ?? ""];
  if (usual === undefined) return undefined;
  const encoding = headers.get("content-encoding");
  const accepted = headers.get("accept-encoding");
  if (encoding === null && (accepted === null || accepted === "identity")) return usual;
  return negotiated(usual.format, undefined, encoding, accepted);
}

function plainGet(url: string, headers: Headers): PlainCall | undefined {
  const query = new URLSearchParams(url.slice(url.indexOf("?") + 1));
  const encoding = query.get("encoding");
  if (encoding !== "proto" && encoding !== "json") return undefined;
  const format = encoding === "proto" ? "binary" : "json";
  return negotiated(format, query, query.get("compression"), headers.get("accept-encoding"));
}

function negotiated(
  format: MessageFormat,
  query: URLSearchParams | undefined,
  encoding: string | null,
  accepted: string | null,
): PlainCall | undefined {
  const { request, response, error } = compressionNegotiate(
    [compressionGzip],
    encoding,
    accepted,
    "Accept-Encoding",
  );
  if (error !== undefined) return undefined;
  return { format, query, packed: request !== null, takesPacked: response !== null };
}

function isReadOnly({ idempotency }: DescMethodUnary): boolean {
  return idempotency === MethodOptions_IdempotencyLevel.NO_SIDE_EFFECTS;
}

/** The bytes of a plain call's message. Rejects with `BodyError`, or `ConnectError` for bad gzip. */
export function readMessage(
  { query, packed }: PlainCall,
  request: Request,
  limits: BodyLimits,
): Promise<Uint8Array> {
  const bytes = query === undefined ? readBody(request, limits) : Promise.try(messageOf, query);
  return packed ? bytes.then((packed) => unpack(packed, limits)) : bytes;
}

function unpack(bytes: Uint8Array, { maxBytes }: BodyLimits): Promise<Uint8Array> {
  return compressionGzip.decompress(bytes as Uint8Array<ArrayBuffer>, maxBytes);
}

const encoder = new TextEncoder();

function messageOf(query: URLSearchParams): Uint8Array<ArrayBuffer> {
  const message = query.get("message") ?? "";
  if (query.get("base64") !== "1") return encoder.encode(message);
  return base64Decode(message) as Uint8Array<ArrayBuffer>;
}
