/** A body in chunks (RFC 9112, section 7.1), put together again. */
import { latin1, MalformedAnswer } from "./answer_head.ts";

/** Reads into the target, and tells how many bytes; null at the end of the connection. */
export type ReadInto = (target: Uint8Array) => Promise<number | null>;

/** A chunk's size with its extensions, and a trailer line, have this many bytes at most. */
const lineBytesMax = 4_096;
/** Fields after the last chunk: read, bounded and dropped. */
const trailerLinesMax = 64;

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

  /** The whole body; undefined if it has more than `maxBytes`. Throws `MalformedAnswer`. */
  async body(maxBytes: number): Promise<Uint8Array<ArrayBuffer> | undefined> {
    const chunks: Uint8Array<ArrayBuffer>[] = [];
    for (let length = 0;;) {
      const size = sizeOf(await this.#line());
      if (size === 0) break;
      length += size;
      if (length > maxBytes) return undefined;
      chunks.push(await this.#piece(size));
      if (await this.#line() !== "") {
        throw new MalformedAnswer("a chunk does not end where it says");
      }
    }
    await this.#skipTrailer();
    return joined(chunks);
  }

  /** Bytes that came after the body: there should be none. */
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
      const at = this.#buffer.subarray(this.#start, this.#end).indexOf(0x0a);
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

  async #piece(size: number): Promise<Uint8Array<ArrayBuffer>> {
    const piece = new Uint8Array(size);
    const known = Math.min(size, this.rest);
    piece.set(this.#buffer.subarray(this.#start, this.#start + known));
    this.#start += known;
    await readFully(this.#read, piece, known);
    return piece;
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
  const match = /^([\da-f]{1,8})[ \t]*(?:;|$)/i.exec(line);
  if (match === null) throw new MalformedAnswer("a chunk does not tell its size");
  return Number.parseInt(match[1] ?? "", 16);
}

/** One piece of all. */
export function joined(chunks: readonly Uint8Array<ArrayBuffer>[]): Uint8Array<ArrayBuffer> {
  const [only] = chunks;
  if (chunks.length === 1 && only !== undefined) return only;
  const whole = new Uint8Array(chunks.reduce((sum, { byteLength }) => sum + byteLength, 0));
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.byteLength;
  }
  return whole;
}
