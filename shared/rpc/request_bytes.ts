/** A unary Connect request as the bytes of HTTP/1.1. */
import { Code, ConnectError } from "@connectrpc/connect";
import { token, unwritable } from "../http1/field.ts";

/** What differs from call to call. */
export interface RequestFields {
  /** Lower-case names. */
  readonly header: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
}

/** The fields of every request, beside its path, its length and what the caller adds. */
const protocolFields = {
  "content-type": "application/proto",
  "connect-protocol-version": "1",
  "accept-encoding": "identity",
} as const;

const timeoutField = "connect-timeout-ms";

/** What the connection or the protocol decides, whatever a caller wishes. */
const reserved: ReadonlySet<string> = new Set([
  ...Object.keys(protocolFields),
  timeoutField,
  "connection",
  "content-encoding",
  "content-length",
  "expect",
  "host",
  "keep-alive",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

/** The part of the head that is the same for every call of one rpc on one server. */
export function headBegin(path: string, host: string): string {
  const fields = Object.entries(protocolFields).map(([name, value]) => `${name}: ${value}\r\n`);
  return `POST ${path} HTTP/1.1\r\nhost: ${host}\r\n${fields.join("")}`;
}

/** Head and body as one piece. Throws InvalidArgument for a field that cannot be sent. */
export function requestBytes(
  begin: string,
  { header, timeoutMs }: RequestFields,
  body: Uint8Array,
): Uint8Array {
  let head = `${begin}${timeoutField}: ${wholeTimeout(timeoutMs)}\r\n`;
  for (const name in header) {
    const value = header[name];
    if (isSent(name, value)) head += `${name}: ${value}\r\n`;
  }
  head += `content-length: ${body.byteLength}\r\n\r\n`;
  const bytes = new Uint8Array(head.length + body.byteLength);
  // One byte a character: what is not ASCII goes as it does in a `Headers` object.
  for (let at = 0; at < head.length; at++) bytes[at] = head.charCodeAt(at);
  bytes.set(body, head.length);
  return bytes;
}

/** The same fields for fetch. Throws InvalidArgument for a field that cannot be sent. */
export function requestFields({ header, timeoutMs }: RequestFields): Record<string, string> {
  const given = Object.entries(header).filter(([name, value]) => isSent(name, value));
  return {
    ...Object.fromEntries(given),
    ...protocolFields,
    [timeoutField]: wholeTimeout(timeoutMs),
  };
}

/** The timeout as Connect sends it: whole milliseconds, one at least. */
function wholeTimeout(timeoutMs: number): string {
  return String(Math.max(1, Math.floor(timeoutMs)));
}

/** A caller's fields with names in lower case. Throws InvalidArgument for what are no fields. */
export function plainFields(header: HeadersInit | undefined): Readonly<Record<string, string>> {
  if (header === undefined) return {};
  if (isPlain(header)) return header;
  try {
    return Object.fromEntries(new Headers(header));
  } catch (error) {
    throw new ConnectError("the fields cannot be sent", Code.InvalidArgument, {}, [], error);
  }
}

function isPlain(header: HeadersInit): header is Record<string, string> {
  if (header instanceof Headers || Symbol.iterator in header) return false;
  for (const name in header) if (!plainName.test(name)) return false;
  return true;
}

const plainName = /^[a-z\d-]+$/;

function isSent(name: string, value: string | undefined): boolean {
  if (value === undefined || reserved.has(name)) return false;
  if (token.test(name) && !unwritable.test(value)) return true;
  const told = JSON.stringify(name.slice(0, 100));
  throw new ConnectError(`the field ${told} cannot be sent`, Code.InvalidArgument);
}
