/** The head of an HTTP/1.1 answer: its status line and fields (RFC 9112, sections 4 and 5). */
import { token, unwritable } from "./field.ts";

/** How long the body is (RFC 9112, section 6.3): so many bytes, in chunks, or all until the end. */
export type Framing = number | "chunked" | "until-close";

/** An answer that is not HTTP/1.1. */
export class MalformedAnswer extends Error {
  override readonly name = "MalformedAnswer";
}

const statusLine = /^HTTP\/1\.([01]) ([1-5]\d\d)(?: |$)/;
const digits = /^\d{1,15}$/;
const closing = /(?:^|,)[ \t]*close[ \t]*(?:,|$)/i;
const lineEnd = "\r\n";
const carriageReturn = 0x0d;
const lineFeed = 0x0a;
const space = 0x20;
const tab = 0x09;

/** A parsed head; names are in lower case. */
export class AnswerHead {
  readonly status: number;
  readonly framing: Framing;
  /** Whether the connection may be used again once the body has been read. */
  readonly keepsAlive: boolean;
  readonly #names: string[] = [];
  readonly #values: string[] = [];

  /** Parses the text before the empty line. Throws `MalformedAnswer`. */
  constructor(text: string) {
    const [first = "", ...lines] = text.split(lineEnd);
    const match = statusLine.exec(first);
    if (match === null || unwritable.test(first)) {
      throw new MalformedAnswer("the answer does not begin as HTTP/1.1 does");
    }
    this.status = Number(match[2]);
    for (const line of lines) this.#add(line);
    const coding = this.get("transfer-encoding");
    const length = this.#length();
    // Nobody asked for another coding, and HTTP/1.0 has none.
    if (coding !== null && (coding.toLowerCase() !== "chunked" || match[1] === "0")) {
      throw new MalformedAnswer("the answer has a transfer-encoding that was not asked for");
    }
    const sized = coding === null ? length ?? "until-close" : "chunked";
    this.framing = this.#isBodyless ? 0 : sized;
    this.keepsAlive = match[1] === "1" && this.framing !== "until-close" &&
      !this.#mayBeMisread(coding, length) && !closing.test(this.get("connection") ?? "");
  }

  /** The value of a field, several ones joined by commas; null if there is none. */
  get(name: string): string | null {
    let found: string | null = null;
    for (let at = this.#names.indexOf(name); at >= 0; at = this.#names.indexOf(name, at + 1)) {
      const value = this.#values[at] ?? "";
      found = found === null ? value : `${found}, ${value}`;
    }
    return found;
  }

  /** A copy as the Fetch standard has it. */
  toHeaders(): Headers {
    const headers = new Headers();
    this.#names.forEach((name, at) => headers.append(name, this.#values[at] ?? ""));
    return headers;
  }

  #add(line: string): void {
    const colon = line.indexOf(":");
    const name = line.slice(0, Math.max(0, colon));
    // A line that begins with a space would go on with the one before: obsolete, and refused.
    if (!token.test(name) || unwritable.test(line)) {
      throw new MalformedAnswer("the answer has a line that is no field");
    }
    this.#names.push(name.toLowerCase());
    this.#values.push(valueFrom(line, colon + 1));
  }

  get #isBodyless(): boolean {
    return this.status < 200 || this.status === 204 || this.status === 304;
  }

  /** Whether somebody else might see the end of the body elsewhere: what follows is not trusted. */
  #mayBeMisread(coding: string | null, length: number | undefined): boolean {
    if (this.status === 304) return false;
    return this.#isBodyless ? coding !== null || (length ?? 0) > 0 : coding !== null && !!length;
  }

  #length(): number | undefined {
    const length = this.get("content-length");
    if (length === null) return undefined;
    const [one = "", ...others] = length.split(/[ \t]*,[ \t]*/);
    if (digits.test(one) && others.every((other) => other === one)) return Number(one);
    throw new MalformedAnswer("the answer has a content-length that is no length");
  }
}

/** `trim()` would also take off what HTTP does not call a space. */
function valueFrom(line: string, start: number): string {
  let end = line.length;
  while (start < end && isBlank(line.charCodeAt(start))) start++;
  while (start < end && isBlank(line.charCodeAt(end - 1))) end--;
  return line.slice(start, end);
}

function isBlank(character: number): boolean {
  return character === space || character === tab;
}

/** Where the head in `bytes[0..filled)` ends, after its empty line; -1 if it goes on. */
export function headEnd(bytes: Uint8Array, filled: number, from = 0): number {
  // The empty line may have begun in what was looked at before.
  for (let at = Math.max(0, from - 3); at + 3 < filled; at++) {
    if (
      bytes[at + 3] === lineFeed && bytes[at + 2] === carriageReturn &&
      bytes[at + 1] === lineFeed && bytes[at] === carriageReturn
    ) return at + 4;
  }
  return -1;
}

const beginning = latin1Bytes("HTTP/1.");

/** Whether `bytes[0..filled)` may become a head: what never will is not waited for. */
export function mayBegin(bytes: Uint8Array, filled: number): boolean {
  return beginning.every((byte, at) => at >= filled || bytes[at] === byte);
}

/** Bytes as text, one character each: what HTTP heads are made of. */
export function latin1(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.byteLength; at += argumentsMax) {
    text += String.fromCharCode(...bytes.subarray(at, at + argumentsMax));
  }
  return text;
}

/** A call takes only so many arguments. */
const argumentsMax = 8_192;

/** Text as bytes, one a character: the other way round. */
export function latin1Bytes(text: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at++) bytes[at] = text.charCodeAt(at);
  return bytes;
}
