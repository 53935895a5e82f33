/** Where products stand in their lists: positions only, the rows come from the cache. */
import type { Cursor, Position } from "../../../shared/paging.ts";
import type { Sql } from "../../../shared/postgres/pool.ts";
import type { SortName, SortValues } from "../product_sort.ts";
import { afterInSort, sortColumns, timePosition } from "./sort_columns.ts";
import { type Fragment, keysetAfter } from "../../../shared/postgres/keyset.ts";

type After = Cursor<bigint> | undefined;

/** Which products a list has: those of these categories, or of the whole catalogue. */
export interface ListFilter {
  readonly categoryIds: readonly bigint[] | "all";
  readonly sort: SortName;
}

/** Where one product stands, whatever its status. */
export interface Placement extends SortValues {
  readonly id: bigint;
  readonly version: bigint;
  readonly onSale: boolean;
  /** Its category and all above it. */
  readonly categoryPath: readonly bigint[];
  /** The edition of the tree of categories at that moment; see `CategoryTree`. */
  readonly treeEdition: bigint;
  /** Undefined if it is not in the feed. */
  readonly recommendTime: bigint | undefined;
}

export interface ListStore {
  /** Up to `limit` positions after `after`, of products on sale. One query, an index for each category. */
  listProducts(filter: ListFilter, after: After, limit: number): Promise<Position<bigint>[]>;
  /** Up to `limit` positions of the feed after `after`, newest first. One query. */
  listRecommended(after: After, limit: number): Promise<Position<bigint>[]>;
  /** Where a product stands now; undefined if there never was one. One query. */
  placementOf(id: bigint): Promise<Placement | undefined>;
}

/** Creates the store on the product service's own database. */
export function createListStore(sql: Sql): ListStore {
  return {
    async listProducts({ categoryIds, sort }, after, limit) {
      const page = categoryIds === "all"
        ? pageOfAll(sql, sort, after, limit)
        : pageOfCategories(sql, { categoryIds, sort }, after, limit);
      return await positionsOf(sql, page, sortColumns(sql, sort));
    },
    async listRecommended(after, limit) {
      const page = sql`
        SELECT id, recommend_time AS value FROM product
        WHERE status = 1 AND recommend_time IS NOT NULL
          ${keysetAfter(sql, { value: sql`recommend_time`, id: sql`id`, kind: "time" }, after)}
        ORDER BY recommend_time DESC, id DESC LIMIT ${limit}`;
      return await positionsOf(sql, page, {
        merged: sql`value DESC, id DESC`,
        position: timePosition(sql),
      });
    },
    async placementOf(id) {
      const [row] = await sql<PlacementRow[]>`
        SELECT id, version, status, create_time, sales, price_fen, rating_hundredths,
               recommend_time, category_path(category_id) AS category_path,
               (SELECT sum(version)::bigint FROM category) AS tree_edition
        FROM product WHERE id = ${id}`;
      return row && toPlacement(row);
    },
  };
}

interface PositionsRow {
  readonly ids: readonly bigint[] | null;
  readonly positions: readonly bigint[] | null;
}

/** The positions of a page in one row: a row for each costs twice as much to send and to read. */
async function positionsOf(
  sql: Sql,
  page: Fragment,
  { merged, position }: { readonly merged: Fragment; readonly position: Fragment },
): Promise<Position<bigint>[]> {
  const [row] = await sql<[PositionsRow]>`
    SELECT array_agg(id ORDER BY ${merged}) AS ids,
           array_agg(${position} ORDER BY ${merged}) AS positions
    FROM (${page}) AS page`;
  const { ids, positions } = row;
  if (ids === null || positions === null) return [];
  return ids.map((id, at) => ({ id, value: positions[at] ?? 0n }));
}

/** Conditions of partial indexes stand in the text: a parameter would not match them. */
function pageOfAll(sql: Sql, sort: SortName, after: After, limit: number): Fragment {
  const { value, order } = sortColumns(sql, sort);
  return sql`
    SELECT id, ${value} AS value FROM product
    WHERE status = 1 AND id > 0 ${afterInSort(sql, sort, after)}
    ORDER BY ${order} LIMIT ${limit}`;
}

/** A page from each category, merged: rows read are the categories times the page, at any size. */
function pageOfCategories(
  sql: Sql,
  { categoryIds, sort }: { categoryIds: readonly bigint[]; sort: SortName },
  after: After,
  limit: number,
): Fragment {
  const { value, order, merged } = sortColumns(sql, sort);
  return sql`
    SELECT page.id, page.value
    FROM unnest(${categoryIds.map(String)}::bigint[]) AS wanted (category_id)
    CROSS JOIN LATERAL (
      SELECT id, ${value} AS value FROM product
      WHERE product.category_id = wanted.category_id AND status = 1
        ${afterInSort(sql, sort, after)}
      ORDER BY ${order} LIMIT ${limit}) AS page
    ORDER BY ${merged} LIMIT ${limit}`;
}

interface PlacementRow {
  readonly id: bigint;
  readonly version: bigint;
  readonly status: number;
  readonly create_time: Date;
  readonly sales: bigint;
  readonly price_fen: bigint;
  readonly rating_hundredths: number;
  readonly recommend_time: Date | null;
  readonly category_path: readonly bigint[];
  readonly tree_edition: bigint;
}

function toPlacement(row: PlacementRow): Placement {
  const { recommend_time: recommended } = row;
  return {
    id: row.id,
    version: row.version,
    onSale: row.status === 1,
    categoryPath: row.category_path,
    treeEdition: row.tree_edition,
    createTime: BigInt(row.create_time.getTime()),
    sales: row.sales,
    priceFen: row.price_fen,
    ratingHundredths: row.rating_hundredths,
    recommendTime: recommended === null ? undefined : BigInt(recommended.getTime()),
  };
}
