import assert from "node:assert/strict";
import fc from "fast-check";
import { phoneViolation, textViolation, tidy } from "./person_text.ts";

const length = { min: 1, max: 5 };

function reasonOf(text: string): string | undefined {
  return textViolation(tidy(text), "/name", length)?.reason;
}

Deno.test("textViolation() welcomes every script, counted in characters", () => {
  const good = ["苏小满", "Zoë", "O’Br.", " abc ", "👩‍👩‍👧", "क्‍ष", "e\u0301".repeat(5)];
  assert.deepEqual(good.map(reasonOf), good.map(() => undefined));
});

Deno.test("textViolation() names what is wrong", () => {
  assert.deepEqual(
    ["", " \n ", "abcdef", "a\0b", "a\nb", "a\u200bb", "a\u202eb", "a\ud800"].map(reasonOf),
    ["REQUIRED", "REQUIRED", "TOO_LONG", ...Array(5).fill("MALFORMED")],
  );
  const invisible = [
    "a\u200d",
    "\u200ca",
    "\u200d",
    "\u3164",
    "\u00ad\u200e",
    "a\ufeffb",
    "a\u2028b",
  ];
  assert.deepEqual(invisible.map(reasonOf), invisible.map(() => "MALFORMED"));
  assert.equal(textViolation("", "/name", { min: 0, max: 5 }), undefined);
  assert.equal(textViolation("ab", "/name", { min: 3, max: 5 })?.reason, "TOO_SHORT");
});

Deno.test("tidy() makes twins of one text the same, and is done after once", () => {
  assert.equal(tidy("  e\u0301 "), tidy("\u00e9"));
  const anyText = fc.array(fc.integer({ min: 0, max: 0x10ffff }), { maxLength: 20 })
    .map((points) => String.fromCodePoint(...points));
  fc.assert(fc.property(anyText, (text) => {
    assert.equal(tidy(tidy(text)), tidy(text));
  }));
});

Deno.test("phoneViolation() takes telephone numbers and nothing else", () => {
  const good = ["13800138000", "+86 138-0013-8000", "010-12345678", "12345"];
  const bad = ["", "1234", "1".repeat(21), "12--345", "phone", "+", "138 0013 8000 ", "１２３４５"];
  assert.deepEqual(good.map((text) => phoneViolation(text, "/phone")), good.map(() => undefined));
  assert.deepEqual(
    bad.map((text) => phoneViolation(text, "/phone")?.reason),
    ["REQUIRED", ...Array(7).fill("MALFORMED")],
  );
});
