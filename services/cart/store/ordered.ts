/** What was ordered leaves the cart. */
import type { Tx } from "../../../shared/postgres/pool.ts";
import type { Pieces } from "../cart_item.ts";
import { lockCart } from "./cart_rows.ts";

/**
 * Takes what was ordered out of a user's cart: exactly so many pieces, as what was put in since is
 * for the next order. What is not there any more is passed over. In the transaction of the event.
 */
export async function takeOrdered(
  tx: Tx,
  userId: bigint,
  ordered: readonly Pieces[],
): Promise<void> {
  const cartId = await lockCart(tx, { kind: "user", userId });
  if (cartId === undefined) return;
  // Both parts see the lines as they were before: each line is in one of them only.
  await tx`
    WITH ordered AS (
      SELECT product_id, sum(quantity)::int AS quantity
      FROM unnest(
        ${ordered.map(({ productId }) => String(productId))}::bigint[],
        ${ordered.map(({ quantity }) => quantity)}::int[]
      ) AS line (product_id, quantity)
      GROUP BY product_id),
    gone AS (
      DELETE FROM cart_item USING ordered
      WHERE cart_id = ${cartId} AND cart_item.product_id = ordered.product_id
        AND cart_item.quantity <= ordered.quantity)
    UPDATE cart_item SET quantity = cart_item.quantity - ordered.quantity, update_time = now()
    FROM ordered
    WHERE cart_id = ${cartId} AND cart_item.product_id = ordered.product_id
      AND cart_item.quantity > ordered.quantity`;
}
