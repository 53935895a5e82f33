const firstSize = 4096;
/**
 * Longer texts are cheaper by `encodeInto`, which costs the same for a few characters. Shorter ones
 * have a length of one byte, whatever the characters.
 */
const shortTextMax = 42;

const encoder = new TextEncoder();

/**
 * Writes protobuf's scalars one after the other into a buffer that grows. All but texts, `raw` and
 * `open` need room that `reserve` made, and are trusted to be of their type and within its limits.
 */
export class ByteWriter {
  position = 0;
  #bytes = new Uint8Array(firstSize);
  #view = new DataView(this.#bytes.buffer);

  get capacity(): number {
    return this.#bytes.length;
  }

  /** Makes room for so many bytes. */
  reserve(size: number): void {
    const needed = this.position + size;
    if (needed <= this.#bytes.length) return;
    const larger = new Uint8Array(Math.max(needed, 2 * this.#bytes.length));
    larger.set(this.#bytes.subarray(0, this.position));
    this.#bytes = larger;
    this.#view = new DataView(larger.buffer);
  }

  /** A varint of 32 bits: 5 bytes at most. */
  unsigned(value: number): void {
    const bytes = this.#bytes;
    let at = this.position;
    while (value > 0x7f) {
      bytes[at++] = value & 0x7f | 0x80;
      value >>>= 7;
    }
    bytes[at++] = value;
    this.position = at;
  }

  /** A varint of 64 bits, given as two signed halves: 10 bytes at most. */
  varint(low: number, high: number): void {
    const bytes = this.#bytes;
    let at = this.position;
    while (high !== 0) {
      bytes[at++] = low & 0x7f | 0x80;
      low = low >>> 7 | high << 25;
      high >>>= 7;
    }
    this.position = at;
    this.unsigned(low >>> 0);
  }

  /** Two signed halves of 32 bits: 8 bytes. */
  fixed64(low: number, high: number): void {
    this.fixed32(low);
    this.fixed32(high);
  }

  /** 4 bytes. */
  fixed32(value: number): void {
    this.#view.setInt32(this.position, value, true);
    this.position += 4;
  }

  /** 4 bytes. */
  float(value: number): void {
    this.#view.setFloat32(this.position, value, true);
    this.position += 4;
  }

  /** 8 bytes. */
  double(value: number): void {
    this.#view.setFloat64(this.position, value, true);
    this.position += 8;
  }

  /** Length and UTF-8; lone surrogates become U+FFFD. */
  text(value: string): void {
    this.reserve(3 * value.length + 5);
    if (value.length > shortTextMax || !this.#shortText(value)) this.#longText(value);
  }

  /** False if it has surrogates. */
  #shortText(value: string): boolean {
    const bytes = this.#bytes;
    const start = this.position + 1;
    let at = start;
    for (let i = 0; i < value.length; i++) {
      const unit = value.charCodeAt(i);
      if (unit < 0x80) {
        bytes[at++] = unit;
        continue;
      }
      if ((unit & 0xf800) === 0xd800) return false;
      if (unit < 0x800) {
        bytes[at++] = 0xc0 | unit >> 6;
      } else {
        bytes[at++] = 0xe0 | unit >> 12;
        bytes[at++] = 0x80 | unit >> 6 & 0x3f;
      }
      bytes[at++] = 0x80 | unit & 0x3f;
    }
    bytes[start - 1] = at - start;
    this.position = at;
    return true;
  }

  #longText(value: string): void {
    const room = lengthBytesOf(value.length);
    const start = this.position + room;
    this.position = start + encoder.encodeInto(value, this.#bytes.subarray(start)).written;
    this.close(start, room);
  }

  /** Bytes as they are. */
  raw(bytes: Uint8Array): void {
    this.reserve(bytes.length);
    this.#bytes.set(bytes, this.position);
    this.position += bytes.length;
  }

  /** Leaves `room` bytes for a length that is not known yet, and tells where what it counts starts. */
  open(room: number): number {
    this.reserve(room);
    this.position += room;
    return this.position;
  }

  /** Writes that length, and moves what it counts if the room was another. The bytes it took. */
  close(start: number, room: number): number {
    const length = this.position - start;
    const needed = lengthBytesOf(length);
    if (needed !== room) {
      this.reserve(needed);
      this.#bytes.copyWithin(start - room + needed, start, this.position);
    }
    this.position = start - room;
    this.unsigned(length);
    this.position += length;
    return needed;
  }

  /** What was written, as a copy, and starts again. */
  finish(): Uint8Array<ArrayBuffer> {
    const written = this.#bytes.slice(0, this.position);
    this.position = 0;
    return written;
  }
}

function lengthBytesOf(length: number): number {
  if (length < 0x80) return 1;
  if (length < 0x4000) return 2;
  if (length < 0x200000) return 3;
  return length < 0x10000000 ? 4 : 5;
}
