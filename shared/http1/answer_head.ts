/** The head of an HTTP/1.1 answer: its status line and fields (RFC 9112, sections 4 and 5). */

/** How long the body is (RFC 9112, section 6.3): so many bytes, in chunks, or all until the end. */
export type Framing = number | "chunked" | "until-close";

/** An answer that is not HTTP/1.1. */
export class MalformedAnswer extends Error {
  override readonly name = "MalformedAnswer";
}

const statusLine = /^HTTP\/1\.([01]) ([1-5]\d\d)(?: |$)/;
const digits = /^\d{1,15}$/;
const lineEnd = "\r\n";
const carriageReturn = 0x0d;
const lineFeed = 0x0a;

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
    if (match === null) throw new MalformedAnswer("the answer does not begin as HTTP/1.1 does");
    this.status = Number(match[2]);
    for (const line of lines) this.#add(line);
    this.framing = this.#framing();
    const ambiguous = this.framing === "chunked" && this.get("content-length") !== null;
    this.keepsAlive = match[1] === "1" && this.framing !== "until-close" && !ambiguous &&
      !/\bclose\b/i.test(this.get("connection") ?? "");
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

  /** A copy as the Fetch standard has it. Throws `MalformedAnswer` for names that it does not take. */
  toHeaders(): Headers {
    try {
      return new Headers(
        this.#names.map((name, at): [string, string] => [name, this.#values[at] ?? ""]),
      );
    } catch {
      throw new MalformedAnswer("the answer has a field that HTTP does not allow");
    }
  }

  #add(line: string): void {
    const colon = line.indexOf(":");
    // A line that begins with a space would go on with the one before: obsolete, and refused.
    if (colon <= 0 || line.charCodeAt(0) <= 0x20) {
      throw new MalformedAnswer("the answer has a line that is no field");
    }
    this.#names.push(line.slice(0, colon).toLowerCase());
    this.#values.push(line.slice(colon + 1).trim());
  }

  #framing(): Framing {
    if (this.status < 200 || this.status === 204 || this.status === 304) return 0;
    const coding = this.get("transfer-encoding");
    if (coding !== null) return /(?:^|,)\s*chunked$/i.test(coding) ? "chunked" : "until-close";
    const length = this.get("content-length");
    if (length === null) return "until-close";
    const [one = "", ...others] = length.split(/\s*,\s*/);
    if (digits.test(one) && others.every((other) => other === one)) return Number(one);
    throw new MalformedAnswer("the answer has a content-length that is no length");
  }
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

/** Bytes as text, one character each: what HTTP heads are made of. At most 64 KiB. */
export function latin1(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.byteLength; at += argumentsMax) {
    text += String.fromCharCode(...bytes.subarray(at, at + argumentsMax));
  }
  return text;
}

/** A call takes only so many arguments. */
const argumentsMax = 8_192;
