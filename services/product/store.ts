/** Products by id, and every write of a product. The lists, searches and comments are in store/. */
import type { Sql, Tx } from "../../shared/postgres/pool.ts";
import { inTransaction } from "../../shared/postgres/transaction.ts";
import { type Product, type ProductStatus, productStatus } from "./product.ts";
import type { ProductChange, StockLine } from "./product_change.ts";
import { announceChanges, type ChangedRow } from "./store/product_events.ts";
import { noteStockChanges } from "./store/stock_changes.ts";

export interface ProductStore {
  /** The products with these ids that are not deleted, in no order. One query. */
  batchGetProducts(ids: readonly bigint[]): Promise<Product[]>;
  /** Puts a product on sale, takes it off the shelf or deletes it; false if there is none. */
  setStatus(id: bigint, status: ProductStatus): Promise<boolean>;
  /**
   * Changes the given fields, all or none. "absent" if there is none or it is deleted, "stale" if
   * it is not at `version` any more.
   */
  updateProduct(
    id: bigint,
    version: bigint,
    change: ProductChange,
  ): Promise<Product | "absent" | "stale">;
  /**
   * Adds pieces to the stock or takes them away, all lines or none; the ids whose stock would fall
   * below zero, or that do not exist. A product must not stand in two lines.
   */
  moveStock(lines: readonly StockLine[]): Promise<readonly bigint[]>;
}

/** Creates the store on the product service's own database. */
export function createProductStore(sql: Sql): ProductStore {
  return {
    batchGetProducts: (ids) => readProducts(sql, ids),
    setStatus(id, status) {
      return inTransaction(sql, async (tx) => {
        const changed = await tx<ChangedRow[]>`
          UPDATE product SET status = ${status} WHERE id = ${id}
          RETURNING id, version, status, category_path(category_id) AS category_path`;
        await announceChanges(tx, changed);
        return changed.length > 0;
      });
    },
    updateProduct: (id, version, change) => {
      return inTransaction(sql, (tx) => updateProduct(tx, id, version, change));
    },
    moveStock: (lines) => inTransaction(sql, (tx) => moveStock(tx, lines)),
  };
}

async function readProducts(sql: Sql | Tx, ids: readonly bigint[]): Promise<Product[]> {
  const rows = await sql<ProductRow[]>`
    SELECT p.id, p.name, p.subtitle, p.detail, p.price_fen, p.stock, p.category_id,
           c.name AS category, p.status, p.images, p.sales, p.rating_sum, p.rating_count,
           p.recommend_time, p.create_time, p.update_time, p.version
    FROM product p JOIN category c ON c.id = p.category_id
    WHERE p.id = ANY (${ids.map(String)}::bigint[]) AND p.status <> ${productStatus.deleted}`;
  return rows.map(toProduct);
}

async function updateProduct(
  tx: Tx,
  id: bigint,
  version: bigint,
  change: ProductChange,
): Promise<Product | "absent" | "stale"> {
  const [before] = await tx<{ version: bigint; status: number; category_path: bigint[] }[]>`
    SELECT version, status, category_path(category_id) AS category_path
    FROM product WHERE id = ${id} FOR NO KEY UPDATE`;
  if (before === undefined || before.status === productStatus.deleted) return "absent";
  if (before.version !== version) return "stale";
  const columns = columnsOf(change);
  if (Object.keys(columns).length > 0) {
    const changed = await tx<ChangedRow[]>`
      UPDATE product SET ${tx(columns)} WHERE id = ${id}
      RETURNING id, version, status, category_path(category_id) AS category_path`;
    await announceChanges(tx, changed, { before: before.category_path });
  }
  const [product] = await readProducts(tx, [id]);
  return product ?? "absent";
}

/** Only what is given; `stock` has its own way. */
function columnsOf(change: ProductChange): Record<string, unknown> {
  const { recommendTime } = change;
  const all = {
    name: change.name,
    subtitle: change.subtitle,
    detail: change.description,
    price_fen: change.priceFen,
    category_id: change.categoryId,
    status: change.status,
    images: change.images,
    recommend_time: recommendTime === 0n ? null : recommendTime && new Date(Number(recommendTime)),
  };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}

/**
 * Rows are locked in the order of their ids, so that two orders with the same products in another
 * order do not wait for each other in a circle; the condition on the stock has the last word.
 */
async function moveStock(tx: Tx, lines: readonly StockLine[]): Promise<readonly bigint[]> {
  const ids = lines.map((line) => String(line.productId));
  const deltas = lines.map((line) => String(line.delta));
  const short = await tx<{ id: bigint }[]>`
    WITH locked AS (
      SELECT id, stock FROM product WHERE id = ANY (${ids}::bigint[])
      ORDER BY id FOR NO KEY UPDATE)
    SELECT line.id FROM unnest(${ids}::bigint[], ${deltas}::bigint[]) AS line (id, delta)
    LEFT JOIN locked USING (id)
    WHERE locked.stock + line.delta < 0 OR locked.id IS NULL
    ORDER BY line.id`;
  if (short.length > 0) return short.map((row) => row.id);
  await tx`
    UPDATE product SET stock = stock + line.delta, received = received + line.delta
    FROM unnest(${ids}::bigint[], ${deltas}::bigint[]) AS line (id, delta)
    WHERE product.id = line.id`;
  await noteStockChanges(tx, ids);
  return [];
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
