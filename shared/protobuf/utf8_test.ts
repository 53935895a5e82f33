import assert from "node:assert/strict";
import { utf8Text } from "./utf8.ts";

/** The first and last bytes of every row of the table of well-formed UTF-8, and those beside them. */
const edges = [0x00, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xc1, 0xc2, 0xdf, 0xe0, 0xe1]
  .concat([0xec, 0xed, 0xee, 0xef, 0xf0, 0xf1, 0xf3, 0xf4, 0xf5, 0xff]);
const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

function* sequences(length: number): Generator<number[]> {
  if (length === 0) return yield [];
  for (const rest of sequences(length - 1)) {
    yield* edges.map((edge) => [...rest, edge]);
  }
}

function textOf(decode: () => string): string | undefined {
  try {
    return decode();
  } catch {
    return undefined;
  }
}

Deno.test("utf8Text() is what a strict decoder gives, or nothing", () => {
  for (const length of [1, 2, 3]) {
    for (const sequence of sequences(length)) {
      const bytes = new Uint8Array([0x41, ...sequence, 0xbd]);
      for (const end of [bytes.length - 1, bytes.length]) {
        const expected = textOf(() => strict.decode(bytes.subarray(1, end)));
        assert.equal(textOf(() => utf8Text(bytes, 1, end)), expected, bytes.toString());
      }
    }
  }
});

Deno.test("utf8Text() leaves a long text with a replacement character to the library", () => {
  const long = "é".repeat(600);
  const bytes = new TextEncoder().encode(`${long}\u{1f600}`);
  assert.equal(utf8Text(bytes, 0, bytes.length), `${long}\u{1f600}`);
  const replaced = new TextEncoder().encode(`${long}\ufffd`);
  assert.throws(() => utf8Text(replaced, 0, replaced.length), { name: "Unusual" });
});
