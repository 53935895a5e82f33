import assert from "node:assert/strict";
import { anchorOf, before, dayMs, hourMs } from "./anchor.ts";
import { demoData } from "./demo_data.ts";

const anchor = anchorOf(new Date(Date.UTC(2026, 5, 1)));
const { product: tables } = demoData(anchor);
const products = new Map(tables.product.map((row) => [row.id, row]));

function duplicates<T>(values: Iterable<T>): T[] {
  const seen = new Set<T>();
  return [...values].filter((value) => seen.has(value) || !seen.add(value));
}

function outside(value: number, min: number, max: number): boolean {
  return value < min || value > max;
}

Deno.test("categories are a tree of two levels, in Chinese and English", () => {
  const roots = tables.category.filter((row) => row.parent_id === null);
  const sizes = roots.map(({ id }) => tables.category.filter((row) => row.parent_id === id).length);
  assert.ok(roots.length >= 10);
  assert.deepEqual(sizes.filter((size) => outside(size, 3, 6)), []);
  const ids = new Set(roots.map(({ id }) => id));
  const lost = tables.category.filter(({ parent_id }) => parent_id !== null && !ids.has(parent_id));
  assert.deepEqual(lost, []);
  assert.deepEqual(duplicates(tables.category.map((row) => row.name)), []);
  for (const siblings of Map.groupBy(tables.category, (row) => row.parent_id).values()) {
    assert.deepEqual(siblings.map((row) => row.position), siblings.map((_, index) => index + 1));
  }
  assert.deepEqual(duplicates(tables.category.map((row) => row.id)), []);
  const chinese = roots.filter(({ name }) => /\p{Script=Han}/u.test(name)).length;
  assert.ok(chinese > 2 && roots.length - chinese > 2);
});

Deno.test("products are many, numbered from 1, each in a sub-category, within every limit", () => {
  const leaves = new Set(tables.category.filter((row) => row.parent_id).map((row) => row.id));
  assert.ok(tables.product.length >= 1_200);
  assert.deepEqual(
    tables.product.map((row) => row.id),
    tables.product.map((_, index) => BigInt(index + 1)),
  );
  assert.deepEqual(duplicates(tables.product.map((row) => row.name)), []);
  const wrong = tables.product.filter((row) =>
    !leaves.has(row.category_id) || outside(row.name.length, 1, 200) ||
    outside(row.subtitle.length, 1, 200) || outside(row.detail.length, 40, 4_000) ||
    row.price_fen < 200n || ![0n, 90n, 99n].includes(row.price_fen % 100n) || row.stock < 0n ||
    before(anchor, 730 * dayMs) > row.create_time
  );
  assert.deepEqual(wrong, []);
  assert.deepEqual(tables.product.filter((row) => /undefined|NaN|\|/.test(row.detail)), []);
});

Deno.test("products have 1 to 4 pictures of one thing, numbered", () => {
  for (const { id, images } of tables.product) {
    assert.ok(!outside(images.length, 1, 4));
    const thing = /^\/images\/product\/([a-z_]+(-[a-z]+)?)-/.exec(images[0] ?? "")?.[1];
    assert.deepEqual(images, images.map((_, n) => `/images/product/${thing}-${id}-${n + 1}.svg`));
  }
});

Deno.test("products are mostly on sale, a few off the shelf, fewer deleted", () => {
  const counts = [1, 2, 3].map((status) => {
    return tables.product.filter((row) => row.status === status).length / tables.product.length;
  });
  const [onSale = 0, off = 0, deleted = 0] = counts;
  assert.ok(onSale > 0.93 && off > 0.015 && off < 0.05 && deleted > 0.003 && deleted < 0.02);
});

Deno.test("300 products are in the feed: on sale, four at each moment", () => {
  const feed = tables.product.filter((row) => row.recommend_time !== null);
  const moments = Map.groupBy(feed, (row) => row.recommend_time?.getTime());
  assert.deepEqual([feed.length, new Set(feed.map((row) => row.status))], [300, new Set([1])]);
  assert.deepEqual(new Set([...moments.values()].map((rows) => rows.length)), new Set([4]));
  assert.deepEqual(feed.filter((row) => Number(row.recommend_time) < Number(row.create_time)), []);
});

Deno.test("sort values tie, as paging has to break ties", () => {
  for (const column of ["sales", "price_fen", "create_time", "rating_sum"] as const) {
    assert.ok(duplicates(tables.product.map((row) => Number(row[column]))).length > 300, column);
  }
  const moments = tables.comment.map((row) => `${row.product_id} ${row.create_time.getTime()}`);
  assert.ok(duplicates(moments).length > 20);
});

Deno.test("comments name products that existed, orders in form, and buyers", () => {
  const wrong = tables.comment.filter((row) => {
    const product = products.get(row.product_id);
    return product === undefined || product.create_time >= row.create_time ||
      !/^\d{24,32}$/.test(row.order_id) || outside(row.rating, 1, 5) ||
      outside(row.content.length, 1, 1_000) || /[{|}]/.test(row.content) ||
      row.user_id !== 123n && outside(Number(row.user_id), 1001, 1500) ||
      !row.order_id.endsWith(String(row.user_id).padStart(4, "0"));
  });
  assert.deepEqual(wrong, []);
  assert.ok(tables.comment.length >= 3_000);
  assert.deepEqual(
    duplicates(tables.comment.map((row) => `${row.order_id} ${row.product_id}`)),
    [],
  );
  assert.deepEqual(
    tables.comment.map((row) => row.id),
    tables.comment.map((_, index) => BigInt(index + 1)),
  );
});

Deno.test("comments are mostly glad, and one in seven has pictures", () => {
  const share = (rows: readonly unknown[]) => rows.length / tables.comment.length;
  const glad = share(tables.comment.filter((row) => row.rating >= 4));
  const pictured = tables.comment.filter((row) => row.images.length > 0);
  assert.ok(glad > 0.75 && glad < 0.9);
  assert.ok(share(pictured) > 0.12 && share(pictured) < 0.18);
  for (const { id, product_id, images } of pictured) {
    const bought = products.get(product_id)?.images[0] ?? "";
    const thing = /([a-z_]+(-[a-z]+)?)-\d+-1\.svg$/.exec(bought)?.[1];
    assert.deepEqual(images, images.map((_, n) => `/images/comment/${thing}-${id}-${n + 1}.svg`));
  }
});

Deno.test("ratings and sales of a product are not less than its comments say", () => {
  const rated = Map.groupBy(tables.comment, (row) => row.product_id);
  for (const row of tables.product) {
    const comments = rated.get(row.id) ?? [];
    const sum = comments.reduce((total, { rating }) => total + rating, 0);
    assert.deepEqual([row.rating_sum, row.rating_count], [BigInt(sum), BigInt(comments.length)]);
    assert.ok(row.sales >= row.rating_count);
  }
});

Deno.test("one flash sale runs and one comes, with 8 to 12 cheaper products each", () => {
  const times = tables.flash_sale.map(({ id, start_time, end_time }) => [id, start_time, end_time]);
  assert.deepEqual(times, [
    [1n, before(anchor, hourMs), before(anchor, -3 * dayMs)],
    [2n, before(anchor, -dayMs), before(anchor, -2 * dayMs)],
  ]);
  const sizes = [1n, 2n].map((id) => {
    return tables.flash_sale_product.filter((row) => row.flash_sale_id === id).length;
  });
  assert.deepEqual(sizes, [12, 10]);
  assert.deepEqual(duplicates(tables.flash_sale_product.map((row) => row.product_id)), []);
  const wrong = tables.flash_sale_product.filter((row) => {
    const product = products.get(row.product_id);
    if (product?.status !== 1 || product.stock < row.flash_stock) return true;
    const percent = Number(row.flash_price_fen * 100n / product.price_fen);
    return outside(percent, 40, 70) || outside(row.flash_stock, 50, 200) ||
      outside(row.per_user_max, 1, 2);
  });
  assert.deepEqual(wrong, []);
});

Deno.test("six banners stand in their order and lead to a page or to a category's list", () => {
  assert.deepEqual(
    tables.banner.map(({ id, position }) => [id, position]),
    [1, 2, 3, 4, 5, 6].map((n) => [BigInt(n), n]),
  );
  const categories = new Map(tables.category.map(({ id, name }) => [`${id}`, name]));
  const places = tables.banner.map(({ link }) => {
    const url = new URL(link, "http://mall.example");
    return categories.get(url.searchParams.get("category") ?? "") ?? url.pathname;
  });
  assert.deepEqual(places, [
    "/v1/flashsale",
    "Cookware",
    "茶叶",
    "Camping",
    "Books & Stationery",
    "/v1/recommend",
  ]);
});
