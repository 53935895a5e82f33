import assert from "node:assert/strict";
import fc from "fast-check";
import { type CartItem, itemsMax } from "./cart_item.ts";
import { planMerge } from "./merge.ts";

function item(productId: number, more: Partial<CartItem> = {}): CartItem {
  return {
    productId: BigInt(productId),
    quantity: 1,
    checked: true,
    addedPriceFen: 100n,
    addedTime: 50n,
    updateTime: 50n,
    ...more,
  };
}

/** Carts of products 1 to 300, last added first. */
const someCart = fc.uniqueArray(
  fc.record({
    productId: fc.integer({ min: 1, max: 300 }),
    quantity: fc.integer({ min: 1, max: 999 }),
    checked: fc.boolean(),
  }),
  { selector: ({ productId }) => productId, maxLength: itemsMax, size: "max" },
).map((lines) => lines.map(({ productId, ...more }) => item(productId, more)));

Deno.test("planMerge() adds pieces up, to 999 at most", () => {
  const own = [item(1, { quantity: 2 }), item(2, { quantity: 600 })];
  const guest = [item(2, { quantity: 400 }), item(1, { quantity: 3 })];
  assert.deepEqual(planMerge(own, guest), {
    raised: [item(2, { quantity: 999 }), item(1, { quantity: 5 })],
    moved: [],
    droppedProductIds: [],
  });
});

Deno.test("planMerge() keeps what the owner saw last, and when it was put in first", () => {
  const own = item(1, { checked: false, addedTime: 10n, updateTime: 60n });
  const older = item(1, { addedPriceFen: 90n, addedTime: 5n, updateTime: 59n });
  const newer = item(1, { addedPriceFen: 90n, updateTime: 61n });
  const raised = { ...own, quantity: 2, checked: true };
  assert.deepEqual(
    [planMerge([own], [older]).raised, planMerge([own], [newer]).raised],
    [[raised], [{ ...raised, addedPriceFen: 90n }]],
  );
  const unchecked = item(1, { checked: false });
  assert.equal(planMerge([own], [unchecked]).raised[0]?.checked, false);
});

Deno.test("planMerge() fills up to 200 with what the guest added last", () => {
  const own = Array.from({ length: 198 }, (_, n) => item(n + 1));
  const guest = [item(500), item(198), item(501), item(502), item(503)];
  assert.deepEqual(planMerge(own, guest), {
    raised: [item(198, { quantity: 2 })],
    moved: [item(500), item(501)],
    droppedProductIds: [502n, 503n],
  });
});

Deno.test("planMerge() moves a guest's cart into an empty one as it is", () => {
  const guest = [item(3, { checked: false, quantity: 7 }), item(1)];
  assert.deepEqual(planMerge([], guest), { raised: [], moved: guest, droppedProductIds: [] });
});

Deno.test("planMerge() loses and invents no piece, and keeps to the limit", () => {
  fc.assert(fc.property(someCart, someCart, (own, guest) => {
    const { raised, moved, droppedProductIds } = planMerge(own, guest);
    const after = new Map([...own, ...raised, ...moved].map((one) => [one.productId, one]));
    const quantityIn = (cart: readonly CartItem[], id: bigint) => {
      return cart.find(({ productId }) => productId === id)?.quantity ?? 0;
    };
    const dropped = new Set(droppedProductIds);
    const wanted = new Map(
      [...own, ...guest].filter(({ productId }) => !dropped.has(productId)).map((
        { productId: id },
      ) => [id, Math.min(999, quantityIn(own, id) + quantityIn(guest, id))]),
    );
    assert.deepEqual(new Map([...after].map(([id, { quantity }]) => [id, quantity])), wanted);
    assert.ok(after.size <= itemsMax);
    assert.ok(dropped.size === 0 || after.size === itemsMax);
    assert.ok(own.every(({ productId }) => !dropped.has(productId)));
  }));
});
