import assert from "node:assert/strict";
import { anchorOf } from "./anchor.ts";
import { demoData } from "./demo_data.ts";

const { cart, product, user } = demoData(anchorOf(new Date(Date.UTC(2026, 5, 1))));
const products = new Map(product.product.map((row) => [row.id, row]));

Deno.test("the demo user has a cart of eight lines, some of them unchecked", () => {
  assert.deepEqual(cart.cart.map((row) => [row.id, row.user_id]), [[1n, 123n]]);
  assert.deepEqual(
    cart.cart_item.map(({ cart_id, checked }) => [cart_id, checked]),
    [true, true, false, true, true, false, false, true].map((checked) => [1n, checked]),
  );
  assert.equal(new Set(cart.cart_item.map((row) => row.product_id)).size, 8);
});

Deno.test("one line of the demo cart is off the shelf, one short of stock, one cheaper now", () => {
  const told = cart.cart_item.flatMap((line, index) => {
    const now = products.get(line.product_id);
    assert.ok(now && now.status < 3);
    return [
      ...(now.status === 2 ? [[index, "off the shelf"]] : []),
      ...(now.status === 1 && now.stock < line.quantity ? [[index, "short"]] : []),
      ...(line.added_price_fen > now.price_fen ? [[index, "cheaper"]] : []),
      ...(line.added_price_fen < now.price_fen ? [[index, "dearer"]] : []),
    ];
  });
  assert.deepEqual(told, [[1, "cheaper"], [6, "short"], [7, "off the shelf"]]);
});

Deno.test("what is in the demo cart was put in by somebody who was there, and was on sale", () => {
  const owner = user.users.find((row) => row.id === 123n);
  const tooEarly = cart.cart_item.filter(({ added_time, product_id }) => {
    const since = products.get(product_id)?.create_time;
    return !owner || !since || added_time <= owner.create_time || added_time <= since;
  });
  assert.deepEqual(tooEarly, []);
  const limits = cart.cart_item.filter(({ quantity }) => quantity < 1 || quantity > 999);
  assert.deepEqual(limits, []);
});
