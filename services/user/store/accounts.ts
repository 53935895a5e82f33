/** All SQL of accounts: making, finding, changing and erasing them. */
import { Code } from "@connectrpc/connect";
import {
  UserChangedSchema,
  UserDeletedSchema,
  UserRegisteredSchema,
} from "../../../proto/gen/user/v1/user_event_pb.ts";
import { Refusal } from "../../../shared/errors.ts";
import { newEvent } from "../../../shared/messaging/event.ts";
import { appendOutbox } from "../../../shared/messaging/outbox.ts";
import { constraintOf } from "../../../shared/postgres/errors.ts";
import type { Fragment } from "../../../shared/postgres/keyset.ts";
import type { Sql, Tx } from "../../../shared/postgres/pool.ts";
import { inTransaction } from "../../../shared/postgres/transaction.ts";
import type { Account, AccountChange, Registration } from "../account.ts";
import { accountColumns, type AccountRow, accountStatus, toAccount } from "./account_rows.ts";
import { endSessions, insertSession, type NewSession } from "./session_rows.ts";

/** A registration with its secrets hashed. */
export interface NewAccount extends Omit<Registration, "password" | "answer"> {
  readonly passwordHash: string;
  readonly answerHash: string;
}

export interface AccountStore {
  /** One query by `users_by_username_key`. */
  findByUsername(key: string): Promise<Account | undefined>;
  /** By the primary key; undefined also for one that was erased. */
  findById(id: bigint): Promise<Account | undefined>;
  /**
   * Makes an account with its first session and UserRegistered, in one transaction. Refuses with
   * AlreadyExists USERNAME_TAKEN.
   */
  register(account: NewAccount, session: NewSession): Promise<Account>;
  /** Changes what is given, with UserChanged; undefined if the account is gone. */
  update(id: bigint, change: AccountChange): Promise<Account | undefined>;
  /** Replaces a hash by another of the same password, if it is still there. */
  rehash(id: bigint, oldHash: string, newHash: string): Promise<void>;
  /**
   * Sets a password if `oldHash` still holds and ends the account's sessions but `keepSession`, in
   * one transaction. Answers whether it did.
   */
  changePassword(
    id: bigint,
    hashes: { readonly oldHash: string; readonly newHash: string },
    keepSession?: string,
  ): Promise<boolean>;
  /** Sets question and answer if the password still holds; answers whether it did. */
  setQuestion(
    id: bigint,
    passwordHash: string,
    question: { readonly question: string; readonly answerHash: string },
  ): Promise<boolean>;
  /**
   * Erases a person if the password still holds: name, password, addresses, favourites and sessions
   * go, the number stays, with UserDeleted. Answers whether it did.
   */
  erase(id: bigint, passwordHash: string): Promise<boolean>;
}

/** Creates the store on the user service's own database. */
export function createAccountStore(sql: Sql): AccountStore {
  async function find(which: Fragment): Promise<Account | undefined> {
    const [row] = await sql<AccountRow[]>`
      SELECT ${accountColumns(sql)} FROM users WHERE ${which}`;
    return row && toAccount(row);
  }
  return {
    async findByUsername(key) {
      // No text of Postgres has a NUL, so no account has it either.
      return key.includes("\0") ? undefined : await find(sql`username_key = ${key}`);
    },
    findById: (id) => find(sql`id = ${id} AND status <> ${accountStatus.erased}`),
    async register(account, session) {
      try {
        return await inTransaction(sql, (tx) => register(tx, account, session));
      } catch (error) {
        throw usernameTaken(error) ?? error;
      }
    },
    update: (id, change) => inTransaction(sql, (tx) => update(tx, id, change)),
    async rehash(id, oldHash, newHash) {
      await sql`
        UPDATE users SET password_hash = ${newHash}
        WHERE id = ${id} AND password_hash = ${oldHash}`;
    },
    changePassword(id, { oldHash, newHash }, keepSession) {
      return inTransaction(sql, async (tx) => {
        const { count } = await tx`
          UPDATE users SET password_hash = ${newHash}
          WHERE id = ${id} AND password_hash = ${oldHash}`;
        if (count === 0) return false;
        const others = keepSession === undefined ? tx`true` : tx`id <> ${keepSession}`;
        await endSessions(tx, tx`user_id = ${id} AND ${others}`);
        return true;
      });
    },
    async setQuestion(id, passwordHash, { question, answerHash }) {
      const { count } = await sql`
        UPDATE users SET question = ${question}, answer_hash = ${answerHash}
        WHERE id = ${id} AND password_hash = ${passwordHash}`;
      return count > 0;
    },
    erase: (id, passwordHash) => inTransaction(sql, (tx) => erase(tx, id, passwordHash)),
  };
}

async function register(tx: Tx, account: NewAccount, session: NewSession): Promise<Account> {
  const [row] = await tx<[AccountRow]>`
    INSERT INTO users ${
    tx({
      username: account.username,
      username_key: account.usernameKey,
      password_hash: account.passwordHash,
      name: account.name,
      phone: account.phone,
      question: account.question,
      answer_hash: account.answerHash,
    })
  } RETURNING ${accountColumns(tx)}`;
  await insertSession(tx, row.id, session);
  const registered = { userId: row.id, registerTime: BigInt(row.create_time.getTime()) };
  await appendOutbox(tx, [
    newEvent(UserRegisteredSchema, registered, { subject: "user.registered" }),
  ]);
  return toAccount(row);
}

async function update(tx: Tx, id: bigint, change: AccountChange): Promise<Account | undefined> {
  const [row] = await tx<AccountRow[]>`
    UPDATE users SET ${tx({ ...change })} WHERE id = ${id} AND status = ${accountStatus.active}
    RETURNING ${accountColumns(tx)}`;
  if (row === undefined) return undefined;
  const changed = { userId: id, version: row.version };
  await appendOutbox(tx, [newEvent(UserChangedSchema, changed, { subject: "user.changed" })]);
  return toAccount(row);
}

async function erase(tx: Tx, id: bigint, passwordHash: string): Promise<boolean> {
  // No username has such a key: keys are in lower case.
  const gone = `ERASED-${id}`;
  const { count } = await tx`
    UPDATE users
    SET username = ${gone}, username_key = ${gone}, password_hash = '', name = '', avatar = '',
        phone = '', question = '', answer_hash = '', roles = '{user}',
        status = ${accountStatus.erased}
    WHERE id = ${id} AND password_hash = ${passwordHash} AND status <> ${accountStatus.erased}`;
  if (count === 0) return false;
  await tx`DELETE FROM address WHERE user_id = ${id}`;
  await tx`DELETE FROM favourite WHERE user_id = ${id}`;
  await endSessions(tx, tx`user_id = ${id}`);
  await tx`UPDATE session SET user_agent = '', ip_address = '' WHERE user_id = ${id}`;
  const deleted = { userId: id, deleteTime: BigInt(Date.now()) };
  await appendOutbox(tx, [newEvent(UserDeletedSchema, deleted, { subject: "user.deleted" })]);
  return true;
}

function usernameTaken(error: unknown): Refusal | undefined {
  if (constraintOf(error)?.name !== "users_by_username_key") return undefined;
  const message = "this username is taken: choose another";
  return new Refusal(Code.AlreadyExists, "USERNAME_TAKEN", message, {
    cause: error,
    violations: [{ pointer: "/username", reason: "USERNAME_TAKEN", message: "is taken" }],
  });
}
