import fc from "fast-check";
import assert from "node:assert/strict";
import { Refusal } from "../../shared/errors.ts";
import {
  askPauseMs,
  isPaymentId,
  leftFen,
  narrowCreatePayment,
  narrowListPayments,
  newPaymentId,
  refundPauseMs,
  surplusFen,
} from "./payment.ts";

const orderId = "0".repeat(28);

function pointers(call: () => unknown): string[] {
  try {
    call();
  } catch (error) {
    assert.ok(error instanceof Refusal);
    return error.violations.map(({ pointer }) => pointer);
  }
  return [];
}

function wish(more: Partial<Parameters<typeof narrowCreatePayment>[0]> = {}) {
  return {
    $typeName: "pay.v1.CreatePaymentRequest",
    orderId,
    platform: 9,
    returnUrl: "",
    idempotencyKey: "k",
    ...more,
  } as const;
}

Deno.test("narrowCreatePayment() takes what makes sense", () => {
  const returnUrl = "https://shop.example/orders";
  assert.deepEqual(narrowCreatePayment(wish({ returnUrl })), {
    orderId,
    platform: 9,
    returnUrl,
    key: "k",
  });
});

Deno.test("narrowCreatePayment() names each wrong field", () => {
  const cases: [Parameters<typeof wish>[0], string[]][] = [
    [{ orderId: "" }, ["/order_id"]],
    [{ orderId: "1" }, ["/order_id"]],
    [{ orderId: `${orderId}'; --` }, ["/order_id"]],
    [{ platform: 0 }, ["/platform"]],
    [{ platform: 7 as 9 }, ["/platform"]],
    [{ returnUrl: "javascript:alert(1)" }, ["/return_url"]],
    [{ returnUrl: "/orders" }, ["/return_url"]],
    [{ returnUrl: `https://a/${"b".repeat(500)}` }, ["/return_url"]],
    [{ returnUrl: "https://a/\ud800" }, ["/return_url"]],
    [{ idempotencyKey: "" }, ["/idempotency_key"]],
    [{ idempotencyKey: "a b" }, ["/idempotency_key"]],
    [{ idempotencyKey: "k".repeat(256) }, ["/idempotency_key"]],
    [{ orderId: "", platform: 0, returnUrl: "x", idempotencyKey: "" }, [
      "/order_id",
      "/platform",
      "/return_url",
      "/idempotency_key",
    ]],
  ];
  for (const [more, expected] of cases) {
    assert.deepEqual(pointers(() => narrowCreatePayment(wish(more))), expected);
  }
});

Deno.test("narrowListPayments() names each wrong field", () => {
  const query = { orderId: "", cursor: 0n, lastId: "", ps: 0 };
  assert.deepEqual(narrowListPayments(query), { orderId: "", after: undefined, ps: 20 });
  const wrong = { ...query, orderId: "x", lastId: "y" };
  assert.deepEqual(pointers(() => narrowListPayments(wrong)), ["/order_id", "/last_id"]);
});

Deno.test("newPaymentId() sorts by time and is a payment's id", () => {
  const times = fc.date({
    min: new Date("2000-01-01T00:00:00Z"),
    max: new Date("2100-01-01T00:00:00Z"),
    noInvalidDate: true,
  });
  const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
  fc.assert(fc.property(times, times, random, random, (one, other, left, right) => {
    const first = newPaymentId(one.getTime(), () => left);
    const second = newPaymentId(other.getTime(), () => right);
    assert.ok(isPaymentId(first) && first.length === 28);
    if (one < other) assert.ok(first < second);
  }));
});

Deno.test("surplusFen() is what was taken beyond what was asked, in the same money", () => {
  const cases: [bigint, bigint, string, bigint][] = [
    [1_000n, 1_000n, "CNY", 0n],
    [1_000n, 1_001n, "CNY", 1n],
    [1_000n, 999n, "CNY", 0n],
    [1_000n, 0n, "CNY", 0n],
    [1_000n, 5_000n, "USD", 0n],
  ];
  for (const [amountFen, capturedFen, currency, expected] of cases) {
    const surplus = surplusFen({ amountFen, currency: "CNY" }, { capturedFen, currency });
    assert.equal(surplus, expected);
  }
});

Deno.test("surplusFen() leaves what the order costs, whatever was taken", () => {
  const fen = fc.bigInt({ min: 1n, max: 10n ** 12n });
  fc.assert(fc.property(fen, fen, (amountFen, capturedFen) => {
    const money = { currency: "CNY", amountFen, capturedFen };
    const refundingFen = surplusFen(money, money);
    const left = leftFen({ capturedFen, refundedFen: 0n, refundingFen });
    assert.equal(left, capturedFen < amountFen ? capturedFen : amountFen);
  }));
});

Deno.test("leftFen() never allows more back than was taken, in whatever order", () => {
  const fen = fc.bigInt({ min: 1n, max: 1_000n });
  // Each wish asks for so much, and then its refund succeeds, fails or stays on its way.
  const wishes = fc.array(fc.tuple(fen, fc.constantFrom("succeeds", "fails", "waits")));
  fc.assert(fc.property(fen, wishes, (capturedFen, all) => {
    let [refundedFen, refundingFen] = [0n, 0n];
    for (const [amountFen, end] of all) {
      if (amountFen > leftFen({ capturedFen, refundedFen, refundingFen })) continue;
      if (end === "succeeds") refundedFen += amountFen;
      if (end === "waits") refundingFen += amountFen;
      assert.ok(refundedFen + refundingFen <= capturedFen);
    }
  }));
});

Deno.test("askPauseMs() and refundPauseMs() grow, up to half an hour and ten minutes", () => {
  assert.deepEqual([0, 1, 2, 7, 8, 1e9].map(askPauseMs), [
    10_000,
    20_000,
    40_000,
    1_280_000,
    1_800_000,
    1_800_000,
  ]);
  assert.deepEqual([0, 1, 10, 11, 1e9].map(refundPauseMs), [500, 1_000, 512_000, 600_000, 600_000]);
});
