import assert from "node:assert/strict";
import fc from "fast-check";
import { newPaymentId } from "../../payment.ts";
import { hasFen, sessionEnd } from "./stripe_states.ts";

const minuteMs = 60_000;
const nowMs = Date.UTC(2026, 10, 26, 1, 55, 50, 123);
const paymentId = newPaymentId(nowMs, Math.random);

Deno.test("sessionEnd() is the payment's end where Stripe can hold it", () => {
  const table: readonly [minutes: number, sessionMinutes: number][] = [
    [120, 120],
    [36, 36],
    [30, 35],
    [1, 35],
    [-10, 35],
    [1_434, 1_434],
    [1_436, 1_435],
    [100_000, 1_435],
  ];
  for (const [minutes, sessionMinutes] of table) {
    const end = sessionEnd(paymentId, BigInt(nowMs + minutes * minuteMs), nowMs);
    assert.equal(end, Math.floor((nowMs + sessionMinutes * minuteMs) / 1_000), `${minutes}`);
  }
});

Deno.test("sessionEnd() is the same in a repetition, and what Stripe takes for minutes", () => {
  fc.assert(fc.property(
    fc.integer({ min: -1_000, max: 100_000 }),
    fc.integer({ min: 0, max: 4 * minuteMs }),
    (minutes, laterMs) => {
      const expireTime = BigInt(nowMs + minutes * minuteMs);
      const end = sessionEnd(paymentId, expireTime, nowMs + laterMs);
      assert.equal(end, sessionEnd(paymentId, expireTime, nowMs));
      const leftMs = end * 1_000 - (nowMs + laterMs);
      assert.ok(leftMs >= 30 * minuteMs && leftMs <= 1_440 * minuteMs);
    },
  ));
});

Deno.test("sessionEnd() reckons from now for an id that tells no time", () => {
  const end = Math.floor((nowMs + 35 * minuteMs) / 1_000);
  for (const id of ["", "42", "0".repeat(28), "9".repeat(28), `${paymentId}1`]) {
    assert.equal(sessionEnd(id, 0n, nowMs), end, id);
  }
});

Deno.test("hasFen() tells currencies of two decimals", () => {
  for (const currency of ["CNY", "EUR", "USD", "HKD"]) assert.equal(hasFen(currency), true);
  for (const currency of ["JPY", "KRW", "KWD", "", "cny", "CN", "CNYY"]) {
    assert.equal(hasFen(currency), false, currency);
  }
});
