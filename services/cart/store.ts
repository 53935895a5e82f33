/** All SQL of carts, with the files of store/. */
import type { Sql, Tx } from "../../shared/postgres/pool.ts";
import { inTransaction } from "../../shared/postgres/transaction.ts";
import {
  type CartItem,
  type ItemChange,
  type ItemCheck,
  itemsMax,
  type Pieces,
  requireRoom,
} from "./cart_item.ts";
import { type CartOwner, guestDaysMax } from "./cart_owner.ts";
import {
  type CartItemRow,
  itemColumns,
  listItems,
  lockCart,
  openCart,
  ownedBy,
  toCartItem,
} from "./store/cart_rows.ts";
import { mergeCart, type MergedCart, type MergeWish } from "./store/merge.ts";

/** Every method that changes a cart does so in one transaction that holds the cart's row. */
export interface CartStore {
  /** The whole cart, last added first. One query; for a guest it counts as use. */
  list(owner: CartOwner): Promise<CartItem[]>;
  /** The checked lines of a user's cart, by product id. One query. */
  listChecked(userId: bigint): Promise<CartItem[]>;
  /** Adds pieces at their live price, checked. Refuses like `requireRoom`. */
  add(owner: CartOwner, pieces: Pieces, priceFen: bigint): Promise<CartItem>;
  /** Changes a line, with its price unless that is undefined; undefined if it is not there. */
  update(
    owner: CartOwner,
    change: ItemChange,
    priceFen: bigint | undefined,
  ): Promise<CartItem | undefined>;
  /** Takes a product out; what is not there is passed over. */
  remove(owner: CartOwner, productId: bigint): Promise<void>;
  /** Sets check marks; answers the whole cart after it. */
  check(owner: CartOwner, check: ItemCheck): Promise<CartItem[]>;
  clear(owner: CartOwner): Promise<void>;
  /** Moves a guest's cart into a user's, with CartMerged. See `planMerge`. */
  merge(wish: MergeWish): Promise<MergedCart>;
  /** Deletes carts that guests have left behind, at most `limit`; answers how many. */
  sweepGuests(limit: number): Promise<number>;
}

/** Creates the store on the cart service's own database. */
export function createCartStore(sql: Sql): CartStore {
  return {
    list: (owner) => list(sql, owner),
    async listChecked(userId) {
      const rows = await sql<CartItemRow[]>`
        SELECT ${itemColumns(sql)} FROM cart_item
        WHERE cart_id = (SELECT id FROM cart WHERE user_id = ${userId}) AND checked
        ORDER BY product_id
        LIMIT ${itemsMax}`;
      return rows.map(toCartItem);
    },
    add: (...given) => inTransaction(sql, (tx) => add(tx, ...given)),
    update: (...given) => inTransaction(sql, (tx) => update(tx, ...given)),
    async remove(owner, productId) {
      await inTransaction(sql, async (tx) => {
        const cartId = await lockCart(tx, owner);
        if (cartId === undefined) return;
        await tx`DELETE FROM cart_item WHERE cart_id = ${cartId} AND product_id = ${productId}`;
      });
    },
    check: (...given) => inTransaction(sql, (tx) => check(tx, ...given)),
    async clear(owner) {
      await inTransaction(sql, async (tx) => {
        const cartId = await lockCart(tx, owner);
        if (cartId !== undefined) await tx`DELETE FROM cart_item WHERE cart_id = ${cartId}`;
      });
    },
    merge: (wish) => inTransaction(sql, (tx) => mergeCart(tx, wish)),
    async sweepGuests(limit) {
      // What somebody has in hand is in use.
      const { count } = await sql`
        DELETE FROM cart WHERE id = ANY (ARRAY(
          SELECT id FROM cart
          WHERE guest_hash IS NOT NULL AND use_time < now() - ${guestDaysMax} * interval '1 day'
          ORDER BY use_time LIMIT ${limit}
          FOR UPDATE SKIP LOCKED))`;
      return count;
    },
  };
}

async function list(sql: Sql, owner: CartOwner): Promise<CartItem[]> {
  const cart = sql`(SELECT id FROM cart WHERE ${ownedBy(sql, owner)})`;
  if (owner.kind === "user") return await listItems(sql, cart);
  // A guest who only looks must not lose the cart; once a day is enough to know.
  const used = sql`
    WITH used AS (
      UPDATE cart SET use_time = now()
      WHERE ${ownedBy(sql, owner)} AND use_time < now() - interval '1 day')`;
  return await listItems(sql, cart, used);
}

async function add(
  tx: Tx,
  owner: CartOwner,
  { productId, quantity }: Pieces,
  priceFen: bigint,
): Promise<CartItem> {
  const cartId = await openCart(tx, owner);
  const [load] = await tx<[{ items: number; quantity: number }]>`
    SELECT count(*)::int AS items,
           coalesce(max(quantity) FILTER (WHERE product_id = ${productId}), 0) AS quantity
    FROM cart_item WHERE cart_id = ${cartId}`;
  requireRoom(load, quantity);
  const [row] = await tx<[CartItemRow]>`
    INSERT INTO cart_item (cart_id, product_id, quantity, added_price_fen)
    VALUES (${cartId}, ${productId}, ${quantity}, ${priceFen})
    ON CONFLICT (cart_id, product_id) DO UPDATE
    SET quantity = cart_item.quantity + excluded.quantity, checked = true,
        added_price_fen = excluded.added_price_fen, update_time = now()
    RETURNING ${itemColumns(tx)}`;
  return toCartItem(row);
}

async function update(
  tx: Tx,
  owner: CartOwner,
  { productId, quantity, checked }: ItemChange,
  priceFen: bigint | undefined,
): Promise<CartItem | undefined> {
  const cartId = await lockCart(tx, owner);
  if (cartId === undefined) return undefined;
  const [row] = await tx<CartItemRow[]>`
    UPDATE cart_item
    SET quantity = coalesce(${quantity ?? null}, quantity),
        checked = coalesce(${checked ?? null}, checked),
        added_price_fen = coalesce(${priceFen ?? null}, added_price_fen),
        update_time = now()
    WHERE cart_id = ${cartId} AND product_id = ${productId}
    RETURNING ${itemColumns(tx)}`;
  return row && toCartItem(row);
}

async function check(
  tx: Tx,
  owner: CartOwner,
  { productIds, checked }: ItemCheck,
): Promise<CartItem[]> {
  const cartId = await lockCart(tx, owner);
  if (cartId === undefined) return [];
  const which = productIds === undefined
    ? tx``
    : tx`AND product_id = ANY (${productIds.map(String)}::bigint[])`;
  await tx`
    UPDATE cart_item SET checked = ${checked}, update_time = now()
    WHERE cart_id = ${cartId} AND checked <> ${checked} ${which}`;
  return await listItems(tx, cartId);
}
