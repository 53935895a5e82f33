/** All SQL of the product service. */
import { ProductChangedSchema } from "../../proto/gen/product/v1/product_event_pb.ts";
import { type NewEvent, newEvent } from "../../shared/messaging/event.ts";
import { appendOutbox } from "../../shared/messaging/outbox.ts";
import type { Sql } from "../../shared/postgres/pool.ts";
import { inTransaction } from "../../shared/postgres/transaction.ts";
import { type Product, type ProductStatus, productStatus } from "./product.ts";

export interface ProductStore {
  /** The products with these ids that are not deleted, in no order. One query. */
  batchGetProducts(ids: readonly bigint[]): Promise<Product[]>;
  /** Puts a product on sale, takes it off the shelf or deletes it; false if there is none. */
  setStatus(id: bigint, status: ProductStatus): Promise<boolean>;
}

/** Creates the store on the product service's own database. */
export function createProductStore(sql: Sql): ProductStore {
  return {
    async batchGetProducts(ids) {
      const rows = await sql<ProductRow[]>`
        SELECT p.id, p.name, p.subtitle, p.detail, p.price_fen, p.stock, p.category_id,
               c.name AS category, p.status, p.images, p.sales, p.rating_sum, p.rating_count,
               p.recommend_time, p.create_time, p.update_time, p.version
        FROM product p JOIN category c ON c.id = p.category_id
        WHERE p.id = ANY (${ids.map(String)}::bigint[]) AND p.status <> ${productStatus.deleted}`;
      return rows.map(toProduct);
    },
    setStatus(id, status) {
      return inTransaction(sql, async (tx) => {
        const [row] = await tx<{ version: bigint; category_id: bigint }[]>`
          UPDATE product SET status = ${status} WHERE id = ${id} RETURNING version, category_id`;
        if (row === undefined) return false;
        await appendOutbox(tx, [productChanged(id, row.version, row.category_id, status)]);
        return true;
      });
    },
  };
}

function productChanged(
  productId: bigint,
  version: bigint,
  categoryId: bigint,
  status: ProductStatus,
): NewEvent {
  const deleted = status === productStatus.deleted;
  const change = { productId, version, categoryIds: [categoryId], deleted };
  return newEvent(ProductChangedSchema, change, { subject: "product.changed" });
}

interface ProductRow {
  readonly id: bigint;
  readonly name: string;
  readonly subtitle: string;
  readonly detail: string;
  readonly price_fen: bigint;
  readonly stock: bigint;
  readonly category_id: bigint;
  readonly category: string;
  readonly status: number;
  readonly images: readonly string[];
  readonly sales: bigint;
  readonly rating_sum: bigint;
  readonly rating_count: bigint;
  readonly recommend_time: Date | null;
  readonly create_time: Date;
  readonly update_time: Date;
  readonly version: bigint;
}

function toProduct(row: ProductRow): Product {
  return {
    id: row.id,
    name: row.name,
    subtitle: row.subtitle,
    description: row.detail,
    priceFen: row.price_fen,
    stock: row.stock,
    categoryId: row.category_id,
    category: row.category,
    status: row.status,
    images: row.images,
    sales: row.sales,
    ratingSum: row.rating_sum,
    ratingCount: row.rating_count,
    recommendTime: BigInt(row.recommend_time?.getTime() ?? 0),
    createTime: BigInt(row.create_time.getTime()),
    updateTime: BigInt(row.update_time.getTime()),
    version: row.version,
  };
}
