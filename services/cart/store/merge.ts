/** A guest's cart goes into a user's. */
import { CartMergedSchema } from "../../../proto/gen/cart/v1/cart_event_pb.ts";
import { newEvent } from "../../../shared/messaging/event.ts";
import { appendOutbox } from "../../../shared/messaging/outbox.ts";
import type { Tx } from "../../../shared/postgres/pool.ts";
import type { CartItem } from "../cart_item.ts";
import { planMerge } from "../merge.ts";
import { listItems, lockCart, openCart } from "./cart_rows.ts";

/** Whose cart goes into whose. */
export interface MergeWish {
  readonly userId: bigint;
  readonly guestHash: Uint8Array;
  readonly traceparent: string;
}

/** The user's whole cart after it. */
export interface MergedCart {
  readonly items: readonly CartItem[];
  readonly droppedProductIds: readonly bigint[];
}

/**
 * Merges and deletes the guest's cart; without one, or with an empty one, nothing changes. The
 * guest's row is locked before the user's, here and nowhere else are two: so merges wait for each
 * other and for whoever changes either cart, and never in a circle.
 */
export async function mergeCart(tx: Tx, wish: MergeWish): Promise<MergedCart> {
  const { userId, guestHash } = wish;
  const guestCartId = await lockCart(tx, { kind: "guest", guestHash });
  const guest = guestCartId === undefined ? [] : await listItems(tx, guestCartId);
  const owner = { kind: "user", userId } as const;
  if (guestCartId === undefined || guest.length === 0) {
    const items = await listItems(tx, tx`(SELECT id FROM cart WHERE user_id = ${userId})`);
    return { items, droppedProductIds: [] };
  }
  const cartId = await openCart(tx, owner);
  const plan = planMerge(await listItems(tx, cartId), guest);
  await raiseItems(tx, cartId, plan.raised);
  await moveItems(tx, { from: guestCartId, to: cartId }, plan.moved);
  // What is left of its lines goes with it.
  await tx`DELETE FROM cart WHERE id = ${guestCartId}`;
  await tellOfMerge(tx, wish, plan.raised.length + plan.moved.length);
  return { items: await listItems(tx, cartId), droppedProductIds: plan.droppedProductIds };
}

async function raiseItems(tx: Tx, cartId: bigint, items: readonly CartItem[]): Promise<void> {
  if (items.length === 0) return;
  // The driver takes a list of booleans for one boolean unless told.
  const marks = tx.array(items.map(({ checked }) => checked));
  await tx`
    UPDATE cart_item
    SET quantity = raised.quantity, checked = raised.checked,
        added_price_fen = raised.added_price_fen, update_time = now()
    FROM unnest(
      ${items.map(({ productId }) => String(productId))}::bigint[],
      ${items.map(({ quantity }) => quantity)}::int[],
      ${marks}::boolean[],
      ${items.map(({ addedPriceFen }) => String(addedPriceFen))}::bigint[]
    ) AS raised (product_id, quantity, checked, added_price_fen)
    WHERE cart_id = ${cartId} AND cart_item.product_id = raised.product_id`;
}

async function moveItems(
  tx: Tx,
  { from, to }: { readonly from: bigint; readonly to: bigint },
  items: readonly CartItem[],
): Promise<void> {
  const productIds = items.map(({ productId }) => String(productId));
  await tx`
    UPDATE cart_item SET cart_id = ${to}
    WHERE cart_id = ${from} AND product_id = ANY (${productIds}::bigint[])`;
}

async function tellOfMerge(tx: Tx, { userId, traceparent }: MergeWish, items: number) {
  const message = { userId, items, mergeTime: BigInt(Date.now()) };
  await appendOutbox(tx, [
    newEvent(CartMergedSchema, message, { subject: "cart.merged", traceparent }),
  ]);
}
