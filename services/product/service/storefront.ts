import type { ServiceImpl } from "@connectrpc/connect";
import type { BannerService } from "../../../proto/gen/product/v1/banner_service_pb.ts";
import type { CategoryService } from "../../../proto/gen/product/v1/category_service_pb.ts";
import type { FlashSaleService } from "../../../proto/gen/product/v1/flash_sale_service_pb.ts";
import type { Product } from "../../../proto/gen/product/v1/product_pb.ts";
import type { CategoryTree } from "../category.ts";
import type { FlashSale } from "../flash_sale.ts";
import type { StorefrontStore } from "../store/storefront.ts";

/** The rpcs of `product.v1.BannerService`. */
export function createBannerService(
  store: Pick<StorefrontStore, "shownBanners">,
): ServiceImpl<typeof BannerService> {
  return { listBanners: async () => ({ banners: await store.shownBanners() }) };
}

/** The rpcs of `product.v1.CategoryService`. */
export function createCategoryService(
  tree: () => Promise<CategoryTree>,
): ServiceImpl<typeof CategoryService> {
  return {
    async listCategories() {
      const { categories } = await tree();
      return { categories: [...categories] };
    },
  };
}

export interface FlashSaleParts {
  readonly store: Pick<StorefrontStore, "currentFlashSale">;
  readonly products: (ids: readonly bigint[]) => Promise<ReadonlyMap<bigint, Product>>;
  /** The clock, in Unix milliseconds. */
  readonly now: () => number;
}

/** The rpcs of `product.v1.FlashSaleService` that are built: looking, not yet buying. */
export function createFlashSaleService(
  { store, products, now }: FlashSaleParts,
): Partial<ServiceImpl<typeof FlashSaleService>> {
  return {
    async getCurrentFlashSale() {
      const nowMs = now();
      const sale = await store.currentFlashSale(nowMs);
      const serverTime = BigInt(nowMs);
      if (sale === undefined) return { serverTime };
      const found = await products(sale.products.map((offer) => offer.productId));
      return { flashSale: saleMessage(sale, found), serverTime };
    },
  };
}

/** A product that is deleted, or not in the catalogue for another reason, is not offered. */
function saleMessage(sale: FlashSale, found: ReadonlyMap<bigint, Product>) {
  const products = sale.products.flatMap((offer) => {
    const product = found.get(offer.productId);
    return product === undefined ? [] : [{ ...offer, product }];
  });
  return { ...sale, products };
}
