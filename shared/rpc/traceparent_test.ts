import assert from "node:assert/strict";
import fc from "fast-check";
import { childTraceparent, newTraceparent, parseTraceparent, traceIdOf } from "./traceparent.ts";

function hex(length: number) {
  return fc.string({
    unit: fc.constantFrom(..."0123456789abcdef"),
    minLength: length,
    maxLength: length,
  });
}

const header = fc.tuple(hex(32), hex(16), hex(2))
  .filter(([trace, span]) => /[^0]/.test(trace) && /[^0]/.test(span))
  .map((parts) => `00-${parts.join("-")}`);

Deno.test("parseTraceparent() takes every valid header as it is", () => {
  fc.assert(fc.property(header, (text) => assert.equal(parseTraceparent(text), text)));
});

Deno.test("parseTraceparent() takes nothing else", () => {
  const trace = "0af7651916cd43dd8448eb211c80319c";
  const span = "b7ad6b7169203331";
  const bad = [
    null,
    undefined,
    "",
    "00",
    `00-${"0".repeat(32)}-${span}-01`,
    `00-${trace}-${"0".repeat(16)}-01`,
    `00-${trace.toUpperCase()}-${span}-01`,
    `ff-${trace}-${span}-01`,
    `00-${trace}-${span}-01-extra`,
    ` 00-${trace}-${span}-01`,
    `00-${trace}-${span}-0g`,
  ];
  assert.deepEqual(bad.map(parseTraceparent), bad.map(() => undefined));
  fc.assert(fc.property(fc.string(), (text) => assert.equal(parseTraceparent(text), undefined)));
});

Deno.test("childTraceparent() keeps trace and flags, and names a new span", () => {
  fc.assert(fc.property(header, (parent) => {
    const child = childTraceparent(parent);
    assert.equal(parseTraceparent(child), child);
    assert.equal(traceIdOf(child), traceIdOf(parent));
    assert.equal(child.slice(-3), parent.slice(-3));
    assert.notEqual(child.slice(36, 52), parent.slice(36, 52));
  }));
});

Deno.test("newTraceparent() is valid and new each time", () => {
  const made = Array.from({ length: 100 }, newTraceparent);
  assert.deepEqual(made.map(parseTraceparent), made);
  assert.equal(new Set(made.map(traceIdOf)).size, made.length);
});
