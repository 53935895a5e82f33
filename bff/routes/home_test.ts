import assert from "node:assert/strict";
import { BannerService } from "../../proto/gen/product/v1/banner_service_pb.ts";
import { FlashSaleService } from "../../proto/gen/product/v1/flash_sale_service_pb.ts";
import { ProductService } from "../../proto/gen/product/v1/product_service_pb.ts";
import { testProduct, testProductJson } from "../testing/products.ts";
import { refusalOf } from "../testing/refusal.ts";
import { openShop } from "../testing/shop.ts";

Deno.test("GET /v1/home/banner gives the banners in the service's order", async () => {
  using shop = openShop((router) => {
    router.service(BannerService, {
      listBanners: () => ({
        banners: [
          { id: 2n, name: "Spring", url: "/2.svg", link: "/sale", position: 1, version: 9n },
          { id: 1n, name: "Tea", url: "/1.svg", position: 2 },
        ],
      }),
    });
  });
  assert.deepEqual(await shop.get("/v1/home/banner"), [200, {
    banners: [
      { id: 2, name: "Spring", url: "/2.svg", link: "/sale" },
      { id: 1, name: "Tea", url: "/1.svg", link: "" },
    ],
  }]);
});

Deno.test("GET /v1/flashsale gives the sale and its products, without those that have gone", async () => {
  using shop = openShop((router) => {
    router.service(FlashSaleService, {
      getCurrentFlashSale: () => ({
        serverTime: 50n,
        flashSale: {
          id: 4n,
          name: "Noon",
          startTime: 40n,
          endTime: 60n,
          products: [
            {
              productId: 7n,
              product: testProduct(7n),
              flashPriceFen: 990n,
              flashStock: 3n,
              userLimit: 2,
            },
            { productId: 8n, flashPriceFen: 990n, flashStock: 3n, userLimit: 2 },
          ],
        },
      }),
    });
  });
  assert.deepEqual(await shop.get("/v1/flashsale"), [200, {
    id: 4,
    name: "Noon",
    start_time: 40,
    end_time: 60,
    server_time: 50,
    products: [{ ...testProductJson(7), flash_price: 9.9, flash_stock: 3, user_limit: 2 }],
  }]);
  shop.hot.drop(["product:8"]);
  assert.equal(shop.hot.size, 0);
});

Deno.test("GET /v1/flashsale says zero when there is no sale", async () => {
  using shop = openShop((router) => {
    router.service(FlashSaleService, { getCurrentFlashSale: () => ({ serverTime: 50n }) });
  });
  assert.deepEqual(await shop.get("/v1/flashsale"), [200, {
    id: 0,
    name: "",
    start_time: 0,
    end_time: 0,
    server_time: 50,
    products: [],
  }]);
});

Deno.test("GET /v1/recommend passes its parameters on and gives the page", async () => {
  const asked: unknown[] = [];
  using shop = openShop((router) => {
    router.service(ProductService, {
      listRecommendedProducts({ cursor, ps, lastId }) {
        asked.push([cursor, ps, lastId]);
        return { products: [testProduct(7n)], recommendTime: 33n, lastId: 7n };
      },
    });
  });
  const page = {
    products: [testProductJson(7)],
    is_end: false,
    recommend_time: 33,
    last_id: 7,
  };
  assert.deepEqual(await shop.get("/v1/recommend"), [200, page]);
  assert.deepEqual(await shop.get("/v1/recommend?cursor=44&ps=5&last_id=9"), [200, page]);
  assert.deepEqual(asked, [[0n, 20, 0n], [44n, 5, 9n]]);
  assert.deepEqual(await refusalOf(shop, "/v1/recommend?cursor=-1&last_id=x&ps=y"), [
    ...[400, "INVALID_ARGUMENT", "/cursor", "/last_id"],
  ]);
  shop.hot.drop(["recommend"]);
  assert.equal(shop.hot.size, 0);
});
