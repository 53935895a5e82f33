import fc from "fast-check";
import assert from "node:assert/strict";
import { parseShanghai, shanghaiRfc3339, shanghaiText } from "./shanghai_time.ts";

Deno.test("shanghaiText() is eight hours ahead of UTC, and parseShanghai() goes back", () => {
  const timeMs = Date.UTC(2025, 11, 31, 16, 0, 1, 999);
  assert.equal(shanghaiText(timeMs), "2026-01-01 00:00:01");
  assert.equal(shanghaiRfc3339(timeMs), "2026-01-01T00:00:01+08:00");
  assert.equal(Date.parse(shanghaiRfc3339(timeMs)), timeMs - 999);
  fc.assert(fc.property(fc.integer({ min: 0, max: 253_402_000_000 }), (seconds) => {
    assert.equal(parseShanghai(shanghaiText(seconds * 1_000)), BigInt(seconds) * 1_000n);
  }));
});

Deno.test("parseShanghai() takes no other writing and no time that there is not", () => {
  const wrong = [
    ...["", "2026-01-01", "2026-01-01T00:00:00", "2026-01-01 00:00:00Z", "2026-01-01 00:00"],
    ...["2026-02-31 00:00:00", "2026-13-01 00:00:00", "2026-01-01 25:00:00", "20260101000000"],
  ];
  for (const text of wrong) assert.equal(parseShanghai(text), undefined, text);
});
