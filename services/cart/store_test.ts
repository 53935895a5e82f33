import { fromBinary } from "@bufbuild/protobuf";
import assert from "node:assert/strict";
import fc from "fast-check";
import { CartMergedSchema } from "../../proto/gen/cart/v1/cart_event_pb.ts";
import { Refusal } from "../../shared/errors.ts";
import { createLogger } from "../../shared/log.ts";
import { constraintOf } from "../../shared/postgres/errors.ts";
import { openPostgres, type Sql } from "../../shared/postgres/pool.ts";
import { createTestDatabase } from "../../tests/support/database.ts";
import { createServiceDatabase } from "../../tests/support/service_database.ts";
import { type CartItem, itemsMax, quantityMax } from "./cart_item.ts";
import type { CartOwner } from "./cart_owner.ts";
import { createCartStore } from "./store.ts";

const traceparent = "00-0123456789abcdef0123456789abcdef-0123456789abcdef-01";

function user(userId: bigint): CartOwner {
  return { kind: "user", userId };
}

/** The hash of the n-th guest. */
function hash(n: number): Uint8Array {
  return new Uint8Array(32).fill(n);
}

function guest(n: number): CartOwner {
  return { kind: "guest", guestHash: hash(n) };
}

/** What matters of lines, in the order of the cart. */
function short(items: readonly CartItem[]): [bigint, number, boolean, bigint][] {
  return items.map(({ productId, quantity, checked, addedPriceFen }) => {
    return [productId, quantity, checked, addedPriceFen];
  });
}

/** What became of calls that ran at once: how many did well, and why the others were refused. */
async function outcomes(calls: readonly Promise<unknown>[]): Promise<[number, string[]]> {
  const settled = await Promise.allSettled(calls);
  const refused = settled.flatMap((one) => one.status === "rejected" ? [one.reason] : []);
  const reasons = refused.map((error) => error instanceof Refusal ? error.reason : String(error));
  return [settled.length - refused.length, reasons];
}

/** A cart of products 1 to `count`, the last one added last. */
async function fill(sql: Sql, userId: bigint, count: number): Promise<void> {
  await sql`
    WITH made AS (INSERT INTO cart (user_id) VALUES (${userId}) RETURNING id)
    INSERT INTO cart_item (cart_id, product_id, quantity, added_price_fen, added_time)
    SELECT made.id, n, 1, 100, to_timestamp(1000 + n)
    FROM made, generate_series(1, ${count}::int) AS n`;
}

Deno.test("CartStore", async (t) => {
  await using database = await createServiceDatabase("cart");
  const { sql } = database;
  const store = createCartStore(sql);
  const add = (owner: CartOwner, productId: bigint, quantity = 1, priceFen = 100n) => {
    return store.add(owner, { productId, quantity }, priceFen);
  };
  const sums = async (owner: CartOwner) => {
    return (await store.list(owner)).map(({ productId, quantity }) => [productId, quantity]);
  };

  await t.step("add() adds pieces up, checked, at the price of now", async () => {
    const first = await add(user(1n), 7n, 2, 100n);
    await store.update(user(1n), { productId: 7n, quantity: undefined, checked: false }, undefined);
    const second = await add(user(1n), 7n, 3, 150n);
    assert.deepEqual(second, {
      productId: 7n,
      quantity: 5,
      checked: true,
      addedPriceFen: 150n,
      addedTime: first.addedTime,
      updateTime: second.updateTime,
    });
    assert.ok(second.updateTime >= first.updateTime);
    assert.deepEqual(await store.list(user(1n)), [second]);
    assert.deepEqual(await store.list(user(2n)), []);
  });

  await t.step("list() is last added first, whatever changed later", async () => {
    await fill(sql, 3n, 3);
    await add(user(3n), 9n);
    await add(user(3n), 1n);
    assert.deepEqual(await sums(user(3n)), [[9n, 1], [3n, 1], [2n, 1], [1n, 2]]);
  });

  await t.step("listChecked() has what the next order takes, by product", async () => {
    await store.check(user(3n), { productIds: [3n, 77n], checked: false });
    const checked = (await store.listChecked(3n)).map(({ productId }) => productId);
    assert.deepEqual([checked, await store.listChecked(99n)], [[1n, 2n, 9n], []]);
  });

  await t.step("update() changes what is told, and only in the own cart", async () => {
    await add(user(4n), 1n, 5, 100n);
    const change = { productId: 1n, quantity: 2, checked: undefined };
    const changed = await store.update(user(4n), change, 120n);
    assert.deepEqual(changed && short([changed]), [[1n, 2, true, 120n]]);
    // The price is unknown when the product is gone.
    const kept = await store.update(
      user(4n),
      { ...change, quantity: 3, checked: false },
      undefined,
    );
    assert.deepEqual(kept && short([kept]), [[1n, 3, false, 120n]]);
    for (const [owner, productId] of [[user(4n), 2n], [user(404n), 1n], [guest(4), 1n]] as const) {
      assert.equal(await store.update(owner, { ...change, productId }, 1n), undefined);
    }
    assert.deepEqual(short(await store.list(user(4n))), [[1n, 3, false, 120n]]);
  });

  await t.step("check() marks some or all, and touches no other line", async () => {
    await fill(sql, 5n, 4);
    const before = new Map((await store.list(user(5n))).map((one) => [one.productId, one]));
    const some = await store.check(user(5n), { productIds: [1n, 3n, 99n], checked: false });
    assert.deepEqual(some.map(({ productId, checked }) => [productId, checked]), [
      [4n, true],
      [3n, false],
      [2n, true],
      [1n, false],
    ]);
    assert.deepEqual(some.filter(({ checked }) => checked), [before.get(4n), before.get(2n)]);
    const all = await store.check(user(5n), { productIds: undefined, checked: true });
    assert.deepEqual(all.map(({ checked }) => checked), [true, true, true, true]);
    assert.deepEqual(await store.check(user(404n), { productIds: undefined, checked: true }), []);
  });

  await t.step("remove() and clear() take out the own lines, and may be repeated", async () => {
    await add(guest(5), 1n);
    await store.remove(user(5n), 1n);
    await store.remove(user(5n), 1n);
    await store.remove(user(404n), 1n);
    assert.deepEqual(await sums(user(5n)), [[4n, 1], [3n, 1], [2n, 1]]);
    await store.clear(user(5n));
    await store.clear(user(5n));
    await store.clear(user(404n));
    assert.deepEqual([await sums(user(5n)), await sums(guest(5))], [[], [[1n, 1]]]);
  });

  await t.step("thirty products at once stop at two hundred", async () => {
    await fill(sql, 6n, 190);
    const calls = Array.from({ length: 30 }, (_, n) => add(user(6n), BigInt(1_000 + n)));
    assert.deepEqual(await outcomes(calls), [10, Array(20).fill("CART_FULL")]);
    assert.equal((await store.list(user(6n))).length, itemsMax);
    assert.equal((await add(user(6n), 1n)).quantity, 2);
    await store.remove(user(6n), 1n);
    await add(user(6n), 5_000n);
    assert.deepEqual(await outcomes([add(user(6n), 5_001n)]), [0, ["CART_FULL"]]);
  });

  await t.step("pieces of one product that come at once add up, and stop at 999", async () => {
    const calls = Array.from({ length: 30 }, () => add(user(7n), 1n, 50));
    assert.deepEqual(await outcomes(calls), [19, Array(11).fill("QUANTITY_TOO_HIGH")]);
    assert.deepEqual(await sums(user(7n)), [[1n, 950]]);
    assert.equal((await add(user(7n), 1n, 49)).quantity, quantityMax);
  });

  await t.step("twenty first adds of one guest make one cart", async () => {
    await Promise.all(Array.from({ length: 20 }, (_, n) => add(guest(7), BigInt(n % 4 + 1), 2)));
    const quantities = (await store.list(guest(7))).map(({ quantity }) => quantity);
    const [row] = await sql`SELECT count(*) FROM cart WHERE guest_hash = ${hash(7)}`;
    assert.deepEqual([quantities, row?.count], [[10, 10, 10, 10], 1n]);
  });

  await t.step("the database itself keeps to the limits of a line and a cart", async () => {
    const broken = async (work: Promise<unknown>) => {
      return constraintOf(await work.then(() => undefined, (error) => error))?.name;
    };
    const insert = (quantity: number, productId = 1n) => {
      return sql`
        INSERT INTO cart_item (cart_id, product_id, quantity, added_price_fen)
        SELECT id, ${productId}, ${quantity}, 1 FROM cart WHERE user_id = 404`;
    };
    await sql`INSERT INTO cart (user_id) VALUES (404)`;
    assert.deepEqual([
      await broken(insert(0)),
      await broken(insert(1_000)),
      await broken(insert(1, 0n)),
      await broken(insert(1)),
      await broken(insert(1)),
      await broken(sql`INSERT INTO cart (user_id) VALUES (0)`),
      await broken(sql`INSERT INTO cart (user_id) VALUES (404)`),
      await broken(sql`INSERT INTO cart DEFAULT VALUES`),
      await broken(sql`INSERT INTO cart (user_id, guest_hash) VALUES (405, ${hash(9)})`),
      await broken(sql`INSERT INTO cart (guest_hash) VALUES (${new Uint8Array(31)})`),
    ], [
      "cart_item_quantity_check",
      "cart_item_quantity_check",
      "cart_item_product_id_check",
      undefined,
      "cart_item_pkey",
      "cart_user_id_check",
      "cart_user_id_key",
      "cart_owner",
      "cart_owner",
      "cart_guest_hash_check",
    ]);
  });

  await t.step("a guest's cart goes when nobody used it for thirty days", async () => {
    await sql`UPDATE cart SET use_time = now() - interval '40 days'`;
    for (const n of [101, 102, 103, 104]) await add(guest(n), 1n);
    const age = (n: number, days: number) => {
      return sql`
        UPDATE cart SET use_time = now() - ${days} * interval '1 day'
        WHERE guest_hash = ${hash(n)}`;
    };
    await age(101, 29);
    await age(102, 31);
    await age(103, 31);
    await age(104, 50);
    // Who only looks uses it, too.
    await store.list(guest(103));
    const [users] = await sql`SELECT count(*) FROM cart WHERE user_id IS NOT NULL`;
    const swept = [await store.sweepGuests(2), await store.sweepGuests(100)];
    const left = await Promise.all([5, 7, 101, 102, 103, 104].map(async (n) => {
      return [n, (await store.list(guest(n))).length];
    }));
    assert.deepEqual([swept, left], [[2, 2], [[5, 0], [7, 0], [101, 1], [102, 0], [103, 1], [
      104,
      0,
    ]]]);
    const [kept] = await sql`SELECT count(*) FROM cart WHERE user_id IS NOT NULL`;
    assert.deepEqual(kept, users);
    const [orphans] = await sql`
      SELECT count(*) FROM cart_item WHERE cart_id NOT IN (SELECT id FROM cart)`;
    assert.equal(orphans?.count, 0n);
  });

  await t.step("a look is noted once a day", async () => {
    const noted = async () => {
      await store.list(guest(101));
      const [cart] = await sql`SELECT use_time FROM cart WHERE guest_hash = ${hash(101)}`;
      return cart?.use_time.getTime();
    };
    assert.equal(await noted(), await noted());
  });

  await t.step("the sweep leaves a cart alone that somebody has in hand", async () => {
    await add(guest(105), 1n);
    await sql`UPDATE cart SET use_time = now() - interval '60 days' WHERE guest_hash = ${
      hash(105)
    }`;
    await sql.begin(async (tx) => {
      await tx`SELECT 1 FROM cart WHERE guest_hash = ${hash(105)} FOR UPDATE`;
      assert.equal(await store.sweepGuests(100), 0);
    });
    await add(guest(105), 2n);
    assert.deepEqual([await store.sweepGuests(100), await sums(guest(105))], [0, [[2n, 1], [
      1n,
      1,
    ]]]);
  });
});

Deno.test("CartStore.merge()", async (t) => {
  await using database = await createServiceDatabase("cart");
  const { sql } = database;
  const store = createCartStore(sql);
  const add = (owner: CartOwner, productId: bigint, quantity = 1, priceFen = 100n) => {
    return store.add(owner, { productId, quantity }, priceFen);
  };
  const merge = (userId: bigint, n: number) => {
    return store.merge({ userId, guestHash: hash(n), traceparent });
  };
  const quantities = async (owner: CartOwner) => {
    const items = await store.list(owner);
    return Object.fromEntries(items.map(({ productId, quantity }) => [`${productId}`, quantity]));
  };
  const merged = async () => {
    const rows = await sql<{ payload: Uint8Array; traceparent: string }[]>`
      SELECT payload, traceparent FROM outbox WHERE subject = 'cart.merged' ORDER BY id`;
    return rows.map((row) => {
      const { userId, items } = fromBinary(CartMergedSchema, row.payload);
      return [userId, items, row.traceparent];
    });
  };

  await t.step("moves lines as they are, adds up, and tells of it once", async () => {
    await add(user(1n), 1n, 2);
    await add(user(1n), 2n, 900);
    await add(user(1n), 4n);
    await store.check(user(1n), { productIds: [4n], checked: false });
    const moved = await add(guest(1), 3n, 4, 77n);
    await add(guest(1), 2n, 100, 120n);
    await add(guest(1), 4n);
    await store.check(guest(1), { productIds: [3n, 4n], checked: false });
    const { items, droppedProductIds } = await merge(1n, 1);
    assert.deepEqual([droppedProductIds, new Set(short(items).map(String))], [
      [],
      new Set(["1,2,true,100", "2,999,true,120", "3,4,false,77", "4,2,false,100"]),
    ]);
    assert.equal(items.find(({ productId }) => productId === 3n)?.addedTime, moved.addedTime);
    assert.deepEqual(await store.list(user(1n)), items);
    assert.deepEqual(await store.list(guest(1)), []);
    assert.deepEqual(await merge(1n, 1), { items, droppedProductIds: [] });
    assert.deepEqual(await merged(), [[1n, 3, traceparent]]);
  });

  await t.step("changes nothing without a guest's cart, and makes none", async () => {
    assert.deepEqual(await merge(404n, 99), { items: [], droppedProductIds: [] });
    await add(guest(2), 1n);
    await store.clear(guest(2));
    assert.deepEqual(await merge(404n, 2), { items: [], droppedProductIds: [] });
    const [made] = await sql`SELECT count(*) FROM cart WHERE user_id = 404`;
    assert.deepEqual([made?.count, (await merged()).length], [0n, 1]);
  });

  await t.step("drops what finds no room, and says what", async () => {
    await fill(sql, 2n, 199);
    for (const productId of [500n, 501n, 199n]) await add(guest(3), productId);
    await sql`
      UPDATE cart_item SET added_time = to_timestamp(product_id::int)
      WHERE cart_id = (SELECT id FROM cart WHERE guest_hash = ${hash(3)})`;
    const { items, droppedProductIds } = await merge(2n, 3);
    const bySize = (productId: bigint) =>
      items.find((one) => one.productId === productId)?.quantity;
    assert.deepEqual(
      [droppedProductIds, items.length, bySize(501n), bySize(199n)],
      [[500n], 200, 1, 2],
    );
    assert.deepEqual([await store.list(guest(3)), (await merged()).at(-1)?.[1]], [[], 2]);
  });

  await t.step("one guest's cart twice at once goes over once", async () => {
    await add(user(5n), 1n, 10);
    await add(guest(5), 1n, 5);
    await add(guest(5), 2n, 5);
    const answers = await Promise.all(Array.from({ length: 8 }, () => merge(5n, 5)));
    assert.deepEqual(await quantities(user(5n)), { 1: 15, 2: 5 });
    assert.deepEqual(answers, answers.map(() => answers[0]));
  });

  await t.step("one guest's cart into several accounts at once goes into one of them", async () => {
    await add(guest(6), 1n, 5);
    const userIds = [61n, 62n, 63n, 64n, 65n];
    await Promise.all(userIds.map((userId) => merge(userId, 6)));
    const carts = await Promise.all(userIds.map((userId) => quantities(user(userId))));
    assert.deepEqual(carts.filter((cart) => Object.keys(cart).length > 0), [{ 1: 5 }]);
  });

  await t.step("carts of many guests into one at once add up", async () => {
    const guests = Array.from({ length: 12 }, (_, n) => 70 + n);
    await Promise.all(guests.flatMap((n) => [add(guest(n), 1n, 3), add(guest(n), BigInt(n))]));
    await Promise.all(guests.flatMap((n) => [merge(7n, n), add(user(7n), 1n, 2)]));
    const own = Object.fromEntries(guests.map((n) => [`${n}`, 1]));
    assert.deepEqual(await quantities(user(7n)), { 1: 60, ...own });
  });

  await t.step("what the guest adds meanwhile is in one of the two carts", async () => {
    for (let round = 0; round < 5; round++) {
      const n = 100 + round;
      const owner = user(BigInt(n));
      await add(guest(n), 1n);
      await Promise.all([
        ...Array.from({ length: 9 }, () => add(guest(n), 1n)),
        merge(BigInt(n), n),
        ...Array.from({ length: 5 }, () => add(guest(n), 1n)),
      ]);
      const [own, left] = [await quantities(owner), await quantities(guest(n))];
      assert.equal((own["1"] ?? 0) + (left["1"] ?? 0), 15);
      await merge(BigInt(n), n);
      assert.deepEqual(await quantities(owner), { 1: 15 });
    }
  });
});

Deno.test("0002_guests.sql keeps the lines of users' carts that were there", async () => {
  await using database = await createTestDatabase("cart_before_guests");
  const log = createLogger({ level: "error" });
  await using sql = openPostgres({ url: database.url, name: "test", log, poolMax: 1 });
  const apply = async (name: string) => {
    await sql.unsafe(await Deno.readTextFile(new URL(`./migrations/${name}`, import.meta.url)));
  };
  await apply("0001_init.sql");
  await sql`
    INSERT INTO cart_item (user_id, product_id, quantity, added_price_fen)
    VALUES (1, 7, 2, 100), (1, 8, 3, 100), (2, 7, 4, 100)`;
  await apply("0002_guests.sql");
  const store = createCartStore(sql);
  const carts = await Promise.all([1n, 2n, 3n].map((userId) => store.list(user(userId))));
  assert.deepEqual(carts.map(short), [
    [[8n, 3, true, 100n], [7n, 2, true, 100n]],
    [[7n, 4, true, 100n]],
    [],
  ]);
});

/** What one of some owners does to a cart. */
type Deed =
  | { readonly kind: "add"; readonly owner: number; readonly id: number; readonly quantity: number }
  | { readonly kind: "set"; readonly owner: number; readonly id: number; readonly quantity: number }
  | { readonly kind: "remove" | "check"; readonly owner: number; readonly id: number }
  | { readonly kind: "clear" | "merge"; readonly owner: number };

const someOwner = fc.integer({ min: 0, max: 2 });
const someId = fc.integer({ min: 1, max: 3 });
const someQuantity = fc.integer({ min: 1, max: 999 });
const someDeed: fc.Arbitrary<Deed> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constantFrom("add", "set"),
      owner: someOwner,
      id: someId,
      quantity: someQuantity,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constantFrom("remove", "check"),
      owner: someOwner,
      id: someId,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constantFrom("clear", "merge"), owner: someOwner }),
  },
);

type Model = Map<number, number>[];

/** What a deed does to quantities by product. The last of the carts is the guest's. */
function applyDeed(carts: Model, deed: Deed): void {
  const cart = carts[deed.owner] ?? new Map<number, number>();
  switch (deed.kind) {
    case "add": {
      const sum = (cart.get(deed.id) ?? 0) + deed.quantity;
      if (sum <= quantityMax) cart.set(deed.id, sum);
      return;
    }
    case "set":
      if (cart.has(deed.id)) cart.set(deed.id, deed.quantity);
      return;
    case "remove":
      cart.delete(deed.id);
      return;
    case "clear":
      cart.clear();
      return;
    case "merge": {
      const guestCart = carts.at(-1) ?? new Map<number, number>();
      if (guestCart === cart) return;
      for (const [id, quantity] of guestCart) {
        cart.set(id, Math.min(quantityMax, (cart.get(id) ?? 0) + quantity));
      }
      guestCart.clear();
    }
  }
}

Deno.test("CartStore does what the model does, whatever comes in whatever order", async () => {
  await using database = await createServiceDatabase("cart");
  const { sql } = database;
  const store = createCartStore(sql);
  const guestHash = hash(1);
  const owners: readonly CartOwner[] = [user(1n), user(2n), { kind: "guest", guestHash }];

  async function act(deed: Deed): Promise<void> {
    const owner = owners[deed.owner];
    if (owner === undefined) return;
    switch (deed.kind) {
      case "add": {
        const pieces = { productId: BigInt(deed.id), quantity: deed.quantity };
        await store.add(owner, pieces, 1n).catch((error) => assert.ok(error instanceof Refusal));
        return;
      }
      case "set": {
        const productId = BigInt(deed.id);
        await store.update(owner, { productId, quantity: deed.quantity, checked: undefined }, 1n);
        return;
      }
      case "remove":
        return await store.remove(owner, BigInt(deed.id));
      case "check":
        await store.check(owner, { productIds: [BigInt(deed.id)], checked: false });
        return;
      case "clear":
        return await store.clear(owner);
      case "merge":
        if (owner.kind === "user") {
          await store.merge({ userId: owner.userId, guestHash, traceparent });
        }
    }
  }

  const property = fc.asyncProperty(
    fc.array(someDeed, { maxLength: 25, size: "max" }),
    async (deeds) => {
      await sql`DELETE FROM cart`;
      const model: Model = owners.map(() => new Map());
      for (const deed of deeds) {
        await act(deed);
        applyDeed(model, deed);
      }
      const found = await Promise.all(owners.map(async (owner) => {
        const items = await store.list(owner);
        return new Map(items.map(({ productId, quantity }) => [Number(productId), quantity]));
      }));
      assert.deepEqual(found, model);
    },
  );
  await fc.assert(property, { numRuns: 40 });
});
