/** A unary Connect request as the bytes of HTTP/1.1. */

/** What differs from call to call. */
export interface RequestFields {
  /** Lower-case names. */
  readonly header: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
}

/** The fields of every request, beside its path, its length and what the caller adds. */
export const protocolFields = {
  "content-type": "application/proto",
  "connect-protocol-version": "1",
  "accept-encoding": "identity",
} as const;

export const timeoutField = "connect-timeout-ms";

/** What the connection or the protocol decides, whatever a caller wishes. */
const reserved: ReadonlySet<string> = new Set([
  ...Object.keys(protocolFields),
  timeoutField,
  "connection",
  "content-encoding",
  "content-length",
  "host",
  "keep-alive",
  "te",
  "transfer-encoding",
  "upgrade",
]);

const fieldName = /^[!#$%&'*+.^_`|~\w-]+$/;
/** One that could end its line, or that is no single byte. */
const unsendable = /[^\t\x20-\x7e\x80-\xff]/;

/** The part of the head that is the same for every call of one rpc on one server. */
export function headBegin(path: string, host: string): string {
  const fields = Object.entries(protocolFields).map(([name, value]) => `${name}: ${value}\r\n`);
  return `POST ${path} HTTP/1.1\r\nhost: ${host}\r\n${fields.join("")}`;
}

/** Head and body as one piece. Throws `TypeError` for a field that cannot be sent. */
export function requestBytes(
  begin: string,
  { header, timeoutMs }: RequestFields,
  body: Uint8Array,
): Uint8Array {
  let head = `${begin}${timeoutField}: ${wholeTimeout(timeoutMs)}\r\n`;
  for (const name in header) {
    const value = header[name];
    if (value !== undefined && !reserved.has(name)) head += fieldLine(name, value);
  }
  head += `content-length: ${body.byteLength}\r\n\r\n`;
  const bytes = new Uint8Array(head.length + body.byteLength);
  // One byte a character: what is not ASCII goes as it does in a `Headers` object.
  for (let at = 0; at < head.length; at++) bytes[at] = head.charCodeAt(at);
  bytes.set(body, head.length);
  return bytes;
}

/** The timeout as Connect sends it: whole milliseconds, one at least. */
export function wholeTimeout(timeoutMs: number): string {
  return String(Math.max(1, Math.floor(timeoutMs)));
}

/** A caller's fields with names in lower case. */
export function plainFields(header: HeadersInit | undefined): Readonly<Record<string, string>> {
  if (header === undefined) return {};
  return isPlain(header) ? header : Object.fromEntries(new Headers(header));
}

function isPlain(header: HeadersInit): header is Record<string, string> {
  if (header instanceof Headers || Symbol.iterator in header) return false;
  for (const name in header) if (!plainName.test(name)) return false;
  return true;
}

const plainName = /^[a-z\d-]+$/;

function fieldLine(name: string, value: string): string {
  if (fieldName.test(name) && !unsendable.test(value)) return `${name}: ${value}\r\n`;
  throw new TypeError(`the field ${JSON.stringify(name.slice(0, 100))} cannot be sent`);
}
