/** What stands around the products: categories, banners, flash sales. */
import type { Sql } from "../../../shared/postgres/pool.ts";
import type { Banner } from "../banner.ts";
import type { Category } from "../category.ts";
import type { FlashSale } from "../flash_sale.ts";

export interface StorefrontStore {
  /** Every category, obsolete ones too, at most 1,000. One query. */
  allCategories(): Promise<Category[]>;
  /** The shown banners by position, at most 20. One query. */
  shownBanners(): Promise<Banner[]>;
  /** The sale that runs at `nowMs` (Unix milliseconds), or else the next. One query. */
  currentFlashSale(nowMs: number): Promise<FlashSale | undefined>;
}

const categoriesMax = 1_000;
const bannersMax = 20;
const saleProductsMax = 50;

/** Creates the store on the product service's own database. */
export function createStorefrontStore(sql: Sql): StorefrontStore {
  return {
    async allCategories() {
      return await sql<Category[]>`
        SELECT id, coalesce(parent_id, 0) AS "parentId", name, status, position, version
        FROM category ORDER BY id LIMIT ${categoriesMax}`;
    },
    async shownBanners() {
      return await sql<Banner[]>`
        SELECT id, name, url, link, position, version FROM banner
        WHERE status = 1 ORDER BY position, id LIMIT ${bannersMax}`;
    },
    async currentFlashSale(nowMs) {
      const [row] = await sql<FlashSaleRow[]>`
        SELECT id, name, start_time, end_time, version,
          (SELECT json_agg(json_build_array(product_id::text, flash_price_fen::text,
                                            flash_stock::text, per_user_max))
           FROM (SELECT * FROM flash_sale_product WHERE flash_sale_id = flash_sale.id
                 ORDER BY product_id LIMIT ${saleProductsMax}) AS offered) AS products
        FROM flash_sale
        WHERE NOT cancelled AND end_time > ${new Date(nowMs)}
        ORDER BY start_time, id LIMIT 1`;
      return row && toFlashSale(row);
    },
  };
}

interface FlashSaleRow {
  readonly id: bigint;
  readonly name: string;
  readonly start_time: Date;
  readonly end_time: Date;
  readonly version: bigint;
  readonly products: readonly (readonly [string, string, string, number])[] | null;
}

function toFlashSale(row: FlashSaleRow): FlashSale {
  return {
    id: row.id,
    name: row.name,
    startTime: BigInt(row.start_time.getTime()),
    endTime: BigInt(row.end_time.getTime()),
    version: row.version,
    products: (row.products ?? []).map(([productId, flashPriceFen, flashStock, userLimit]) => ({
      productId: BigInt(productId),
      flashPriceFen: BigInt(flashPriceFen),
      flashStock: BigInt(flashStock),
      userLimit,
    })),
  };
}
