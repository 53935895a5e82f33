/** A body in chunks (RFC 9112, section 7.1), put together again. */
import { latin1, MalformedAnswer } from "./answer_head.ts";
import { GrowingBytes } from "./growing_bytes.ts";

/** Reads into the target, and tells how many bytes; null at the end of the connection. */
export type ReadInto = (target: Uint8Array) => Promise<number | null>;

/** A chunk's size with its extensions, and a trailer line, have this many bytes at most. */
const lineBytesMax = 4_096;
/** Fields after the last chunk: read, bounded and dropped. */
const trailerLinesMax = 64;

const sizeLine = /^0*([\da-f]{1,8})[ \t]*(?:;|$)/i;
const lineFeed = 0x0a;

/** Takes lines and pieces from what has been read already, then from the connection. */
export class ChunkedReader {
  #buffer: Uint8Array;
  #start = 0;
  #end: number;
  readonly #read: ReadInto;

  constructor(begun: Uint8Array, read: ReadInto) {
    this.#buffer = new Uint8Array(Math.max(16_384, begun.byteLength));
    this.#buffer.set(begun);
    this.#end = begun.byteLength;
    this.#read = read;
  }

  /** The whole body; undefined if it has more than `bytesMax`. Throws `MalformedAnswer`. */
  async body(bytesMax: number): Promise<Uint8Array<ArrayBuffer> | undefined> {
    const body = new GrowingBytes();
    for (;;) {
      const size = sizeOf(await this.#line());
      if (size === 0) break;
      if (body.length + size > bytesMax) return undefined;
      await this.#fill(body.room(size));
      body.took(size);
      if (await this.#line() !== "") {
        throw new MalformedAnswer("a chunk does not end where it says");
      }
    }
    await this.#skipTrailer();
    return body.bytes;
  }

  /** How many bytes came after the body: there should be none. */
  get rest(): number {
    return this.#end - this.#start;
  }

  async #skipTrailer(): Promise<void> {
    for (let lines = 0; await this.#line() !== ""; lines++) {
      if (lines >= trailerLinesMax) throw new MalformedAnswer("the trailer is too long");
    }
  }

  async #line(): Promise<string> {
    for (;;) {
      const at = this.#buffer.subarray(this.#start, this.#end).indexOf(lineFeed);
      if (at > lineBytesMax || (at < 0 && this.rest > lineBytesMax)) {
        throw new MalformedAnswer("a line between chunks is too long");
      }
      if (at >= 0) {
        const line = latin1(this.#buffer.subarray(this.#start, this.#start + at));
        this.#start += at + 1;
        if (!line.endsWith("\r")) throw new MalformedAnswer("a line between chunks ends wrongly");
        return line.slice(0, -1);
      }
      await this.#more();
    }
  }

  async #fill(target: Uint8Array): Promise<void> {
    const known = Math.min(target.byteLength, this.rest);
    target.set(this.#buffer.subarray(this.#start, this.#start + known));
    this.#start += known;
    if (known < target.byteLength) await readFully(this.#read, target, known);
  }

  async #more(): Promise<void> {
    this.#buffer.copyWithin(0, this.#start, this.#end);
    this.#end -= this.#start;
    this.#start = 0;
    const count = await this.#read(this.#buffer.subarray(this.#end));
    if (count === null) throw new MalformedAnswer("the answer broke off");
    this.#end += count;
  }
}

/** Fills the rest of `target`. Throws `MalformedAnswer` if the connection ends before. */
export async function readFully(read: ReadInto, target: Uint8Array, filled: number): Promise<void> {
  while (filled < target.byteLength) {
    const count = await read(target.subarray(filled));
    if (count === null) throw new MalformedAnswer("the answer broke off");
    filled += count;
  }
}

function sizeOf(line: string): number {
  const match = sizeLine.exec(line);
  if (match === null) throw new MalformedAnswer("a chunk does not tell its size");
  return Number.parseInt(match[1] ?? "", 16);
}
