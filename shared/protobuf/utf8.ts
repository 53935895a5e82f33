import { Buffer } from "node:buffer";
import { unusual } from "./unusual.ts";

/** Longer texts take longer by the loop than by V8's own decoder. */
const loopBytesMax = 1024;
const units = new Uint16Array(loopBytesMax);
const unitBytes = new Uint8Array(units.buffer);

const { latin1Slice, ucs2Slice, utf8Slice } = Buffer.prototype as unknown as Record<
  "latin1Slice" | "ucs2Slice" | "utf8Slice",
  (this: Uint8Array, start: number, end: number) => string
>;

/** Text of bytes below 0x80; of others nothing can be said. */
export function asciiText(bytes: Uint8Array, start: number, end: number): string {
  return latin1Slice.call(bytes, start, end);
}

/** Whether all bytes are below 0x80. */
export function isAscii(bytes: Uint8Array, start: number, end: number): boolean {
  let at = start;
  for (; at + 8 <= end; at += 8) {
    const union = byteAt(bytes, at) | byteAt(bytes, at + 1) | byteAt(bytes, at + 2) |
      byteAt(bytes, at + 3) | byteAt(bytes, at + 4) | byteAt(bytes, at + 5) |
      byteAt(bytes, at + 6) | byteAt(bytes, at + 7);
    if (union > 0x7f) return false;
  }
  for (; at < end; at++) {
    if (byteAt(bytes, at) > 0x7f) return false;
  }
  return true;
}

/** Text of UTF-8; throws `unusual` if it is not valid, and sometimes if it is. */
export function utf8Text(bytes: Uint8Array, start: number, end: number): string {
  if (end - start <= loopBytesMax) {
    const count = readUnits(bytes, start, end);
    if (count > 0) return ucs2Slice.call(unitBytes, 0, 2 * count);
  }
  const text = utf8Slice.call(bytes, start, end);
  // What was invalid is now U+FFFD, but that may have been written too.
  if (text.includes("\ufffd")) throw unusual;
  return text;
}

/** How many UTF-16 units there are; 0 if any has not one to three bytes, or invalid ones. */
function readUnits(bytes: Uint8Array, start: number, end: number): number {
  let count = 0;
  let at = start;
  while (at < end) {
    const first = byteAt(bytes, at);
    const size = first < 0x80 ? 1 : first < 0xe0 ? 2 : 3;
    if (at + size > end || isContinuation(first)) return 0;
    const unit = size === 1 ? first : size === 2 ? twoBytes(bytes, at) : threeBytes(bytes, at);
    if (unit < 0) return 0;
    units[count++] = unit;
    at += size;
  }
  return count;
}

/** -1 unless it is a valid character, which two bytes are needed for. */
function twoBytes(bytes: Uint8Array, at: number): number {
  const second = byteAt(bytes, at + 1);
  const unit = (byteAt(bytes, at) & 0x1f) << 6 | second & 0x3f;
  return isContinuation(second) && unit > 0x7f ? unit : -1;
}

/** -1 unless it is a valid character, which three bytes are needed for; halves of pairs are none. */
function threeBytes(bytes: Uint8Array, at: number): number {
  const second = byteAt(bytes, at + 1);
  const third = byteAt(bytes, at + 2);
  if (byteAt(bytes, at) > 0xef || !isContinuation(second) || !isContinuation(third)) return -1;
  const unit = (byteAt(bytes, at) & 0x0f) << 12 | (second & 0x3f) << 6 | third & 0x3f;
  return unit > 0x7ff && (unit & 0xf800) !== 0xd800 ? unit : -1;
}

function isContinuation(byte: number): boolean {
  return (byte & 0xc0) === 0x80;
}

/** One that is there. */
function byteAt(bytes: Uint8Array, at: number): number {
  return bytes[at] as number;
}
