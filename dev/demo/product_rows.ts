/** Products as rows: what orders and comments have left in them is added here. */
import { before, dayMs } from "./anchor.ts";
import { type DemoProduct, newProductDays } from "./products.ts";
import { type DemoReservations, takenPieces } from "./reservations.ts";
import type { CommentRow, ProductRow } from "./rows.ts";

/** A product of rank r has sold this many pieces, divided by r + 5: few sell much, many little. */
const salesOfFirst = 60_000;

export interface ProductTraces {
  readonly comments: readonly CommentRow[];
  readonly reservations: DemoReservations;
}

/** The stock is what no order has taken; the rating is that of the comments. */
export function productRows(
  products: readonly DemoProduct[],
  { comments, reservations }: ProductTraces,
  anchor: Date,
): ProductRow[] {
  const taken = takenPieces(reservations);
  const rated = Map.groupBy(comments, (comment) => comment.product_id);
  return products.map((product) => {
    const ratings = rated.get(product.id)?.map((comment) => BigInt(comment.rating)) ?? [];
    return {
      id: product.id,
      category_id: product.place.categoryId,
      name: product.name,
      subtitle: product.subtitle,
      images: product.images,
      detail: product.detail,
      price_fen: product.priceFen,
      stock: product.pieces - (taken.get(product.id) ?? 0n),
      received: product.pieces,
      status: product.status,
      recommend_time: product.recommendTime,
      sales: salesOf(product, anchor),
      rating_sum: ratings.reduce((sum, rating) => sum + rating, 0n),
      rating_count: BigInt(ratings.length),
      create_time: product.createTime,
      update_time: product.recommendTime ?? product.createTime,
    };
  });
}

function salesOf({ rank, createTime }: DemoProduct, anchor: Date): bigint {
  if (createTime >= before(anchor, newProductDays * dayMs)) return 0n;
  return BigInt(Math.floor(salesOfFirst / (rank + 5)));
}
