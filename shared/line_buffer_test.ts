import assert from "node:assert/strict";
import { eventually } from "../tests/support/eventually.ts";
import { createLineBuffer } from "./line_buffer.ts";

/** A reader that takes `piece` bytes at a time. */
function reader(piece = Infinity) {
  const taken: string[] = [];
  function writeSync(bytes: Uint8Array): number {
    const part = bytes.subarray(0, Math.min(piece, bytes.byteLength));
    taken.push(new TextDecoder().decode(part));
    return part.byteLength;
  }
  const write = (bytes: Uint8Array) => Promise.resolve(writeSync(bytes));
  return { write, writeSync, text: () => taken.join(""), writes: () => taken.length };
}

Deno.test("createLineBuffer() writes lines together, in order", async () => {
  const { write, text, writes } = reader();
  const lines = createLineBuffer({ waitMs: 1, write });
  for (const line of ["one", "two", "three"]) lines.write(line);
  await eventually("they are written", () => text() === "one\ntwo\nthree\n");
  assert.equal(writes(), 1);
});

Deno.test("createLineBuffer() goes on after a write that took only a part", async () => {
  const { write, text } = reader(3);
  const lines = createLineBuffer({ waitMs: 1, write });
  lines.write("a longer line");
  await eventually("it is written", () => text() === "a longer line\n");
});

Deno.test("flush() writes everything at once", async () => {
  const { write, writeSync, text } = reader(4);
  const lines = createLineBuffer({ waitMs: 1, write, writeSync });
  lines.write("first");
  lines.write("second");
  lines.flush();
  assert.equal(text(), "first\nsecond\n");
  lines.write("third");
  await eventually("later lines follow", () => text() === "first\nsecond\nthird\n");
});

Deno.test("createLineBuffer() drops what a slow reader does not take, and tells how much", async () => {
  const { write, text } = reader();
  const lines = createLineBuffer({ waitMs: 1, lengthMax: 11, write });
  for (const line of ["one", "two", "four", "five"]) lines.write(line);
  const expected = "one\ntwo\n2 log lines were dropped: the reader is too slow\n";
  await eventually("they are written", () => text() === expected);
});

Deno.test("createLineBuffer() survives a reader that has gone", async () => {
  let tries = 0;
  const write = () => {
    tries++;
    return Promise.reject(new Deno.errors.BrokenPipe("gone"));
  };
  const lines = createLineBuffer({ waitMs: 1, write });
  lines.write("one");
  await eventually("it tried", () => tries === 1);
  lines.write("two");
  await eventually("it tries again", () => tries === 2);
});
