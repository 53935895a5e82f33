import assert from "node:assert/strict";
import fc from "fast-check";
import { cursorParam, pageSizeParam, uidParam } from "./schemas.ts";

Deno.test("uidParam takes absence, zero and ids up to the largest int64", () => {
  const good = [undefined, "0", "1", "123", "9223372036854775807"];
  const bad = [
    "-1",
    "9223372036854775808",
    "1.0",
    "1e3",
    " 1",
    "abc",
    "",
    "99999999999999999999",
  ];
  assert.deepEqual(good.map((text) => uidParam.parse(text)), [
    undefined,
    0n,
    1n,
    123n,
    9223372036854775807n,
  ]);
  assert.deepEqual(bad.filter((text) => uidParam.safeParse(text).success), []);
});

Deno.test("cursorParam takes absence, zero and any int64 above", () => {
  const good = [undefined, "0", "1700000000000"];
  const bad = ["-1", "9223372036854775808", "x"];
  assert.deepEqual(good.map((text) => cursorParam.parse(text)), [undefined, 0n, 1700000000000n]);
  assert.deepEqual(bad.filter((text) => cursorParam.safeParse(text).success), []);
});

Deno.test("pageSizeParam forgives everything", () => {
  const samples = [undefined, "1", "50", "51", "0", "-1", "1.5", "abc", "", "9".repeat(30), [
    "1",
    "2",
  ]];
  assert.deepEqual(samples.map((given) => pageSizeParam.parse(given)), [
    ...[20, 1, 50],
    ...samples.slice(3).map(() => 20),
  ]);
  fc.assert(fc.property(fc.string(), (text) => {
    const ps = pageSizeParam.parse(text);
    assert.ok(ps >= 1 && ps <= 50);
  }));
});
