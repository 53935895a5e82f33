/** All SQL of favourites. */
import { Code } from "@connectrpc/connect";
import { Refusal } from "../../../shared/errors.ts";
import type { Cursor } from "../../../shared/paging.ts";
import { keysetAfter } from "../../../shared/postgres/keyset.ts";
import type { Sql, Tx } from "../../../shared/postgres/pool.ts";
import { inTransaction } from "../../../shared/postgres/transaction.ts";

/** Products that one person may like. */
export const favouritesMax = 1_000;

/** A product that somebody likes, since when in Unix milliseconds. */
export interface Favourite {
  readonly productId: bigint;
  readonly createTime: bigint;
}

export interface FavouriteStore {
  /** Up to `limit` favourites after `after`, last added first. One query. */
  list(userId: bigint, after: Cursor<bigint> | undefined, limit: number): Promise<Favourite[]>;
  /** The favourite of this product. One query. */
  find(userId: bigint, productId: bigint): Promise<Favourite | undefined>;
  /**
   * Adds a product; one that is there stays as it is. Refuses with ResourceExhausted
   * TOO_MANY_FAVOURITES.
   */
  create(userId: bigint, productId: bigint): Promise<Favourite>;
  /** Takes a product out; what is not there is passed over. */
  remove(userId: bigint, productId: bigint): Promise<void>;
}

/** Creates the store on the user service's own database. */
export function createFavouriteStore(sql: Sql): FavouriteStore {
  return {
    async list(userId, after, limit) {
      const keyset = { value: sql`create_time`, id: sql`product_id`, kind: "time" } as const;
      const rows = await sql<FavouriteRow[]>`
        SELECT product_id, create_time FROM favourite
        WHERE user_id = ${userId} ${keysetAfter(sql, keyset, after)}
        ORDER BY create_time DESC, product_id DESC
        LIMIT ${limit}`;
      return rows.map(toFavourite);
    },
    find: (userId, productId) => find(sql, userId, productId),
    create: (userId, productId) => inTransaction(sql, (tx) => create(tx, userId, productId)),
    async remove(userId, productId) {
      await sql`DELETE FROM favourite WHERE user_id = ${userId} AND product_id = ${productId}`;
    },
  };
}

async function find(
  sql: Sql | Tx,
  userId: bigint,
  productId: bigint,
): Promise<Favourite | undefined> {
  const [row] = await sql<FavouriteRow[]>`
    SELECT product_id, create_time FROM favourite
    WHERE user_id = ${userId} AND product_id = ${productId}`;
  return row && toFavourite(row);
}

async function create(tx: Tx, userId: bigint, productId: bigint): Promise<Favourite> {
  // Whoever adds waits for whoever does, so that none is over the limit.
  await tx`SELECT 1 FROM users WHERE id = ${userId} FOR NO KEY UPDATE`;
  const known = await find(tx, userId, productId);
  if (known !== undefined) return known;
  const [list] = await tx<[{ count: bigint }]>`
    SELECT count(*) FROM favourite WHERE user_id = ${userId}`;
  if (list.count >= BigInt(favouritesMax)) throw tooMany();
  const [row] = await tx<[FavouriteRow]>`
    INSERT INTO favourite (user_id, product_id) VALUES (${userId}, ${productId})
    RETURNING product_id, create_time`;
  return toFavourite(row);
}

function tooMany(): Refusal {
  const message = `at most ${favouritesMax} products: take one out first`;
  return new Refusal(Code.ResourceExhausted, "TOO_MANY_FAVOURITES", message);
}

interface FavouriteRow {
  readonly product_id: bigint;
  readonly create_time: Date;
}

function toFavourite({ product_id, create_time }: FavouriteRow): Favourite {
  return { productId: product_id, createTime: BigInt(create_time.getTime()) };
}
