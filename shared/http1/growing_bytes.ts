/** Bytes that come piece by piece, in one buffer, whatever the size of the pieces. */
export class GrowingBytes {
  #buffer = new Uint8Array(0);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** The next `size` bytes, to be written to: `took` says how many were. */
  room(size: number): Uint8Array<ArrayBuffer> {
    const needed = this.#length + size;
    if (needed > this.#buffer.byteLength) {
      const larger = new Uint8Array(Math.max(needed, this.#buffer.byteLength * 2));
      larger.set(this.bytes);
      this.#buffer = larger;
    }
    return this.#buffer.subarray(this.#length, needed);
  }

  took(size: number): void {
    this.#length += size;
  }

  /** All so far, not copied. */
  get bytes(): Uint8Array<ArrayBuffer> {
    return this.#buffer.subarray(0, this.#length);
  }
}
