/** All SQL of address books. */
import { Code } from "@connectrpc/connect";
import { Refusal } from "../../../shared/errors.ts";
import type { Sql, Tx } from "../../../shared/postgres/pool.ts";
import { inTransaction } from "../../../shared/postgres/transaction.ts";
import { type Address, type AddressDraft, addressesMax } from "../address.ts";

export interface AddressStore {
  /** The whole book: the default first, then last changed first. One query. */
  list(userId: bigint): Promise<Address[]>;
  /** One of the user's addresses; id 0 means the default. */
  find(userId: bigint, id: bigint): Promise<Address | undefined>;
  /**
   * Adds an address in one transaction; as the default it takes that from the other one, and the
   * first of a book is the default. Refuses with ResourceExhausted TOO_MANY_ADDRESSES.
   */
  create(userId: bigint, draft: AddressDraft): Promise<Address>;
  /** Replaces one of the user's addresses; undefined if it is none. */
  update(userId: bigint, id: bigint, draft: AddressDraft): Promise<Address | undefined>;
  /**
   * Takes one out of the book; orders have their own copy. What is not there is passed over. With
   * the default goes the default: none of the others was chosen.
   */
  remove(userId: bigint, id: bigint): Promise<void>;
}

/** Creates the store on the user service's own database. */
export function createAddressStore(sql: Sql): AddressStore {
  return {
    async list(userId) {
      const rows = await sql<AddressRow[]>`
        SELECT ${columns(sql)} FROM address WHERE user_id = ${userId} AND NOT deleted
        ORDER BY is_default DESC, update_time DESC, id DESC
        LIMIT ${addressesMax}`;
      return rows.map(toAddress);
    },
    async find(userId, id) {
      const which = id === 0n ? sql`is_default` : sql`id = ${id}`;
      const [row] = await sql<AddressRow[]>`
        SELECT ${columns(sql)} FROM address
        WHERE user_id = ${userId} AND NOT deleted AND ${which}`;
      return row && toAddress(row);
    },
    create: (userId, draft) => inTransaction(sql, (tx) => create(tx, userId, draft)),
    update: (userId, id, draft) => inTransaction(sql, (tx) => update(tx, userId, id, draft)),
    async remove(userId, id) {
      await sql`
        UPDATE address SET deleted = true, is_default = false, update_time = now()
        WHERE id = ${id} AND user_id = ${userId} AND NOT deleted`;
    },
  };
}

async function create(tx: Tx, userId: bigint, draft: AddressDraft): Promise<Address> {
  await lockBook(tx, userId);
  const [book] = await tx<[{ count: bigint }]>`
    SELECT count(*) FROM address WHERE user_id = ${userId} AND NOT deleted`;
  if (book.count >= BigInt(addressesMax)) throw tooMany();
  const isDefault = draft.isDefault || book.count === 0n;
  if (isDefault) await clearDefault(tx, userId);
  const [row] = await tx<[AddressRow]>`
    INSERT INTO address ${tx({ user_id: userId, ...toColumns({ ...draft, isDefault }) })}
    RETURNING ${columns(tx)}`;
  return toAddress(row);
}

async function update(
  tx: Tx,
  userId: bigint,
  id: bigint,
  draft: AddressDraft,
): Promise<Address | undefined> {
  await lockBook(tx, userId);
  const [known] = await tx`
    SELECT 1 FROM address WHERE id = ${id} AND user_id = ${userId} AND NOT deleted`;
  if (known === undefined) return undefined;
  if (draft.isDefault) await clearDefault(tx, userId);
  const [row] = await tx<[AddressRow]>`
    UPDATE address SET ${tx(toColumns(draft))}, update_time = now() WHERE id = ${id}
    RETURNING ${columns(tx)}`;
  return toAddress(row);
}

/** Whoever changes a book waits for whoever does: the default moves, and none is over the limit. */
async function lockBook(tx: Tx, userId: bigint): Promise<void> {
  await tx`SELECT 1 FROM users WHERE id = ${userId} FOR NO KEY UPDATE`;
}

async function clearDefault(tx: Tx, userId: bigint): Promise<void> {
  await tx`
    UPDATE address SET is_default = false
    WHERE user_id = ${userId} AND is_default AND NOT deleted`;
}

function tooMany(): Refusal {
  const message = `an address book has at most ${addressesMax} addresses: delete one first`;
  return new Refusal(Code.ResourceExhausted, "TOO_MANY_ADDRESSES", message);
}

interface AddressRow {
  readonly id: bigint;
  readonly user_id: bigint;
  readonly name: string;
  readonly phone: string;
  readonly province: string;
  readonly city: string;
  readonly district: string;
  readonly detail: string;
  readonly post_code: string;
  readonly is_default: boolean;
  readonly create_time: Date;
  readonly update_time: Date;
}

function columns(sql: Sql | Tx) {
  return sql`id, user_id, name, phone, province, city, district, detail, post_code, is_default,
             create_time, update_time`;
}

function toColumns({ postCode, isDefault, ...same }: AddressDraft) {
  return { ...same, post_code: postCode, is_default: isDefault };
}

function toAddress(row: AddressRow): Address {
  const { user_id, post_code, is_default, create_time, update_time, ...same } = row;
  return {
    ...same,
    userId: user_id,
    postCode: post_code,
    isDefault: is_default,
    createTime: BigInt(create_time.getTime()),
    updateTime: BigInt(update_time.getTime()),
  };
}
