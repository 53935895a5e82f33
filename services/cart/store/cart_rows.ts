/** Rows of carts and of their lines, as every part of the store uses them. */
import type { Sql, Tx } from "../../../shared/postgres/pool.ts";
import type { Fragment } from "../../../shared/postgres/keyset.ts";
import { type CartItem, itemsMax } from "../cart_item.ts";
import type { CartOwner } from "../cart_owner.ts";

/** The condition that finds a cart by its owner. */
export function ownedBy(sql: Sql | Tx, owner: CartOwner): Fragment {
  return owner.kind === "user"
    ? sql`user_id = ${owner.userId}`
    : sql`guest_hash = ${owner.guestHash}`;
}

/**
 * Locks the owner's cart until the transaction ends, and makes it if there is none. The row is the
 * lock, and not an advisory one: it has no collisions between owners, and for a guest the write of
 * its time is needed anyway.
 */
export async function openCart(tx: Tx, owner: CartOwner): Promise<bigint> {
  const [cart] = owner.kind === "user"
    ? await tx<[{ id: bigint }]>`
      INSERT INTO cart (user_id) VALUES (${owner.userId})
      ON CONFLICT (user_id) DO UPDATE SET use_time = now()
      RETURNING id`
    : await tx<[{ id: bigint }]>`
      INSERT INTO cart (guest_hash) VALUES (${owner.guestHash})
      ON CONFLICT (guest_hash) DO UPDATE SET use_time = now()
      RETURNING id`;
  return cart.id;
}

/** Locks the owner's cart until the transaction ends; undefined if there is none. */
export async function lockCart(tx: Tx, owner: CartOwner): Promise<bigint | undefined> {
  const [cart] = await tx<{ id: bigint }[]>`
    UPDATE cart SET use_time = now() WHERE ${ownedBy(tx, owner)} RETURNING id`;
  return cart?.id;
}

/** The lines of a cart, last added first; `before` is a WITH clause to go with the query. */
export async function listItems(
  sql: Sql | Tx,
  cartId: bigint | Fragment,
  before: Fragment = sql``,
): Promise<CartItem[]> {
  const rows = await sql<CartItemRow[]>`
    ${before}
    SELECT ${itemColumns(sql)} FROM cart_item WHERE cart_id = ${cartId}
    ORDER BY added_time DESC, product_id DESC
    LIMIT ${itemsMax}`;
  return rows.map(toCartItem);
}

export interface CartItemRow {
  readonly product_id: bigint;
  readonly quantity: number;
  readonly checked: boolean;
  readonly added_price_fen: bigint;
  readonly added_time: Date;
  readonly update_time: Date;
}

export function itemColumns(sql: Sql | Tx): Fragment {
  return sql`product_id, quantity, checked, added_price_fen, added_time, update_time`;
}

export function toCartItem(row: CartItemRow): CartItem {
  return {
    productId: row.product_id,
    quantity: row.quantity,
    checked: row.checked,
    addedPriceFen: row.added_price_fen,
    addedTime: BigInt(row.added_time.getTime()),
    updateTime: BigInt(row.update_time.getTime()),
  };
}
