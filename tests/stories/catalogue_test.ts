/** The catalogue as a front end sees it: over HTTP, through the BFF and the services behind it. */
import assert from "node:assert/strict";
import { createProductStore } from "../../services/product/store.ts";
import { insertComments } from "../support/comment_rows.ts";
import { eventually } from "../support/eventually.ts";
import { type Mall, startMall } from "../support/mall.ts";
import { insertOrders, testOrderId } from "../support/order_rows.ts";
import { insertCategories, insertProducts } from "../support/product_rows.ts";
import { insertUsers } from "../support/user_rows.ts";

type Json = Readonly<Record<string, never>> & { readonly [name: string]: unknown };

interface ProductJson {
  readonly id: number;
  readonly name: string;
  readonly price: number;
  readonly stock: number;
  readonly rating: number;
  readonly comment_count: number;
}

interface ProductPage {
  readonly products: readonly ProductJson[];
  readonly is_end: boolean;
  readonly last_val: number;
  readonly recommend_time: number;
  readonly last_id: number;
}

function getter(base: string) {
  return async <T = Json>(path: string, status = 200): Promise<T> => {
    const response = await fetch(`${base}${path}`);
    const body = await response.json();
    assert.equal(response.status, status, JSON.stringify(body));
    return body;
  };
}

/** 45 products in a tree of two levels; few values, so that every list has ties. */
async function stock({ sql }: Mall): Promise<void> {
  await insertCategories(sql.product, [
    { id: 10n, name: "Kitchen", position: 2 },
    { id: 11n, parentId: 10n, name: "Woks", position: 2 },
    { id: 12n, parentId: 10n, name: "Kettles", position: 1 },
    { id: 20n, name: "手机", position: 1 },
    { id: 30n, name: "Forgotten", status: 2 },
  ]);
  await insertProducts(
    sql.product,
    Array.from({ length: 45 }, (_, n) => ({
      id: BigInt(n + 1),
      categoryId: [11n, 12n, 20n][n % 3] ?? 10n,
      name: ["Iron Wok", "Steel Kettle", "智能手机"][n % 3] + ` ${n + 1}`,
      priceFen: BigInt(1_000 + n % 4),
      sales: BigInt(n % 5),
      ratingSum: BigInt(n % 3) * 4n,
      ratingCount: BigInt(n % 3),
      createMs: 1_000 + Math.floor(n / 6),
      ...(n % 2 === 0 ? { recommendMs: 5_000 + Math.floor(n / 10) } : {}),
    })),
  );
}

Deno.test("the catalogue", async (t) => {
  await using mall = await startMall();
  const get = getter(mall.bff.url);
  await stock(mall);
  await insertUsers(mall.sql.user, [{ id: 7n }, { id: 123n }]);

  async function walk(path: string, cursorName: "last_val" | "recommend_time") {
    const seen: number[] = [];
    let next = "";
    for (let pages = 0; pages < 20; pages++) {
      const page = await get<ProductPage>(`${path}&ps=7${next}`);
      seen.push(...page.products.map(({ id }) => id));
      if (page.is_end) return seen;
      next = `&cursor=${page[cursorName]}&last_id=${page.last_id}`;
    }
    throw new Error(`${path} does not end`);
  }

  await t.step("shows banners in their order, and not the hidden ones", async () => {
    await mall.sql.product`
      INSERT INTO banner (id, name, url, link, position, status)
      VALUES (1, 'second', '/2.svg', '', 2, 1), (2, 'first', '/1.svg', '/v1/recommend', 1, 1),
             (3, 'hidden', '/3.svg', '', 0, 2)`;
    const { banners } = await get<{ banners: { id: number }[] }>("/v1/home/banner");
    assert.deepEqual(banners.map(({ id }) => id), [2, 1]);
  });

  await t.step("shows the tree of categories", async () => {
    const { categories } = await get("/v1/categories");
    const leaf = (id: number, parent_id: number, name: string) => {
      return { id, parent_id, name, children: [] };
    };
    assert.deepEqual(
      categories,
      [
        leaf(20, 0, "手机"),
        {
          id: 10,
          parent_id: 0,
          name: "Kitchen",
          children: [leaf(12, 10, "Kettles"), leaf(11, 10, "Woks")],
        },
        leaf(1, 0, "Test"),
      ].toSorted((a, b) => [1, 20, 10].indexOf(a.id) - [1, 20, 10].indexOf(b.id)),
    );
  });

  await t.step(
    "lists a category with its children's products, each once, by every sort",
    async () => {
      const kitchen = Array.from({ length: 45 }, (_, n) => n + 1).filter((id) => id % 3 !== 0);
      for (const sort of ["new", "sales", "price_asc", "price_desc", "rating"]) {
        const byName = await walk(`/v1/category/list?category=Kitchen&sort=${sort}`, "last_val");
        const byId = await walk(`/v1/category/list?category=10&sort=${sort}`, "last_val");
        assert.deepEqual([sort, byName.toSorted((a, b) => a - b)], [sort, kitchen]);
        assert.deepEqual([sort, byId], [sort, byName]);
      }
    },
  );

  await t.step("a cursor alone ends too, and repeats nothing", async () => {
    for (const sort of ["new", "sales", "price_asc", "rating"]) {
      const seen: number[] = [];
      let cursor = 0;
      for (let pages = 0; pages < 30; pages++) {
        const page = await get<ProductPage>(
          `/v1/category/list?category=Kitchen&sort=${sort}&ps=7&cursor=${cursor}`,
        );
        seen.push(...page.products.map(({ id }) => id));
        if (page.is_end) break;
        cursor = page.last_val;
        assert.ok(pages < 29, `${sort} does not end`);
      }
      assert.equal(new Set(seen).size, seen.length, sort);
    }
  });

  await t.step(
    "an unknown category is an empty list, an unknown sort is refused by name",
    async () => {
      for (const category of ["Nothing", "999", "Forgotten", "30"]) {
        const page = await get(`/v1/category/list?category=${category}`);
        assert.deepEqual(page, { products: [], is_end: true, last_val: 0, last_id: 0 });
      }
      const problem = await get<{ detail: string }>("/v1/category/list?sort=cheapest", 400);
      assert.match(problem.detail, /new, sales, price_asc, price_desc, rating/);
    },
  );

  await t.step("recommends what is in the feed, newest first, each once", async () => {
    const feed = await walk("/v1/recommend?", "recommend_time");
    assert.equal(feed.length, 23);
    assert.equal(new Set(feed).size, 23);
    assert.deepEqual(feed.slice(0, 3), [45, 43, 41]);
  });

  await t.step("finds products by words, mistyped ones and Chinese ones", async () => {
    for (const query of ["iron wok", "irn wok", "woks"]) {
      const found = await walk(`/v1/search?q=${encodeURIComponent(query)}`, "last_val");
      assert.equal(found.length, 15, query);
    }
    const phones = await walk(`/v1/search?q=${encodeURIComponent("手机")}&sort=new`, "last_val");
    assert.deepEqual(phones.slice(0, 3), [45, 42, 39]);
    assert.deepEqual(await walk("/v1/search?q=nothing%20like%20it", "last_val"), []);
  });

  await t.step("shows a product with its comments and their authors", async () => {
    await insertComments(mall.sql.product, [
      { id: 9_001n, productId: 1n, userId: 7n, createMs: 10, images: ["https://a.example/1.jpg"] },
      { id: 9_002n, productId: 1n, userId: 999n, createMs: 10, content: "<b>bold</b>" },
    ]);
    const page = await get<{ product: ProductJson; comments: Json[] }>(
      "/v1/product/detail?product_id=1",
    );
    assert.equal(page.product.name, "Iron Wok 1");
    assert.deepEqual(page.comments, [
      {
        id: 9_002,
        product_id: 1,
        content: "<b>bold</b>",
        rating: 5,
        images: [],
        user: { id: 999, name: "", avatar: "" },
        create_time: 10,
        update_time: 10,
      },
      {
        id: 9_001,
        product_id: 1,
        content: "comment 9001",
        rating: 5,
        images: [{ id: 90_011, url: "https://a.example/1.jpg" }],
        user: { id: 7, name: "name 7", avatar: "/images/avatar/7.svg" },
        create_time: 10,
        update_time: 10,
      },
    ]);
    const unknown = await get<{ reason: string }>("/v1/product/detail?product_id=9999", 404);
    assert.equal(unknown.reason, "PRODUCT_NOT_FOUND");
  });

  await t.step("shows the sale that runs, or else the next, or none", async () => {
    const { products: none, id } = await get<{ products: []; id: number }>("/v1/flashsale");
    assert.deepEqual([id, none], [0, []]);
    await mall.sql.product`
      INSERT INTO flash_sale (id, name, start_time, end_time)
      VALUES (1, 'over', now() - interval '2 hours', now() - interval '1 hour'),
             (2, 'next', now() + interval '1 hour', now() + interval '2 hours')`;
    await mall.sql.product`
      INSERT INTO flash_sale_product (flash_sale_id, product_id, flash_price_fen, flash_stock)
      VALUES (2, 1, 500, 10)`;
    const next = await eventually("the next sale", async () => {
      const sale = await get<{ name: string; products: Json[] }>("/v1/flashsale");
      return sale.name === "next" ? sale : undefined;
    });
    const { flash_price, flash_stock, name } = next.products[0] as Json;
    assert.deepEqual([flash_price, flash_stock, name], [5, 10, "Iron Wok 1"]);
  });

  await t.step("answers 304 to who has the page already", async () => {
    const url = `${mall.bff.url}/v1/category/list?category=Woks&ps=3`;
    const first = await fetch(url);
    await first.body?.cancel();
    const etag = first.headers.get("etag") ?? "";
    const second = await fetch(url, { headers: { "if-none-match": etag } });
    assert.deepEqual([second.status, await second.text()], [304, ""]);
    assert.match(second.headers.get("cache-control") ?? "", /max-age=1/);
    assert.match(second.headers.get("x-request-id") ?? "", /^[\w-]{8,}$/);
  });

  await t.step("a new price shows on the page and in the lists of every instance", async () => {
    await using second = await mall.spawn("bff");
    const bases = [getter(second.url), get];
    const path = "/v1/category/list?category=Woks&sort=price_asc&ps=1";
    for (const ask of bases) await ask(path);
    const store = createProductStore(mall.sql.product);
    const changed = await store.updateProduct(4n, 1n, { priceFen: 1n });
    assert.ok(typeof changed === "object");
    for (const ask of bases) {
      await eventually("the new price", async () => {
        const { products: [first] } = await ask<ProductPage>(path);
        const { product } = await ask<{ product: ProductJson }>("/v1/product/detail?product_id=4");
        return first?.id === 4 && first.price === 0.01 && product.price === 0.01;
      });
    }
  });

  await t.step("a product that leaves the shelf leaves the lists, and comes back", async () => {
    const store = createProductStore(mall.sql.product);
    const path = "/v1/category/list?category=Kitchen&ps=50";
    for (const [status, count] of [[2, 29], [1, 30]] as const) {
      await store.setStatus(4n, status);
      await eventually(`${count} products`, async () => {
        const { products, is_end } = await get<ProductPage>(path);
        return is_end && products.length === count;
      });
    }
  });

  await t.step("stock that is taken shows, and no list moves", async () => {
    const store = createProductStore(mall.sql.product);
    assert.deepEqual(await store.moveStock([{ productId: 1n, delta: -3n }]), []);
    await eventually("the new stock", async () => {
      const { product } = await get<{ product: ProductJson }>("/v1/product/detail?product_id=1");
      return product.stock === 7;
    });
  });

  await t.step("a buyer who received it comments once, and the rating follows", async () => {
    await insertOrders(mall.sql.order, [
      { id: testOrderId(1_001), status: 50, productIds: [1n, 4n] },
      { id: testOrderId(1_002), status: 40, productIds: [1n] },
      { id: testOrderId(1_003), status: 50, userId: 7n, productIds: [1n] },
    ]);
    async function post(order: number, product_id: number, more: object = {}) {
      const response = await fetch(`${mall.bff.url}/v1/product/comment?uid=123`, {
        method: "POST",
        headers: { "content-type": "application/json", ...await mall.tokens.headers(123n) },
        body: JSON.stringify({
          order_id: testOrderId(order),
          product_id,
          rating: 1,
          content: "很好 <script>alert(1)</script> 👍",
          images: [],
          ...more,
        }),
      });
      return { status: response.status, body: await response.json() };
    }
    const posted = await post(1_001, 1, { price: 0, user_id: 7, role: "admin" });
    assert.equal(posted.status, 201, JSON.stringify(posted.body));
    assert.deepEqual(
      [posted.body.content, posted.body.user],
      [
        "很好 <script>alert(1)</script> 👍",
        { id: 123, name: "name 123", avatar: "/images/avatar/123.svg" },
      ],
    );
    const refusals = await Promise.all([
      post(1_001, 1),
      post(1_002, 1),
      post(1_003, 1),
      post(1_001, 2),
    ]);
    assert.deepEqual(refusals.map(({ status, body }) => [status, body.reason]), [
      [409, "COMMENT_EXISTS"],
      [409, "ORDER_NOT_RECEIVED"],
      [404, "ORDER_NOT_FOUND"],
      [409, "ITEM_NOT_IN_ORDER"],
    ]);
    await eventually("the comment and the rating", async () => {
      const page = await get<{ product: ProductJson; comments: Json[] }>(
        "/v1/product/detail?product_id=1",
      );
      return page.product.comment_count === 1 && page.product.rating === 1 &&
        page.comments.length === 3;
    });
  });

  await t.step("what is wrong with a comment is named", async () => {
    const cases: [object, string][] = [
      [{ content: "" }, "/content"],
      [{ content: "x".repeat(1_001) }, "/content"],
      [{ rating: 6 }, "/rating"],
      [{ images: Array(10).fill("https://a.example/1.jpg") }, "/images"],
      [{ images: ["https://a.example/1.jpg", "ftp://a.example/1.jpg"] }, "/images/1"],
      [{ images: ["http://169.254.169.254/latest"] }, "/images/0"],
      [{ images: ["http://0x7f.1/"] }, "/images/0"],
      [{ order_id: "1" }, "/order_id"],
    ];
    for (const [wrong, pointer] of cases) {
      const response = await fetch(`${mall.bff.url}/v1/product/comment?uid=123`, {
        method: "POST",
        headers: { "content-type": "application/json", ...await mall.tokens.headers(123n) },
        body: JSON.stringify({
          order_id: testOrderId(1_001),
          product_id: 4,
          rating: 5,
          content: "fine",
          images: [],
          ...wrong,
        }),
      });
      const problem = await response.json();
      assert.deepEqual(
        [JSON.stringify(wrong), response.status, problem.errors?.[0]?.pointer],
        [JSON.stringify(wrong), 422, pointer],
      );
    }
  });

  await t.step("nothing went wrong behind the scenes", () => {
    assert.deepEqual(mall.logLines.filter((line) => line.includes('"level":"error"')), []);
  });
});
