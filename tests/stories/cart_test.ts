/** A guest fills a cart, logs in, orders out of it; what was ordered leaves it by an event. */
import assert from "node:assert/strict";
import { productStatus } from "../../services/product/product.ts";
import { createProductStore } from "../../services/product/store.ts";
import { booksAgree } from "../support/audit.ts";
import { eventually } from "../support/eventually.ts";
import { startMall } from "../support/mall.ts";
import { insertProducts } from "../support/product_rows.ts";

const guestId = "a-guest-of-the-story-0001";

/** The JSON of a cart, typed as far as the story looks at it. */
interface Cart {
  readonly products: readonly {
    readonly product_id: number;
    readonly count: number;
    readonly off_shelf: boolean;
  }[];
  readonly total: number;
}

Deno.test("the cart", async (t) => {
  await using mall = await startMall();
  const { sql, bff } = mall;
  const person = await mall.tokens.headers(123n);
  const guest = { "x-guest-id": guestId };

  async function ask<T>(
    method: string,
    path: string,
    headers: Record<string, string>,
    body?: object,
  ): Promise<[status: number, json: T]> {
    const response = await fetch(`${bff.url}${path}`, {
      method,
      headers: { ...headers, ...(body ? { "content-type": "application/json" } : {}) },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    const text = await response.text();
    return [response.status, text === "" ? undefined : JSON.parse(text)];
  }
  async function counts(headers: Record<string, string>): Promise<Record<string, number>> {
    const [status, { products }] = await ask<Cart>("GET", "/v1/cart/list", headers);
    assert.equal(status, 200);
    return Object.fromEntries(products.map(({ product_id, count }) => [product_id, count]));
  }

  await insertProducts(sql.product, [
    { id: 1n, priceFen: 1_000n, stock: 50n },
    { id: 2n, priceFen: 250n, stock: 50n },
    { id: 3n, priceFen: 70n, status: 2 },
    { id: 4n, priceFen: 99n, stock: 50n },
  ]);
  await sql.user`
    INSERT INTO users (id, username, username_key, password_hash) VALUES (123, 'a', 'a', '')`;
  await sql.user`
    INSERT INTO address (id, user_id, name, phone, province, city, detail)
    VALUES (1, 123, 'n', '13800138000', 'p', 'c', 'd')`;

  await t.step("a guest fills one without an account", async () => {
    for (const [product_id, quantity] of [[1, 2], [2, 3], [4, 1]]) {
      const [status] = await ask("POST", "/v1/cart/item", guest, { product_id, quantity });
      assert.equal(status, 200);
    }
    const off = await ask<{ reason: string }>("POST", "/v1/cart/item", guest, {
      product_id: 3,
      quantity: 1,
    });
    assert.deepEqual([off[0], off[1].reason], [409, "PRODUCT_OFF_SHELF"]);
    assert.deepEqual(await counts(guest), { 1: 2, 2: 3, 4: 1 });
    assert.deepEqual(await counts(person), {});
  });

  await t.step("which goes into the account's own after logging in, once", async () => {
    await ask("POST", "/v1/cart/item", person, { product_id: 1, quantity: 1 });
    for (let times = 0; times < 2; times++) {
      const [status] = await ask("POST", "/v1/cart/merge", person, { guest_id: guestId });
      assert.equal(status, 200);
      assert.deepEqual([await counts(person), await counts(guest)], [{ 1: 3, 2: 3, 4: 1 }, {}]);
    }
    await eventually("cart.merged is published", async () => {
      const [row] = await sql.cart`
        SELECT count(*) FROM outbox WHERE subject = 'cart.merged' AND published_at IS NOT NULL`;
      return row?.count === 1n;
    });
  });

  await t.step("tells what has left the shelf since", async () => {
    await ask("PATCH", "/v1/cart/item/4", person, { checked: false });
    await createProductStore(sql.product).setStatus(4n, productStatus.offShelf);
    const cart = await eventually("the cart tells of the shelf", async () => {
      const [, cart] = await ask<Cart>("GET", "/v1/cart/list", person);
      return cart.products.some((one) => one.off_shelf) ? cart : undefined;
    });
    const off = cart.products.filter((one) => one.off_shelf).map((one) => one.product_id);
    assert.deepEqual([off, cart.total], [[4], 37.5]);
  });

  await t.step("is emptied of what was ordered, and of nothing else", async () => {
    const headers = { ...person, "idempotency-key": "story-cart-1" };
    const order = { address_id: 1, from_cart: true };
    const [status] = await ask("POST", "/v1/order", headers, order);
    assert.equal(status, 201);
    await eventually("the ordered lines are gone", async () => {
      return Object.keys(await counts(person)).length === 1;
    });
    assert.deepEqual(await counts(person), { 4: 1 });
    // Nothing is checked any more.
    const again = { ...person, "idempotency-key": "story-cart-2" };
    const [conflict, { reason }] = await ask<{ reason: string }>("POST", "/v1/order", again, order);
    assert.deepEqual([conflict, reason], [409, "CART_EMPTY"]);
  });

  await t.step("stays as it is after an order that was not out of it", async () => {
    const put = (id: number) =>
      ask("POST", "/v1/cart/item", person, { product_id: id, quantity: 2 });
    const order = async (key: string, body: object) => {
      const headers = { ...person, "idempotency-key": key };
      const [status] = await ask("POST", "/v1/order", headers, { address_id: 1, ...body });
      assert.equal(status, 201);
    };
    await put(2);
    await ask("PATCH", "/v1/cart/item/2", person, { checked: false });
    await order("story-cart-3", { items: [{ product_id: 2, quantity: 1 }] });
    // What is consumed after it tells that it was.
    await put(1);
    await order("story-cart-4", { from_cart: true });
    await eventually("the ordered line is gone", async () => {
      return !Object.hasOwn(await counts(person), "1");
    });
    assert.deepEqual(await counts(person), { 2: 2, 4: 1 });
  });

  await t.step("leaves the books as they must be", () => booksAgree(mall));

  await t.step("never tells a guest's id", () => {
    assert.deepEqual(mall.logLines.filter((line) => line.includes(guestId)), []);
    assert.deepEqual(mall.logLines.filter((line) => line.includes('"level":"error"')), []);
  });
});
