import type { Client } from "@connectrpc/connect";
import assert from "node:assert/strict";
import { CartInternalService } from "../../proto/gen/cart/v1/cart_internal_service_pb.ts";
import type { CartItem } from "../../proto/gen/cart/v1/cart_pb.ts";
import { CartService } from "../../proto/gen/cart/v1/cart_service_pb.ts";
import { as, asService } from "../../shared/rpc/testing/principals.ts";
import { startCartBench } from "../../tests/support/cart_bench.ts";
import { refusal } from "../../tests/support/user_bench.ts";
import { itemsMax } from "./cart_item.ts";

const guestId = "guest-0123456789_ABCDE";
const otherGuestId = "another-guest-0123456789";

/** Every rpc of a cart, with a request that could do something. */
function calls(cart: Client<typeof CartService>) {
  return {
    listCartItems: cart.listCartItems,
    addCartItem: (name: object, options?: object) => {
      return cart.addCartItem({ ...name, productId: 1n, quantity: 1 }, options);
    },
    updateCartItem: (name: object, options?: object) => {
      return cart.updateCartItem({ ...name, productId: 1n, quantity: 1 }, options);
    },
    deleteCartItem: (name: object, options?: object) => {
      return cart.deleteCartItem({ ...name, productId: 1n }, options);
    },
    checkCartItems: (name: object, options?: object) => {
      return cart.checkCartItems({ ...name, all: true }, options);
    },
    clearCart: cart.clearCart,
  };
}

Deno.test("CartService", async (t) => {
  await using bench = await startCartBench();
  const { shelf, store } = bench;
  const cart = bench.client(CartService);
  shelf.products.set(1n, { priceFen: 1_999n });
  shelf.products.set(2n, { priceFen: 500n });
  shelf.products.set(3n, { priceFen: 300n, offShelf: true });
  const quantities = async (name: object, options?: object) => {
    const { items } = await cart.listCartItems(name, options);
    return items.map(({ productId, quantity }) => [productId, quantity]);
  };

  await t.step("each rpc wants a token or a guest's id, and not both", async () => {
    const cases: [name: object, options: object | undefined, expected: string[]][] = [
      [{}, undefined, ["UNAUTHENTICATED"]],
      [{ userId: 7n }, undefined, ["UNAUTHENTICATED"]],
      [{ userId: 7n, guestId }, undefined, ["UNAUTHENTICATED"]],
      [{ userId: 8n }, as(7n), ["NOT_YOUR_ACCOUNT"]],
      [{ userId: 8n }, as(7n, "admin"), ["NOT_YOUR_ACCOUNT"]],
      [{}, asService(), ["NOT_A_PERSON"]],
      [{ guestId }, as(7n), ["INVALID_ARGUMENT", "/guest_id"]],
      [{ guestId: "x".repeat(21) }, undefined, ["INVALID_ARGUMENT", "/guest_id"]],
      [{ guestId: "x".repeat(65) }, undefined, ["INVALID_ARGUMENT", "/guest_id"]],
      [{ guestId: `${guestId} ` }, undefined, ["INVALID_ARGUMENT", "/guest_id"]],
      [{ guestId: `${guestId}é` }, undefined, ["INVALID_ARGUMENT", "/guest_id"]],
      [{ guestId: `${guestId}\n` }, undefined, ["INVALID_ARGUMENT", "/guest_id"]],
    ];
    for (const [name, options, expected] of cases) {
      for (const [rpc, call] of Object.entries(calls(cart))) {
        assert.deepEqual([rpc, await refusal(call(name, options))], [rpc, expected]);
      }
    }
    assert.equal(shelf.asked, 0);
  });

  await t.step("a person and each guest have a cart of their own", async () => {
    await cart.addCartItem({ productId: 1n, quantity: 2 }, as(7n));
    await cart.addCartItem({ guestId, productId: 1n, quantity: 3 });
    await cart.addCartItem({ guestId: otherGuestId, productId: 2n, quantity: 4 });
    assert.deepEqual([
      await quantities({ userId: 7n }, as(7n)),
      await quantities({}, as(8n)),
      await quantities({ guestId }),
      await quantities({ guestId: otherGuestId }),
    ], [[[1n, 2]], [], [[1n, 3]], [[2n, 4]]]);
    for (const clear of [{ guestId }, { guestId: otherGuestId }]) await cart.clearCart(clear);
    assert.deepEqual([await quantities({}, as(7n)), await quantities({ guestId })], [
      [[1n, 2]],
      [],
    ]);
  });

  await t.step("a guest's id is nowhere in the database", async () => {
    await cart.addCartItem({ guestId, productId: 1n, quantity: 1 });
    const rows = await bench.sql`SELECT cart::text AS row FROM cart WHERE guest_hash IS NOT NULL`;
    assert.ok(rows.length > 0);
    const hex = new TextEncoder().encode(guestId).toHex();
    assert.deepEqual(rows.filter(({ row }) => row.includes(guestId) || row.includes(hex)), []);
  });

  await t.step("AddCartItem says what is wrong, in the cheapest order", async () => {
    const asked = shelf.asked;
    const cases: [bigint, number, string[]][] = [
      [1n, 0, ["INVALID_ARGUMENT", "/quantity"]],
      [1n, -1, ["INVALID_ARGUMENT", "/quantity"]],
      [1n, 1_000, ["INVALID_ARGUMENT", "/quantity"]],
      [0n, 1, ["INVALID_ARGUMENT", "/product_id"]],
      [-1n, 0, ["INVALID_ARGUMENT", "/product_id", "/quantity"]],
    ];
    for (const [productId, quantity, expected] of cases) {
      assert.deepEqual(await refusal(cart.addCartItem({ productId, quantity }, as(7n))), expected);
    }
    assert.equal(shelf.asked, asked);
    const states: [bigint, number, string[]][] = [
      [99n, 1, ["PRODUCT_NOT_FOUND"]],
      [3n, 1, ["PRODUCT_OFF_SHELF"]],
      [1n, 998, ["QUANTITY_TOO_HIGH", "/quantity"]],
    ];
    for (const [productId, quantity, expected] of states) {
      assert.deepEqual(await refusal(cart.addCartItem({ productId, quantity }, as(7n))), expected);
    }
    assert.deepEqual(await quantities({}, as(7n)), [[1n, 2]]);
  });

  await t.step("the price is the product's own, at each change of the number", async () => {
    const prices: bigint[] = [];
    const note = ({ item }: { item?: CartItem | undefined }) => {
      prices.push(item?.addedPriceFen ?? 0n);
    };
    note(await cart.addCartItem({ productId: 2n, quantity: 1 }, as(9n)));
    shelf.products.set(2n, { priceFen: 600n });
    note(await cart.updateCartItem({ productId: 2n, checked: false }, as(9n)));
    note(await cart.updateCartItem({ productId: 2n, quantity: 5 }, as(9n)));
    shelf.products.set(2n, { priceFen: 700n, offShelf: true });
    note(await cart.updateCartItem({ productId: 2n, quantity: 4 }, as(9n)));
    shelf.products.delete(2n);
    note(await cart.updateCartItem({ productId: 2n, quantity: 3 }, as(9n)));
    assert.deepEqual(prices, [500n, 500n, 600n, 700n, 700n]);
    assert.deepEqual(await quantities({}, as(9n)), [[2n, 3]]);
    shelf.products.set(2n, { priceFen: 500n });
  });

  await t.step("UpdateCartItem changes what is in the cart, and nothing else", async () => {
    const cases: [object, string[]][] = [
      [{ productId: 2n, quantity: 1 }, ["CART_ITEM_NOT_FOUND"]],
      [{ productId: 2n, checked: true }, ["CART_ITEM_NOT_FOUND"]],
      [{ productId: 99n, quantity: 1 }, ["CART_ITEM_NOT_FOUND"]],
      [{ productId: 1n, quantity: 0 }, ["INVALID_ARGUMENT", "/quantity"]],
      [{ productId: 1n, quantity: 1_000 }, ["INVALID_ARGUMENT", "/quantity"]],
      [{ productId: 1n }, ["INVALID_ARGUMENT", "/quantity"]],
      [{ productId: 0n, quantity: 1 }, ["INVALID_ARGUMENT", "/product_id"]],
    ];
    for (const [request, expected] of cases) {
      assert.deepEqual(await refusal(cart.updateCartItem(request, as(7n))), expected);
    }
    const { item } = await cart.updateCartItem(
      { productId: 1n, quantity: 9, checked: false },
      as(7n),
    );
    assert.deepEqual([item?.quantity, item?.checked], [9, false]);
  });

  await t.step("CheckCartItems marks some or all in one step", async () => {
    await cart.addCartItem({ productId: 2n, quantity: 1 }, as(7n));
    const marks = async (request: object) => {
      const { items } = await cart.checkCartItems(request, as(7n));
      return items.map(({ productId, checked }) => [productId, checked]);
    };
    assert.deepEqual(await marks({ productIds: [1n, 50n], checked: true }), [[2n, true], [
      1n,
      true,
    ]]);
    assert.deepEqual(await marks({ all: true }), [[2n, false], [1n, false]]);
    assert.deepEqual(await marks({ productIds: [2n], checked: true }), [[2n, true], [1n, false]]);
    const many = Array.from({ length: 201 }, (_, n) => BigInt(n + 1));
    assert.deepEqual(await refusal(cart.checkCartItems({ productIds: many }, as(7n))), [
      "INVALID_ARGUMENT",
      "/product_ids",
    ]);
  });

  await t.step("CartInternalService tells services what the next order takes", async () => {
    const internal = bench.client(CartInternalService);
    const { items } = await internal.listCheckedItems({ userId: 7n }, asService("order"));
    assert.deepEqual(items.map(({ productId, quantity }) => [productId, quantity]), [[2n, 1]]);
    const none = await internal.listCheckedItems({ userId: 404n }, asService("order"));
    assert.deepEqual(none.items, []);
    assert.deepEqual(await refusal(internal.listCheckedItems({ userId: 7n }, as(7n))), [
      "SERVICES_ONLY",
    ]);
  });

  await t.step("DeleteCartItem may be repeated", async () => {
    for (let times = 0; times < 2; times++) {
      await cart.deleteCartItem({ productId: 1n }, as(7n));
      assert.deepEqual(await quantities({}, as(7n)), [[2n, 1]]);
    }
  });

  await t.step("two hundred products are enough, however many come at once", async () => {
    const ids = Array.from({ length: 30 }, (_, n) => BigInt(10_000 + n));
    ids.forEach((id) => shelf.products.set(id, { priceFen: 1n }));
    for (let n = 1; n <= itemsMax - 10; n++) {
      await store.add({ kind: "user", userId: 20n }, { productId: BigInt(n), quantity: 1 }, 1n);
    }
    const settled = await Promise.all(ids.map((productId) => {
      return cart.addCartItem({ productId, quantity: 1 }, as(20n)).then(
        () => "added",
        async (error) => (await refusal(Promise.reject(error)))[0],
      );
    }));
    const counts = Map.groupBy(settled, (one) => one);
    assert.deepEqual(
      [counts.get("added")?.length, counts.get("CART_FULL")?.length],
      [10, 20],
    );
    assert.equal((await cart.listCartItems({}, as(20n))).items.length, itemsMax);
  });

  await t.step("MergeGuestCart needs a token and a guest's id", async () => {
    const cases: [object, object | undefined, string[]][] = [
      [{ guestId }, undefined, ["UNAUTHENTICATED"]],
      [{ guestId }, asService(), ["NOT_A_PERSON"]],
      [{ userId: 8n, guestId }, as(7n), ["NOT_YOUR_ACCOUNT"]],
      [{}, as(7n), ["INVALID_ARGUMENT", "/guest_id"]],
      [{ guestId: "short" }, as(7n), ["INVALID_ARGUMENT", "/guest_id"]],
    ];
    for (const [request, options, expected] of cases) {
      assert.deepEqual(await refusal(cart.mergeGuestCart(request, options)), expected);
    }
  });

  await t.step("MergeGuestCart moves a guest's cart over, and again changes nothing", async () => {
    await cart.clearCart({ guestId });
    await cart.addCartItem({ guestId, productId: 1n, quantity: 4 });
    await cart.addCartItem({ guestId, productId: 2n, quantity: 4 });
    const merged = await cart.mergeGuestCart({ userId: 7n, guestId }, as(7n));
    assert.deepEqual(
      new Map(merged.items.map(({ productId, quantity }) => [productId, quantity])),
      new Map([[2n, 5], [1n, 4]]),
    );
    assert.deepEqual(merged.droppedProductIds, []);
    assert.deepEqual(await cart.mergeGuestCart({ guestId }, as(7n)), merged);
    assert.deepEqual(await cart.mergeGuestCart({ guestId: "x".repeat(64) }, as(7n)), merged);
    assert.deepEqual(await quantities({ guestId }), []);
  });

  await t.step("what needs a price is Unavailable while the product service is away", async () => {
    shelf.away = true;
    const add = cart.addCartItem({ productId: 1n, quantity: 1 }, as(7n));
    assert.deepEqual(await refusal(add), ["PRODUCT_UNAVAILABLE"]);
    const set = cart.updateCartItem({ productId: 1n, quantity: 1 }, as(7n));
    assert.deepEqual(await refusal(set), ["PRODUCT_UNAVAILABLE"]);
    await cart.updateCartItem({ productId: 1n, checked: false }, as(7n));
    const { items } = await cart.listCartItems({}, as(7n));
    assert.equal(items.find(({ productId }) => productId === 1n)?.checked, false);
    await cart.clearCart({}, as(7n));
    assert.deepEqual(await quantities({}, as(7n)), []);
  });
});
