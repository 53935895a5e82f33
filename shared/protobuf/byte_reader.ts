import { double, halves, long, single, unsignedLong } from "./scratch.ts";
import { unusual } from "./unusual.ts";
import { asciiText, isAscii, utf8Text } from "./utf8.ts";

/**
 * Texts are cut out of one string made of so many bytes, which a kept text keeps alive: the limit
 * of what a text of a few bytes costs in memory. Longer texts get strings of their own.
 */
const windowSize = 1024;
const windowedTextMax = 512;

/** Reads protobuf's scalars one after the other; throws `unusual` rather than passing `end`. */
export class ByteReader {
  readonly bytes: Uint8Array;
  position = 0;
  /** The end of the message that is being read. */
  end: number;
  #window = "";
  #windowStart = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.end = bytes.length;
  }

  /** A tag of one or two bytes, or one that no field has. */
  tag(): number {
    const first = this.#byte();
    return first < 0x80 ? first : first & 0x7f | this.#byte() << 7;
  }

  /** A varint cut to its lower 32 bits. */
  unsigned(): number {
    return this.int32() >>> 0;
  }

  int32(): number {
    const first = this.#byte();
    if (first < 0x80) return first;
    this.position--;
    this.#varint();
    return halves[0] as number;
  }

  sint32(): number {
    const value = this.unsigned();
    return value >>> 1 ^ -(value & 1);
  }

  int64(): bigint {
    this.#varint();
    return long[0] as bigint;
  }

  uint64(): bigint {
    this.#varint();
    return unsignedLong[0] as bigint;
  }

  sint64(): bigint {
    const value = this.uint64();
    return BigInt.asIntN(64, value >> 1n ^ -(value & 1n));
  }

  bool(): boolean {
    this.#varint();
    return halves[0] !== 0 || halves[1] !== 0;
  }

  fixed32(): number {
    this.#take(0);
    return halves[0] as number;
  }

  float(): number {
    this.#take(0);
    return single[0] as number;
  }

  fixed64(): bigint {
    this.#takeLong();
    return unsignedLong[0] as bigint;
  }

  sfixed64(): bigint {
    this.#takeLong();
    return long[0] as bigint;
  }

  double(): number {
    this.#takeLong();
    return double[0] as number;
  }

  /** A length, and the end of what it counts. */
  delimited(): number {
    const length = this.unsigned();
    const end = this.position + length;
    if (end > this.end) throw unusual;
    return end;
  }

  /** A view, not a copy. */
  delimitedBytes(): Uint8Array {
    const end = this.delimited();
    const start = this.position;
    this.position = end;
    return this.bytes.subarray(start, end);
  }

  text(): string {
    const end = this.delimited();
    const start = this.position;
    this.position = end;
    if (!isAscii(this.bytes, start, end)) return utf8Text(this.bytes, start, end);
    if (end - start > windowedTextMax) return asciiText(this.bytes, start, end);
    const from = start - this.#windowStart;
    if (from >= 0 && from + end - start <= this.#window.length) {
      return this.#window.substring(from, from + end - start);
    }
    this.#windowStart = start;
    const windowEnd = Math.min(start + windowSize, this.bytes.length);
    this.#window = asciiText(this.bytes, start, windowEnd);
    return this.#window.substring(0, end - start);
  }

  #byte(): number {
    if (this.position >= this.end) throw unusual;
    return this.bytes[this.position++] as number;
  }

  /** A varint of at most ten bytes into `halves`; bits beyond 64 are dropped. */
  #varint(): void {
    let low = 0;
    let high = 0;
    let shift = 0;
    let byte = this.#byte();
    for (; shift < 28 && byte > 0x7f; shift += 7) {
      low |= (byte & 0x7f) << shift;
      byte = this.#byte();
    }
    low |= (byte & 0x7f) << shift;
    if (shift === 28) {
      high = byte >> 4 & 0x07;
      for (shift = 3; byte > 0x7f; shift += 7) {
        if (shift > 31) throw unusual;
        byte = this.#byte();
        high |= (byte & 0x7f) << shift;
      }
    }
    halves[0] = low;
    halves[1] = high;
  }

  #takeLong(): void {
    this.#take(0);
    this.#take(1);
  }

  /** Four bytes into one of the halves. */
  #take(half: number): void {
    const at = this.position;
    if (at + 4 > this.end) throw unusual;
    const { bytes } = this;
    let value = 0;
    for (let i = 3; i >= 0; i--) value = value << 8 | bytes[at + i] as number;
    halves[half] = value;
    this.position = at + 4;
  }
}
