/**
 * Thrown where our own reader or writer meets what it leaves to the library: rare, or wrong, in
 * which case the error that the caller sees is the library's.
 */
export class Unusual extends Error {
  override readonly name = "Unusual";
}

/** Thrown again and again: nobody looks at its stack, and making one costs microseconds. */
export const unusual: Unusual = new Unusual("left to the library");
