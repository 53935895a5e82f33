import { Code } from "@connectrpc/connect";
import assert from "node:assert/strict";
import { Refusal } from "../../../shared/errors.ts";
import { constraintOf } from "../../../shared/postgres/errors.ts";
import type { Sql } from "../../../shared/postgres/pool.ts";
import { plansOf } from "../../../tests/support/plans.ts";
import { createServiceDatabase } from "../../../tests/support/service_database.ts";
import { insertUsers } from "../../../tests/support/user_rows.ts";
import { type AddressDraft, addressesMax } from "../address.ts";
import { createAddressStore } from "./addresses.ts";

function draft(change: Partial<AddressDraft> = {}): AddressDraft {
  return {
    name: "苏小满",
    phone: "13800138000",
    province: "浙江省",
    city: "杭州市",
    district: "",
    detail: "文三路 1 号",
    postCode: "",
    isDefault: false,
    ...change,
  };
}

/** Addresses that were changed at chosen times; answers their ids. */
async function insertAddresses(
  sql: Sql,
  userId: bigint,
  times: readonly number[],
): Promise<bigint[]> {
  const rows = times.map((ms) => {
    const { postCode: _code, isDefault: _default, ...texts } = draft();
    return { ...texts, user_id: userId, update_time: new Date(ms) };
  });
  const inserted = await sql<{ id: bigint }[]>`INSERT INTO address ${sql(rows)} RETURNING id`;
  return inserted.map(({ id }) => id);
}

function times<T>(count: number, make: (n: number) => T): T[] {
  return Array.from({ length: count }, (_, n) => make(n));
}

Deno.test("AddressStore", async (t) => {
  await using database = await createServiceDatabase("user");
  const { sql } = database;
  const store = createAddressStore(sql);
  await insertUsers(sql, times(9, (n) => ({ id: BigInt(n + 1) })));
  const book = async (userId: bigint) => {
    return (await store.list(userId)).map(({ id, isDefault }) => ({ id, isDefault }));
  };
  const defaults = async (userId: bigint) => {
    return (await book(userId)).filter(({ isDefault }) => isDefault).length;
  };

  await t.step("create() keeps all of the address, find() and list() give it back", async () => {
    const wanted = draft({ district: "西湖区", postCode: "310012" });
    const made = await store.create(1n, wanted);
    const { id, createTime, updateTime, ...kept } = made;
    assert.deepEqual(kept, { ...wanted, userId: 1n, isDefault: true });
    assert.deepEqual(updateTime, createTime);
    const found = [await store.find(1n, id), await store.find(1n, 0n), ...await store.list(1n)];
    assert.deepEqual(found, [made, made, made]);
    assert.deepEqual([await store.find(2n, id), await store.find(2n, 0n)], [undefined, undefined]);
  });

  await t.step("list() puts the default first, then what changed last", async () => {
    const [a = 0n, b = 0n, c = 0n, d = 0n] = await insertAddresses(sql, 2n, [30, 10, 20, 20]);
    await sql`UPDATE address SET is_default = true WHERE id = ${b}`;
    assert.deepEqual((await book(2n)).map(({ id }) => id), [b, a, d, c]);
  });

  await t.step("update() replaces everything but the time of the adding", async () => {
    const [before] = await store.list(1n);
    assert.ok(before);
    const wanted = draft({ name: "another", city: "上海市", detail: "人民路 2 号" });
    const { updateTime, ...after } = await store.update(1n, before.id, wanted) ?? {};
    const { id, userId, createTime } = before;
    assert.deepEqual(after, { ...wanted, id, userId, createTime });
    assert.ok(updateTime !== undefined && updateTime >= before.updateTime);
    assert.equal(await defaults(1n), 0);
  });

  await t.step("update() and remove() leave alone what is another's or gone", async () => {
    const [mine] = await store.list(1n);
    assert.ok(mine);
    assert.equal(await store.update(2n, mine.id, draft({ isDefault: true })), undefined);
    assert.equal(await defaults(2n), 1);
    await store.remove(2n, mine.id);
    assert.deepEqual(await store.list(1n), [mine]);
    await store.remove(1n, mine.id);
    await store.remove(1n, mine.id);
    assert.deepEqual(
      [await store.list(1n), await store.update(1n, mine.id, draft())],
      [[], undefined],
    );
    const rows = await sql`SELECT id, deleted FROM address WHERE user_id = 1`;
    assert.deepEqual(rows.map((row) => ({ ...row })), [{ id: mine.id, deleted: true }]);
  });

  await t.step("remove() of the default leaves none, until one is chosen", async () => {
    const first = await store.create(3n, draft());
    const second = await store.create(3n, draft());
    await store.remove(3n, first.id);
    assert.deepEqual(await book(3n), [{ id: second.id, isDefault: false }]);
    assert.equal(await store.find(3n, 0n), undefined);
    await store.update(3n, second.id, draft({ isDefault: true }));
    assert.equal((await store.find(3n, 0n))?.id, second.id);
    await store.remove(3n, second.id);
    assert.equal((await store.create(3n, draft())).isDefault, true);
  });

  await t.step("the database itself takes one default a book, whoever writes", async () => {
    const second = sql`UPDATE address SET is_default = true WHERE user_id = 2`;
    await assert.rejects(Promise.resolve(second), (error) => {
      return constraintOf(error)?.name === "address_default";
    });
  });

  await t.step("twenty that are added as the default at once leave one", async () => {
    const added = await Promise.all(times(20, () => store.create(4n, draft({ isDefault: true }))));
    assert.equal(new Set(added.map(({ id }) => id)).size, 20);
    assert.deepEqual([(await book(4n)).length, await defaults(4n)], [20, 1]);
  });

  await t.step("defaults that are set, added and deleted at once refuse nobody", async () => {
    const ids = await insertAddresses(sql, 5n, times(12, (n) => n));
    await Promise.all(ids.flatMap((id, n) => [
      store.update(5n, id, draft({ isDefault: true })),
      store.create(5n, draft({ isDefault: n % 2 === 0 })),
      n % 3 === 0 ? store.remove(5n, id) : store.update(5n, id, draft()),
    ]));
    assert.equal((await book(5n)).length, 12 + 12 - 4);
    assert.ok(await defaults(5n) <= 1);
  });

  await t.step("sixty at once fill a book with fifty, and a place that is free again", async () => {
    const settled = await Promise.allSettled(times(60, () => store.create(6n, draft())));
    const refused = settled.flatMap((one) => one.status === "rejected" ? [one.reason] : []);
    assert.deepEqual(
      refused.map((error) => error instanceof Refusal && [error.code, error.reason]),
      times(10, () => [Code.ResourceExhausted, "TOO_MANY_ADDRESSES"]),
    );
    const [first] = await store.list(6n);
    await store.remove(6n, first?.id ?? 0n);
    await store.create(6n, draft());
    assert.equal((await store.list(6n)).length, addressesMax);
  });

  await t.step("a book is read by its own index", async () => {
    await sql`
      INSERT INTO address (user_id, name, phone, province, city, detail)
      SELECT 7 + n % 3, 'n', '13800138000', 'p', 'c', 'd' FROM generate_series(1, 120) AS n`;
    await sql`
      INSERT INTO users (id, username, username_key, password_hash)
      SELECT 1000 + n, 'u' || n, 'u' || n, '' FROM generate_series(1, 2000) AS n`;
    await sql`
      INSERT INTO address (user_id, name, phone, province, city, detail)
      SELECT 1000 + n, 'n', '13800138000', 'p', 'c', 'd' FROM generate_series(1, 2000) AS n`;
    await sql`ANALYZE address`;
    const plans = await plansOf(database.url, async (one) => {
      const planned = createAddressStore(one);
      await planned.list(7n);
      await planned.find(7n, 0n);
    });
    assert.deepEqual(plans.map((plan) => /\baddress_(by_user|default)\b/.exec(plan)?.[0]), [
      "address_by_user",
      "address_default",
    ]);
  });
});
