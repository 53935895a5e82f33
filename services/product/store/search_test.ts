import assert from "node:assert/strict";
import { insertProducts, type ProductRow } from "../../../tests/support/product_rows.ts";
import { plansOf } from "../../../tests/support/plans.ts";
import { createServiceDatabase } from "../../../tests/support/service_database.ts";
import { narrowSearch } from "../search_query.ts";
import { createProductSearch, type ProductSearch } from "../service/search.ts";
import { createSearchStore, type SearchStore } from "./search.ts";
import { create } from "@bufbuild/protobuf";
import { SearchProductsRequestSchema } from "../../../proto/gen/product/v1/product_service_pb.ts";
import { ProductSort } from "../../../proto/gen/product/v1/product_pb.ts";

/** Ids are in the order of the sales, the best last. */
const shop: readonly ProductRow[] = [
  { id: 1n, name: "Steel Kettle, 1.5 l", subtitle: "Boils water", detail: "Not a wok at all." },
  { id: 2n, name: "Carbon Steel Wok", subtitle: "For stir-frying", detail: "Pre-seasoned." },
  { id: 3n, name: "Cast-Iron Wok, 30cm", subtitle: "Heavy", detail: "Camping or at home." },
  { id: 4n, name: "Two-Person Tent", subtitle: "For campers", detail: "Waterproof." },
  { id: 5n, name: "轻盈 硅胶手机壳 黑色", subtitle: "防摔；不沾指纹", detail: "适合多种手机。" },
  { id: 6n, name: "朔桐 无线蓝牙耳机", subtitle: "降噪", detail: "配手机使用。" },
  { id: 7n, name: "铸铁炒锅 30cm", subtitle: "不粘", detail: "Wok 的中文名。" },
  { id: 8n, name: "Hidden Wok", status: 2 },
  { id: 9n, name: "Headphones & case <b>bold</b>", subtitle: "100% cotton", detail: "x" },
].map((row) => ({ subtitle: "", detail: "", ...row, sales: row.id * 10n }));

async function startSearch() {
  await using stack = new AsyncDisposableStack();
  const database = stack.use(await createServiceDatabase("product"));
  await insertProducts(database.sql, shop);
  const search = createProductSearch(createSearchStore(database.sql));
  const kept = stack.move();
  return { sql: database.sql, search, [Symbol.asyncDispose]: () => kept.disposeAsync() };
}

async function idsOf(search: ProductSearch, query: string, sort = 0): Promise<number[]> {
  const request = create(SearchProductsRequestSchema, { query, sort });
  return (await search.find(narrowSearch(request), 51)).map(({ id }) => Number(id));
}

Deno.test("find() finds words, whatever their form, by name before elsewhere", async () => {
  await using shop = await startSearch();
  const cases: [string, number[]][] = [
    ["wok", [3, 2, 7, 1]],
    ["WOKS", [3, 2, 7, 1]],
    ["cast iron wok", [3]],
    ["camping", [3]],
    ["camp", [3]],
    ["tents", [4]],
    ["1.5 kettle", [1]],
    ["30cm", [7, 3]],
    ["wok tent", []],
    ["手机壳", [5]],
    ["手机", [5, 6]],
    ["锅", [7]],
    ["蓝牙 耳机", [6]],
    ["Wok 中文", [7]],
    ["the", []],
    ["<b>bold</b>", [9]],
    ["100%", [9]],
    ["!!!", []],
    ["nothing of the kind", []],
  ];
  for (const [query, expected] of cases) {
    assert.deepEqual([query, await idsOf(shop.search, query)], [query, expected]);
  }
});

Deno.test("find() forgives a slip in a word, and completes what was begun", async () => {
  await using shop = await startSearch();
  const cases: [string, number[]][] = [
    ["kettel", [1]],
    ["ketle", [1]],
    ["headfones", [9]],
    ["headph", [9]],
    ["wkо", []],
    ["carbn steel", [2]],
    ["waterprof tent", [4]],
    ["蓝牙耳几", [6]],
    ["无线籃牙耳机", [6]],
    ["手机克", [5, 6]],
  ];
  for (const [query, expected] of cases) {
    assert.deepEqual([query, await idsOf(shop.search, query)], [query, expected]);
  }
});

Deno.test("find() sorts by whatever a category can be sorted by", async () => {
  await using shop = await startSearch();
  assert.deepEqual(await idsOf(shop.search, "wok", ProductSort.SALES), [7, 3, 2, 1]);
  assert.deepEqual(await idsOf(shop.search, "wok", ProductSort.PRICE_ASC), [1, 2, 3, 7]);
  assert.deepEqual(await idsOf(shop.search, "wok", ProductSort.PRICE_DESC), [7, 3, 2, 1]);
});

Deno.test("a search finds what was renamed by its new words", async () => {
  await using shop = await startSearch();
  await shop.sql`UPDATE product SET name = 'Enamel Stockpot' WHERE id = 2`;
  assert.deepEqual(await idsOf(shop.search, "stockpott"), [2]);
  assert.deepEqual(await idsOf(shop.search, "carbon"), []);
});

Deno.test("find() takes what an attacker types for words", async () => {
  await using shop = await startSearch();
  const corpus = [
    "'; DROP TABLE product; --",
    "' OR '1'='1",
    "wok' & 'x",
    "wok:*",
    "wok | tent",
    "\\",
    "%",
    "_",
    "$1",
    "a:b:c & !d",
    "(((((",
    "\u202ewok\u202c",
    "w\u200bok",
    "🥘",
    "👩‍👩‍👧",
    "e\u0301",
    "'".repeat(100),
  ];
  for (const query of corpus) await idsOf(shop.search, query);
  const [row] = await shop.sql<{ count: bigint }[]>`SELECT count(*) FROM product`;
  assert.equal(row?.count, 9n);
});

Deno.test("a search walks through all that it finds once, with equal sales, by every sort", async () => {
  await using database = await createServiceDatabase("product");
  const { sql } = database;
  await insertProducts(
    sql,
    Array.from({ length: 60 }, (_, n) => ({
      id: BigInt(n + 1),
      name: n % 3 === 0 ? `Wok ${n}` : `Pan ${n}`,
      subtitle: n % 3 === 1 ? "as good as a wok" : "",
      sales: BigInt(n % 4),
      priceFen: BigInt(n % 5),
    })),
  );
  const search = createProductSearch(createSearchStore(sql));
  for (const sort of [0, 1, 2, 3, 4, 5, 6]) {
    const seen: number[] = [];
    let place = {};
    for (let pages = 0; pages < 20; pages++) {
      const request = create(SearchProductsRequestSchema, { query: "wok", sort });
      const found = await search.find({ ...narrowSearch(request), ...place }, 7);
      seen.push(...found.map(({ id }) => Number(id)));
      const last = found.at(-1);
      if (last === undefined) break;
      place = { after: { value: last.value, lastId: last.id } };
    }
    assert.equal(new Set(seen).size, 40, `sort ${sort}`);
    assert.equal(seen.length, 40, `sort ${sort}`);
    if (sort === 0) {
      assert.deepEqual(seen.slice(0, 20).map((id) => (id - 1) % 3), Array(20).fill(0));
    }
  }
});

Deno.test("every search is read from an index", async () => {
  await using database = await createServiceDatabase("product");
  const { sql } = database;
  await sql`INSERT INTO category (id, name) VALUES (1, 'Test')`;
  await sql`
    INSERT INTO product (category_id, name, price_fen, stock, sales)
    SELECT 1, 'product ' || n, n, 1, n FROM generate_series(1, 20000) AS n`;
  await sql`
    INSERT INTO search_word (word, stem)
    SELECT 'word' || chr(97 + n % 26) || chr(97 + n / 26 % 26) || chr(97 + n / 676 % 26), n
    FROM generate_series(1, 17000) AS n ON CONFLICT DO NOTHING`;
  await sql`VACUUM ANALYZE product, search_word`;
  const rare = { query: "'777'", inName: 1, anywhere: 1, products: 20_000 };
  const common = { query: "'product'", inName: 9_000, anywhere: 20_000, products: 20_000 };
  async function plan(match: Parameters<SearchStore["findProducts"]>[0]) {
    const plans = await plansOf(database.url, (it) => {
      return createSearchStore(it).findProducts(match, { value: 9_000n }, 21);
    });
    return plans[0] ?? "";
  }
  const named = await plan({ terms: common, place: "name", sort: "sales" });
  assert.match(named, /Index Only Scan using product_all_by_sales/);
  const anywhere = await plan({ terms: common, place: "anywhere", sort: "price_asc" });
  assert.match(anywhere, /Index Scan Backward using product_all_by_price/);
  const rareNamed = await plan({ terms: rare, place: "name", sort: "sales" });
  assert.match(rareNamed, /Bitmap Index Scan on product_search_name/);
  const rareAnywhere = await plan({ terms: rare, place: "anywhere", sort: "sales" });
  assert.match(rareAnywhere, /Bitmap Index Scan on product_search_text/);
  const words = (await plansOf(database.url, async (it) => {
    await createSearchStore(it).lookUp(["wordabc"]);
    await createSearchStore(it).similarWords("wordabc");
  })).join("\n");
  for (const index of ["by_stem", "by_prefix", "by_trigram"]) {
    assert.match(words, new RegExp(`search_word_${index}`));
  }
  assert.doesNotMatch([named, anywhere, rareNamed, rareAnywhere, words].join("\n"), /Seq Scan/);
});
