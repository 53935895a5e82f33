import assert from "node:assert/strict";
import fc from "fast-check";
import { comparePositions, type Cursor, type Position } from "../../../shared/paging.ts";
import type { Sql } from "../../../shared/postgres/pool.ts";
import { plansOf } from "../../../tests/support/plans.ts";
import {
  insertCategories,
  insertProducts,
  type ProductRow,
} from "../../../tests/support/product_rows.ts";
import { createServiceDatabase } from "../../../tests/support/service_database.ts";
import { productSorts, type SortName } from "../product_sort.ts";
import { createListStore, type ListStore } from "./lists.ts";

const sorts = Object.keys(productSorts) as SortName[];

/** A tree of three levels, so that a list is merged from several categories. */
async function insertTree(sql: Sql): Promise<void> {
  await insertCategories(sql, [
    { id: 1n },
    { id: 2n, parentId: 1n },
    { id: 3n, parentId: 2n },
    { id: 4n },
  ]);
}

/** Few different values, so that there are many ties. */
const row = fc.record({
  categoryId: fc.constantFrom(1n, 2n, 3n, 4n),
  status: fc.constantFrom(1, 1, 1, 2, 3),
  priceFen: fc.bigInt(0n, 3n),
  sales: fc.bigInt(0n, 2n),
  rating: fc.integer({ min: 0, max: 5 }),
  createMs: fc.integer({ min: 1, max: 4 }),
});
const catalogue = fc.array(row, { minLength: 1, maxLength: 60 }).map((rows) => {
  return rows.map(({ rating, ...rest }, index): ProductRow => ({
    id: BigInt(index + 1),
    ...rest,
    ratingSum: BigInt(rating),
    ratingCount: rating === 0 ? 0n : 1n,
  }));
});

function valueOf(product: ProductRow, sort: SortName): bigint {
  switch (sort) {
    case "new":
      return BigInt(product.createMs ?? 0);
    case "sales":
      return product.sales ?? 0n;
    case "rating":
      return (product.ratingSum ?? 0n) * 100n;
    default:
      return product.priceFen ?? 0n;
  }
}

function expected(rows: readonly ProductRow[], sort: SortName): Position<bigint>[] {
  return rows
    .filter(({ status, categoryId }) => status === 1 && categoryId !== 4n)
    .map((product) => ({ id: product.id, value: valueOf(product, sort) }))
    .sort((a, b) => comparePositions(a, b, productSorts[sort].direction));
}

async function walk(
  read: (after: Cursor<bigint> | undefined) => Promise<readonly Position<bigint>[]>,
): Promise<Position<bigint>[]> {
  const seen: Position<bigint>[] = [];
  for (let pages = 0; pages < 100; pages++) {
    const last = seen.at(-1);
    const page = await read(last && { value: last.value, lastId: last.id });
    seen.push(...page);
    if (page.length === 0) return seen;
  }
  throw new Error("the walk does not end");
}

Deno.test("listProducts() gives each product of a subtree once, in order, by every sort", async () => {
  await using database = await createServiceDatabase("product");
  const { sql } = database;
  await insertTree(sql);
  const store = createListStore(sql);
  const categoryIds = [1n, 2n, 3n];
  await fc.assert(
    fc.asyncProperty(catalogue, fc.integer({ min: 1, max: 7 }), async (rows, limit) => {
      await sql`DELETE FROM product`;
      await insertProducts(sql, rows);
      for (const sort of sorts) {
        const seen = await walk((after) => store.listProducts({ categoryIds, sort }, after, limit));
        assert.deepEqual([sort, seen], [sort, expected(rows, sort)]);
      }
    }),
    { numRuns: 25 },
  );
});

Deno.test("listProducts() of the whole catalogue is that of all categories together", async () => {
  await using database = await createServiceDatabase("product");
  const { sql } = database;
  await insertTree(sql);
  const store = createListStore(sql);
  await insertProducts(sql, fc.sample(catalogue, { numRuns: 1, seed: 7 })[0] ?? []);
  for (const sort of sorts) {
    const all = await store.listProducts({ categoryIds: "all", sort }, undefined, 1_000);
    const merged = await store.listProducts(
      { categoryIds: [1n, 2n, 3n, 4n], sort },
      undefined,
      1_000,
    );
    assert.deepEqual([sort, all], [sort, merged]);
  }
});

Deno.test("listRecommended() has what is recommended and on sale, newest first", async () => {
  await using database = await createServiceDatabase("product");
  const { sql } = database;
  await insertProducts(sql, [
    { id: 1n, recommendMs: 5 },
    { id: 2n },
    { id: 3n, recommendMs: 9 },
    { id: 4n, recommendMs: 5 },
    { id: 5n, recommendMs: 7, status: 2 },
  ]);
  const store = createListStore(sql);
  assert.deepEqual(await walk((after) => store.listRecommended(after, 1)), [
    { id: 3n, value: 9n },
    { id: 4n, value: 5n },
    { id: 1n, value: 5n },
  ]);
});

Deno.test("listProducts() takes any cursor", async () => {
  await using database = await createServiceDatabase("product");
  await insertProducts(database.sql, [{ id: 1n }]);
  const store = createListStore(database.sql);
  const filter = { categoryIds: [1n] };
  for (const value of [-(2n ** 63n), -1n, 0n, 2n ** 40n, 2n ** 62n, 2n ** 63n - 1n]) {
    for (const sort of sorts) {
      const found = await store.listProducts({ ...filter, sort }, { value, lastId: 1n }, 2);
      assert.ok(found.length <= 1);
    }
  }
});

Deno.test("placementOf() tells where a product stands, whatever its status", async () => {
  await using database = await createServiceDatabase("product");
  const { sql } = database;
  await insertTree(sql);
  await insertProducts(sql, [
    { id: 1n, categoryId: 3n, status: 2, createMs: 7, sales: 4n, ratingSum: 9n, ratingCount: 2n },
  ]);
  const store = createListStore(sql);
  assert.deepEqual(await store.placementOf(1n), {
    id: 1n,
    version: 1n,
    onSale: false,
    categoryPath: [3n, 2n, 1n],
    treeEdition: 4n,
    createTime: 7n,
    sales: 4n,
    priceFen: 1_999n,
    ratingHundredths: 450,
    recommendTime: undefined,
  });
  assert.equal(await store.placementOf(2n), undefined);
});

Deno.test("every list is read from its index, without sorting what it does not show", async () => {
  await using database = await createServiceDatabase("product");
  const { sql } = database;
  await insertTree(sql);
  await insertMany(sql, 20_000);
  /** The index of each sort, and a value from the middle of its list. */
  const indexes: Record<SortName, readonly [name: string, middle: bigint]> = {
    new: ["by_new", 10_000n],
    sales: ["by_sales", 250n],
    price_asc: ["by_price", 500n],
    price_desc: ["by_price", 500n],
    rating: ["by_rating", 250n],
  };
  const plans = async (call: (store: ListStore) => Promise<unknown>) => {
    return (await plansOf(database.url, (it) => call(createListStore(it)))).join("\n");
  };
  const walk = "Index( Only)? Scan( Backward)? using";
  for (const sort of sorts) {
    const [index, middle] = indexes[sort];
    for (const cursor of [undefined, { value: middle, lastId: 500n }]) {
      const ofTree = await plans((store) => {
        return store.listProducts({ categoryIds: [1n, 2n, 3n], sort }, cursor, 21);
      });
      assert.match(ofTree, new RegExp(`${walk} product_${index}`));
      const ofAll = await plans((store) => {
        return store.listProducts({ categoryIds: "all", sort }, cursor, 21);
      });
      assert.match(ofAll, new RegExp(`${walk} product_all_${index}`));
      assert.doesNotMatch(`${ofTree}\n${ofAll}`, /Seq Scan|Bitmap/);
    }
  }
  const feed = await plans((store) => store.listRecommended({ value: 10_000n }, 21));
  assert.match(feed, /using product_recommended/);
});

/** Many rows quickly, spread over the categories 1 to 4. */
async function insertMany(sql: Sql, count: number): Promise<void> {
  await sql`
    INSERT INTO product (category_id, name, price_fen, stock, sales, rating_sum, rating_count,
                         create_time, recommend_time)
    SELECT 1 + n % 4, 'product ' || n, n % 1000, 1, n % 500, 100 + n % 400, 100,
           to_timestamp(n / 1000.0), CASE WHEN n % 10 = 0 THEN to_timestamp(n / 1000.0) END
    FROM generate_series(1, ${count}::int) AS n`;
  await sql`VACUUM ANALYZE product`;
}
