import assert from "node:assert/strict";
import { ProductSort } from "../../proto/gen/product/v1/product_pb.ts";
import { ProductService } from "../../proto/gen/product/v1/product_service_pb.ts";
import { CategoryService } from "../../proto/gen/product/v1/category_service_pb.ts";
import { testProduct, testProductJson } from "../testing/products.ts";
import { refusalOf } from "../testing/refusal.ts";
import { openShop } from "../testing/shop.ts";

/** A shop that has products 7 and 8, both in category 3, Phones, of 2, Gadgets. */
function phones() {
  const asked: unknown[] = [];
  const shop = openShop((router) => {
    router.service(ProductService, {
      listProducts({ categoryId, category, sort, cursor, ps, lastId }) {
        asked.push([categoryId, category, ProductSort[sort], cursor, ps, lastId]);
        const known = categoryId === 0n ? ["", "Phones", "Gadgets"].includes(category) : true;
        if (!known || categoryId > 3n) return { isEnd: true };
        return { products: [testProduct(7n), testProduct(8n)], lastVal: 1_999n, lastId: 8n };
      },
    });
  });
  return { ...shop, asked };
}

const list = "/v1/category/list";

Deno.test("GET /v1/categories nests the tree, parents before children", async () => {
  using shop = openShop((router) => {
    router.service(CategoryService, {
      listCategories: () => ({
        categories: [
          { id: 2n, name: "Gadgets" },
          { id: 1n, name: "Food" },
          { id: 3n, parentId: 2n, name: "Phones" },
          { id: 9n, parentId: 8n, name: "below a hidden one" },
          { id: 4n, parentId: 3n, name: "Cases" },
          { id: 5n, parentId: 2n, name: "Watches" },
        ],
      }),
    });
  });
  const cases = { id: 4, parent_id: 3, name: "Cases", children: [] };
  assert.deepEqual(await shop.get("/v1/categories"), [200, {
    categories: [
      {
        id: 2,
        parent_id: 0,
        name: "Gadgets",
        children: [
          { id: 3, parent_id: 2, name: "Phones", children: [cases] },
          { id: 5, parent_id: 2, name: "Watches", children: [] },
        ],
      },
      { id: 1, parent_id: 0, name: "Food", children: [] },
    ],
  }]);
});

Deno.test("GET /v1/category/list takes a name, an id, or neither", async () => {
  using shop = phones();
  const page = [200, {
    products: [testProductJson(7), testProductJson(8)],
    is_end: false,
    last_val: 1_999,
    last_id: 8,
  }];
  assert.deepEqual(await shop.get(list), page);
  assert.deepEqual(await shop.get(`${list}?category=Phones&sort=price_asc&ps=2`), page);
  assert.deepEqual(await shop.get(`${list}?category=003&cursor=5&last_id=6`), page);
  assert.deepEqual(await shop.get(`${list}?category=%E8%8C%B6`), [200, {
    products: [],
    is_end: true,
    last_val: 0,
    last_id: 0,
  }]);
  assert.deepEqual(shop.asked, [
    [0n, "", "NEW", 0n, 20, 0n],
    [0n, "Phones", "PRICE_ASC", 0n, 2, 0n],
    [3n, "", "NEW", 5n, 20, 6n],
    [0n, "茶", "NEW", 0n, 20, 0n],
  ]);
});

Deno.test("GET /v1/category/list passes each sort on, and names them when it is another", async () => {
  using shop = phones();
  const sorts = ["new", "sales", "price_asc", "price_desc", "rating"];
  for (const sort of sorts) await shop.get(`${list}?sort=${sort}`);
  assert.deepEqual(shop.asked.map((asked) => (asked as unknown[])[2]), [
    ...["NEW", "SALES", "PRICE_ASC", "PRICE_DESC", "RATING"],
  ]);
  for (const sort of ["", "NEW", "relevance", "price", "new'--", "constructor"]) {
    const response = await shop.request(`${list}?sort=${encodeURIComponent(sort)}`);
    const { status, detail } = await response.json();
    assert.deepEqual([response.status, status], [400, 400]);
    assert.equal(detail, `sort must be one of ${sorts.join(", ")}`);
  }
});

Deno.test("GET /v1/category/list names what is wrong", async () => {
  using shop = phones();
  const cases: [string, string][] = [
    ["category=99999999999999999999", "/category"],
    ["category=a%00b", "/category"],
    [`category=${"x".repeat(101)}`, "/category"],
    ["category=1&category=2", "/category"],
    ["cursor=1.5", "/cursor"],
    ["last_id=-1", "/last_id"],
  ];
  for (const [query, pointer] of cases) {
    const refusal = await refusalOf(shop, `${list}?${query}`);
    assert.deepEqual([query, ...refusal], [query, 400, "INVALID_ARGUMENT", pointer]);
  }
  assert.deepEqual(shop.asked, []);
});

Deno.test("a kept list goes with its category, its products, or the tree", async () => {
  const cases: [query: string, drop: string, kept: number][] = [
    ["", "category:0", 0],
    ["", "category:3", 1],
    ["category=3", "category:3", 0],
    ["category=3", "category:*", 1],
    ["category=Phones", "category:3", 0],
    ["category=Phones", "category:*", 1],
    ["category=Gadgets", "category:*", 0],
    ["category=unknown", "category:*", 0],
    ["category=3", "product:8", 0],
    ["category=3", "product:9", 1],
    ["category=unknown", "category_lists", 0],
  ];
  for (const [query, drop, kept] of cases) {
    using shop = phones();
    await shop.get(`${list}?${query}`);
    shop.hot.drop([drop]);
    assert.deepEqual([query, drop, shop.hot.size], [query, drop, kept]);
  }
});
