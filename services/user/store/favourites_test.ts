import { Code } from "@connectrpc/connect";
import assert from "node:assert/strict";
import fc from "fast-check";
import { Refusal } from "../../../shared/errors.ts";
import { type Cursor, cutPage } from "../../../shared/paging.ts";
import { constraintOf } from "../../../shared/postgres/errors.ts";
import type { Sql } from "../../../shared/postgres/pool.ts";
import { plansOf } from "../../../tests/support/plans.ts";
import { createServiceDatabase } from "../../../tests/support/service_database.ts";
import { insertUsers } from "../../../tests/support/user_rows.ts";
import { createFavouriteStore, type Favourite, favouritesMax } from "./favourites.ts";

/** Favourites of products 1, 2, … that were added at chosen times, in Unix milliseconds. */
async function insertFavourites(sql: Sql, userId: bigint, times: readonly number[]): Promise<void> {
  if (times.length === 0) return;
  const rows = times.map((ms, n) => {
    return { user_id: userId, product_id: BigInt(n + 1), create_time: new Date(ms) };
  });
  await sql`INSERT INTO favourite ${sql(rows)}`;
}

/** A list with so many favourites that none of them is among `favouritesMax + 1` and up. */
async function fill(sql: Sql, userId: bigint, count: number): Promise<void> {
  await sql`
    INSERT INTO favourite (user_id, product_id)
    SELECT ${userId}, n FROM generate_series(1, ${count}::int) AS n`;
}

Deno.test("FavouriteStore", async (t) => {
  await using database = await createServiceDatabase("user");
  const { sql } = database;
  const store = createFavouriteStore(sql);
  await insertUsers(sql, [1n, 2n, 3n, 4n, 5n].map((id) => ({ id })));

  await t.step("create() adds once and keeps the first time", async () => {
    const added = await store.create(1n, 7n);
    await sql`UPDATE favourite SET create_time = '2020-01-01Z' WHERE user_id = 1`;
    const first = { productId: 7n, createTime: BigInt(Date.parse("2020-01-01Z")) };
    assert.deepEqual([added.productId, await store.create(1n, 7n)], [7n, first]);
    assert.deepEqual([await store.find(1n, 7n), await store.list(1n, undefined, 9)], [
      first,
      [first],
    ]);
    assert.deepEqual([await store.find(2n, 7n), await store.list(2n, undefined, 9)], [
      undefined,
      [],
    ]);
  });

  await t.step("remove() takes out the own one, and nothing twice", async () => {
    await store.create(1n, 8n);
    await store.create(2n, 8n);
    await store.remove(1n, 8n);
    await store.remove(1n, 8n);
    assert.deepEqual(
      [await store.find(1n, 8n), (await store.find(2n, 8n))?.productId],
      [undefined, 8n],
    );
  });

  await t.step("the database itself takes only products that can exist", async () => {
    await assert.rejects(store.create(1n, 0n), (error) => {
      return constraintOf(error)?.name === "favourite_product_id_check";
    });
  });

  await t.step("thirty at once stop at a thousand", async () => {
    const free = 7;
    await fill(sql, 3n, favouritesMax - free);
    const settled = await Promise.allSettled(Array.from({ length: 30 }, (_, n) => {
      return store.create(3n, BigInt(favouritesMax + 1 + n));
    }));
    const refused = settled.flatMap((one) => one.status === "rejected" ? [one.reason] : []);
    assert.deepEqual(
      refused.map((error) => error instanceof Refusal && [error.code, error.reason]),
      Array.from({ length: 30 - free }, () => [Code.ResourceExhausted, "TOO_MANY_FAVOURITES"]),
    );
    assert.equal((await store.create(3n, 1n)).productId, 1n);
    await store.remove(3n, 1n);
    await store.create(3n, 5_000n);
    const [row] = await sql`SELECT count(*) FROM favourite WHERE user_id = 3`;
    assert.deepEqual({ ...row }, { count: BigInt(favouritesMax) });
  });

  await t.step("create() of one product twenty times at once makes one row", async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => store.create(1n, 9n)));
    assert.deepEqual(answers, answers.map(() => answers[0]));
    assert.deepEqual(await store.list(1n, undefined, 1), answers.slice(0, 1));
  });

  await t.step("list() walks through all, last added first, whatever the times", async () => {
    const someTimes = fc.array(fc.integer({ min: 1, max: 6 }), { maxLength: 24 });
    const property = fc.asyncProperty(someTimes, fc.integer({ min: 1, max: 7 }), async (at, ps) => {
      await sql`DELETE FROM favourite WHERE user_id = 4`;
      await insertFavourites(sql, 4n, at);
      const expected = at.map((ms, n): Favourite => {
        return { productId: BigInt(n + 1), createTime: BigInt(ms) };
      }).sort((a, b) => Number(b.createTime - a.createTime || b.productId - a.productId));
      assert.deepEqual(await walk(4n, ps, at.length + 1), expected);
    });
    await fc.assert(property, { numRuns: 20 });
  });

  async function walk(userId: bigint, ps: number, pagesMax: number): Promise<Favourite[]> {
    const seen: Favourite[] = [];
    let after: Cursor<bigint> | undefined;
    for (let pages = 0; pages < pagesMax; pages++) {
      const found = await store.list(userId, after, ps + 1);
      const page = cutPage(found, ps, ({ createTime: value, productId: id }) => ({ value, id }));
      seen.push(...page.items);
      if (page.isEnd || page.last === undefined) return seen;
      after = { value: page.last.value, lastId: page.last.id };
    }
    throw new Error(`no end after ${pagesMax} pages`);
  }

  await t.step("list() reads a page by the index alone, without sorting", async () => {
    await fill(sql, 5n, favouritesMax);
    await sql`VACUUM ANALYZE favourite`;
    const plans = await plansOf(database.url, async (one) => {
      const planned = createFavouriteStore(one);
      await planned.list(5n, undefined, 21);
      await planned.list(5n, { value: BigInt(Date.now()), lastId: 500n }, 21);
    });
    assert.equal(plans.length, 2);
    for (const plan of plans) {
      assert.match(plan, /^Limit\n\s+->\s+Index Only Scan using favourite_by_user/);
    }
  });
});
