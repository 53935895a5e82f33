/** All SQL of reservations: each change of a state and of the stock is one transaction. */
import { Code } from "@connectrpc/connect";
import {
  StockCommittedSchema,
  StockReleasedSchema,
  StockReturnedSchema,
} from "../../../proto/gen/product/v1/product_event_pb.ts";
import { type FieldViolation, Refusal } from "../../../shared/errors.ts";
import { type NewEvent, newEvent } from "../../../shared/messaging/event.ts";
import { appendOutbox, outboxChannel } from "../../../shared/messaging/outbox.ts";
import { isRetryable } from "../../../shared/postgres/errors.ts";
import type { Sql, Tx } from "../../../shared/postgres/pool.ts";
import { inTransaction } from "../../../shared/postgres/transaction.ts";
import { productStatus } from "../product.ts";
import {
  isSameWish,
  type LineRefusal,
  type Reservation,
  type ReservationLine,
  type ReservationState,
  reservationState,
  type ReservationWish,
} from "../reservation.ts";
import { noteSales } from "./counts.ts";
import { noteStockChanges } from "./stock_changes.ts";

/** Of whom a change is: the trace that its events belong to. */
export interface ChangeOptions {
  readonly traceparent?: string | undefined;
}

export interface ReservationStore {
  /**
   * Takes the pieces of all lines, or of none. The same wish again answers what became of the
   * first; one that is still open is as good as new. Refuses with AlreadyExists
   * RESERVATION_MISMATCH, or with FailedPrecondition naming each line that cannot be had.
   */
  reserve(wish: ReservationWish): Promise<Reservation>;
  /** Refuses with FailedPrecondition RESERVATION_RELEASED or NotFound RESERVATION_NOT_FOUND. */
  commit(orderId: string, options?: ChangeOptions): Promise<Reservation>;
  /** Refuses with FailedPrecondition RESERVATION_COMMITTED. */
  release(orderId: string, reason: string, options?: ChangeOptions): Promise<Reservation>;
  /** Refuses with FailedPrecondition RESERVATION_NOT_COMMITTED. */
  takeBack(orderId: string, reason: string, options?: ChangeOptions): Promise<Reservation>;
  find(orderId: string): Promise<Reservation | undefined>;
  /** Open reservations that nobody has touched for `ageMs`, oldest first. */
  listStale(ageMs: number, limit: number): Promise<readonly StaleReservation[]>;
  /** Their orders live: they come last from now on. */
  touch(orderIds: readonly string[]): Promise<void>;
  /** Releases one of those, unless it was touched meanwhile; answers whether it did. */
  releaseStale(stale: StaleReservation, reason: string): Promise<boolean>;
}

export interface StaleReservation {
  readonly orderId: string;
  readonly updateTime: Date;
}

/** Creates the store on the product service's own database. */
export function createReservationStore(sql: Sql): ReservationStore {
  return {
    async reserve(wish) {
      const reservation = await reserveAtOnce(sql, wish).catch(unlessRetryable);
      return reservation ?? await inTransaction(sql, (tx) => reserve(tx, wish));
    },
    commit: (orderId, options = {}) => {
      return inTransaction(sql, (tx) => commitReservation(tx, orderId, options));
    },
    release: (orderId, reason, options = {}) => {
      return inTransaction(sql, (tx) => releaseReservation(tx, orderId, reason, options));
    },
    takeBack: (orderId, reason, options = {}) => {
      return inTransaction(sql, (tx) => takeBackReservation(tx, orderId, reason, options));
    },
    find: (orderId) => find(sql, orderId),
    async listStale(ageMs, limit) {
      const rows = await sql<{ order_id: string; update_time: Date }[]>`
        SELECT order_id, update_time FROM reservation
        WHERE state = ${reservationState.reserved}
          AND update_time < now() - ${ageMs} * interval '1 ms'
        ORDER BY update_time LIMIT ${limit}`;
      return rows.map(({ order_id: orderId, update_time: updateTime }) => ({
        orderId,
        updateTime,
      }));
    },
    async touch(orderIds) {
      await sql`
        UPDATE reservation SET update_time = now()
        WHERE order_id = ANY (${[...orderIds]}::text[]) AND state = ${reservationState.reserved}`;
    },
    releaseStale: ({ orderId, updateTime }, reason) => {
      return inTransaction(sql, async (tx) => {
        const [row] = await tx`
          SELECT 1 FROM reservation
          WHERE order_id = ${orderId} AND state = ${reservationState.reserved}
            AND update_time = ${updateTime}
          FOR UPDATE`;
        if (row === undefined) return false;
        await releaseReservation(tx, orderId, reason, {});
        return true;
      });
    },
  };
}

/**
 * The whole of `reserve()` in one statement, for the wish that is new and can be had: what most
 * are. Undefined, and nothing written, for any other; those need the transaction, which knows why.
 */
async function reserveAtOnce(
  sql: Sql,
  { orderId, userId, lines }: ReservationWish,
): Promise<Reservation | undefined> {
  const quantities = lines.map((line) => line.quantity);
  const rows = await sql<(ReservationRow & LineRow)[]>`
    WITH wish AS (
      SELECT * FROM unnest(${idsOf(lines)}::bigint[], ${quantities}::int[]) AS line (id, quantity)),
    held AS (
      SELECT product.id AS product_id, wish.quantity, price_fen AS unit_price_fen,
             name AS product_name, coalesce(images[1], '') AS product_image,
             subtitle AS product_subtitle
      FROM product JOIN wish ON wish.id = product.id
      WHERE status = ${productStatus.onSale} AND stock >= wish.quantity
      ORDER BY product.id FOR NO KEY UPDATE OF product),
    made AS (
      INSERT INTO reservation (order_id, user_id, state)
      SELECT ${orderId}, ${userId}::bigint, ${reservationState.reserved}::smallint
      WHERE (SELECT count(*) FROM held) = ${lines.length}
      ON CONFLICT DO NOTHING
      RETURNING *),
    taken AS (
      UPDATE product SET stock = stock - held.quantity FROM held, made
      WHERE product.id = held.product_id
      RETURNING product.id),
    kept AS (
      INSERT INTO stock_reservation (order_id, product_id, quantity, unit_price_fen, product_name,
                                     product_image, product_subtitle)
      SELECT made.order_id, held.* FROM made, held),
    noted AS (INSERT INTO stock_change (product_id) SELECT id FROM taken)
    SELECT made.*, held.*, pg_notify(${outboxChannel}, '') FROM made, held
    ORDER BY held.product_id`;
  const [made] = rows;
  return made && toReservation(made, rows.map(toLine));
}

/** A deadlock is for the transaction to try again. */
function unlessRetryable(error: unknown): undefined {
  if (!isRetryable(error)) throw error;
}

async function reserve(tx: Tx, wish: ReservationWish): Promise<Reservation> {
  const { orderId, userId, lines } = wish;
  const [made] = await tx<ReservationRow[]>`
    INSERT INTO reservation (order_id, user_id, state)
    VALUES (${orderId}, ${userId}, ${reservationState.reserved})
    ON CONFLICT DO NOTHING
    RETURNING *`;
  if (made === undefined) return await known(tx, wish);
  const held = await holdLines(tx, wish);
  await tx`
    UPDATE product SET stock = stock - line.quantity
    FROM unnest(${idsOf(lines)}::bigint[], ${lines.map((line) => line.quantity)}::int[])
         AS line (id, quantity)
    WHERE product.id = line.id`;
  await tx`INSERT INTO stock_reservation ${tx(held.map((line) => lineColumns(orderId, line)))}`;
  await noteStockChanges(tx, idsOf(lines));
  return toReservation(made, held);
}

/** A wish that came before. An open one is touched, so that the sweep leaves it alone. */
async function known(tx: Tx, wish: ReservationWish): Promise<Reservation> {
  const [row] = await tx<ReservationRow[]>`
    UPDATE reservation SET update_time = CASE state WHEN ${reservationState.reserved} THEN now()
                                              ELSE update_time END
    WHERE order_id = ${wish.orderId} RETURNING *`;
  if (row === undefined) throw new Error("a reservation that is there cannot be found");
  const found = toReservation(row, await readLines(tx, wish.orderId));
  // One that was released before it was made has no lines to compare.
  if (found.state === reservationState.released && found.lines.length === 0) return found;
  if (isSameWish(found, wish)) return found;
  const message = "this order has another reservation";
  throw new Refusal(Code.AlreadyExists, "RESERVATION_MISMATCH", message);
}

interface HeldRow {
  readonly id: bigint;
  readonly name: string;
  readonly subtitle: string;
  readonly images: readonly string[];
  readonly price_fen: bigint;
  readonly stock: bigint;
  readonly status: number;
}

/** Locks the products in the order of their ids and takes their snapshots, if all can be had. */
async function holdLines(tx: Tx, { lines }: ReservationWish): Promise<readonly ReservationLine[]> {
  const rows = await tx<HeldRow[]>`
    SELECT id, name, subtitle, images, price_fen, stock, status FROM product
    WHERE id = ANY (${idsOf(lines)}::bigint[])
    ORDER BY id FOR NO KEY UPDATE`;
  const products = new Map(rows.map((row) => [row.id, row]));
  const refused = lines.flatMap(({ productId, quantity }) => {
    const reason = refusalOf(products.get(productId), quantity);
    return reason === undefined ? [] : [lineViolation(productId, reason)];
  });
  if (refused.length > 0) throw linesRefused(refused);
  return lines.flatMap(({ productId, quantity }) => {
    const row = products.get(productId);
    return row === undefined ? [] : [{
      productId,
      quantity,
      unitPriceFen: row.price_fen,
      productName: row.name,
      productImage: row.images[0] ?? "",
      productSubtitle: row.subtitle,
    }];
  });
}

function refusalOf(row: HeldRow | undefined, quantity: number): LineRefusal | undefined {
  if (row === undefined || row.status === productStatus.deleted) return "PRODUCT_NOT_FOUND";
  if (row.status !== productStatus.onSale) return "PRODUCT_OFF_SHELF";
  return row.stock < BigInt(quantity) ? "OUT_OF_STOCK" : undefined;
}

const refusalWords: Readonly<Record<LineRefusal, string>> = {
  PRODUCT_NOT_FOUND: "does not exist",
  PRODUCT_OFF_SHELF: "is not on sale",
  OUT_OF_STOCK: "has not enough pieces left",
};

/** Names the product, as the caller's lines may stand in another order. */
function lineViolation(productId: bigint, reason: LineRefusal): FieldViolation {
  const message = `product ${productId} ${refusalWords[reason]}`;
  return { pointer: `/products/${productId}`, reason, message };
}

/** The reason of the whole is that of its first line. */
function linesRefused(violations: readonly FieldViolation[]): Refusal {
  const [first] = violations;
  const message = violations.map((violation) => violation.message).join("; ");
  return new Refusal(Code.FailedPrecondition, first?.reason ?? "OUT_OF_STOCK", message, {
    violations,
  });
}

/** As `commit()`, in the transaction of an event. */
export async function commitReservation(
  tx: Tx,
  orderId: string,
  { traceparent }: ChangeOptions,
): Promise<Reservation> {
  const row = await lock(tx, orderId) ?? notFound();
  const lines = await readLines(tx, orderId);
  if (row.state === reservationState.committed) return toReservation(row, lines);
  if (row.state !== reservationState.reserved) throw wrongState("RESERVATION_RELEASED", "released");
  const committed = await setState(tx, orderId, reservationState.committed, "");
  await noteSales(
    tx,
    lines.map(({ productId, quantity }) => ({ productId, pieces: BigInt(quantity) })),
  );
  await appendOutbox(tx, [
    newEvent(StockCommittedSchema, { orderId, lines: piecesOf(lines) }, {
      subject: "product.stock_committed",
      traceparent,
    }),
  ]);
  return toReservation(committed, lines);
}

/** As `release()`, in the transaction of an event. */
export async function releaseReservation(
  tx: Tx,
  orderId: string,
  reason: string,
  { traceparent }: ChangeOptions,
): Promise<Reservation> {
  const [recorded] = await tx<ReservationRow[]>`
    INSERT INTO reservation (order_id, user_id, state, reason)
    VALUES (${orderId}, 0, ${reservationState.released}, ${reason})
    ON CONFLICT DO NOTHING
    RETURNING *`;
  // Nothing to give back, and what comes late takes nothing.
  if (recorded !== undefined) return toReservation(recorded, []);
  const row = await lock(tx, orderId) ?? notFound();
  const lines = await readLines(tx, orderId);
  if (row.state === reservationState.released) return toReservation(row, lines);
  if (row.state !== reservationState.reserved) throw wrongState("RESERVATION_COMMITTED", "sold");
  const released = await setState(tx, orderId, reservationState.released, reason);
  const event = newEvent(StockReleasedSchema, { orderId, lines: piecesOf(lines), reason }, {
    subject: "product.stock_released",
    traceparent,
  });
  await giveBack(tx, lines, event);
  return toReservation(released, lines);
}

/** As `takeBack()`, in the transaction of an event. */
export async function takeBackReservation(
  tx: Tx,
  orderId: string,
  reason: string,
  { traceparent }: ChangeOptions,
): Promise<Reservation> {
  const row = await lock(tx, orderId) ?? notFound();
  const lines = await readLines(tx, orderId);
  if (row.state === reservationState.returned) return toReservation(row, lines);
  if (row.state !== reservationState.committed) {
    throw wrongState("RESERVATION_NOT_COMMITTED", "not sold");
  }
  const returned = await setState(tx, orderId, reservationState.returned, reason);
  await noteSales(
    tx,
    lines.map(({ productId, quantity }) => ({ productId, pieces: -BigInt(quantity) })),
  );
  const event = newEvent(StockReturnedSchema, { orderId, lines: piecesOf(lines) }, {
    subject: "product.stock_returned",
    traceparent,
  });
  await giveBack(tx, lines, event);
  return toReservation(returned, lines);
}

/**
 * Gives the pieces of an order back that ended: those that it holds, and those that were sold to
 * it. In the transaction of an event; what is back already is passed over.
 */
export async function endReservation(
  tx: Tx,
  orderId: string,
  reason: string,
  options: ChangeOptions,
): Promise<void> {
  const row = await lock(tx, orderId);
  if (row?.state === reservationState.committed) {
    await takeBackReservation(tx, orderId, reason, options);
  } else if (row?.state !== reservationState.returned) {
    await releaseReservation(tx, orderId, reason, options);
  }
}

/** Puts the pieces back on the shelf; deleted products count them, too. */
async function giveBack(
  tx: Tx,
  lines: readonly ReservationLine[],
  event: NewEvent,
): Promise<void> {
  const ids = idsOf(lines);
  await tx`SELECT 1 FROM product WHERE id = ANY (${ids}::bigint[]) ORDER BY id FOR NO KEY UPDATE`;
  await tx`
    UPDATE product SET stock = stock + line.quantity
    FROM unnest(${ids}::bigint[], ${lines.map((line) => line.quantity)}::int[])
         AS line (id, quantity)
    WHERE product.id = line.id`;
  await noteStockChanges(tx, ids);
  await appendOutbox(tx, [event]);
}

async function lock(tx: Tx, orderId: string): Promise<ReservationRow | undefined> {
  const [row] = await tx<ReservationRow[]>`
    SELECT * FROM reservation WHERE order_id = ${orderId} FOR UPDATE`;
  return row;
}

async function setState(
  tx: Tx,
  orderId: string,
  state: ReservationState,
  reason: string,
): Promise<ReservationRow> {
  const [row] = await tx<[ReservationRow]>`
    UPDATE reservation SET state = ${state}, reason = ${reason}, update_time = now()
    WHERE order_id = ${orderId} RETURNING *`;
  return row;
}

async function find(sql: Sql, orderId: string): Promise<Reservation | undefined> {
  const [row] = await sql<ReservationRow[]>`SELECT * FROM reservation WHERE order_id = ${orderId}`;
  return row && toReservation(row, await readLines(sql, orderId));
}

async function readLines(sql: Sql | Tx, orderId: string): Promise<ReservationLine[]> {
  const rows = await sql<LineRow[]>`
    SELECT product_id, quantity, unit_price_fen, product_name, product_image, product_subtitle
    FROM stock_reservation WHERE order_id = ${orderId} ORDER BY product_id`;
  return rows.map(toLine);
}

function notFound(): never {
  const message = "there is no such reservation";
  throw new Refusal(Code.NotFound, "RESERVATION_NOT_FOUND", message);
}

function wrongState(reason: string, word: string): Refusal {
  return new Refusal(Code.FailedPrecondition, reason, `the reservation is ${word}`);
}

function idsOf(lines: readonly { readonly productId: bigint }[]): string[] {
  return lines.map(({ productId }) => String(productId));
}

function piecesOf(lines: readonly ReservationLine[]) {
  return lines.map(({ productId, quantity }) => ({ productId, quantity }));
}

interface ReservationRow {
  readonly order_id: string;
  readonly user_id: bigint;
  readonly state: ReservationState;
  readonly flash_sale_id: bigint;
  readonly create_time: Date;
  readonly update_time: Date;
}

interface LineRow {
  readonly product_id: bigint;
  readonly quantity: number;
  readonly unit_price_fen: bigint;
  readonly product_name: string;
  readonly product_image: string;
  readonly product_subtitle: string;
}

function toLine(row: LineRow): ReservationLine {
  return {
    productId: row.product_id,
    quantity: row.quantity,
    unitPriceFen: row.unit_price_fen,
    productName: row.product_name,
    productImage: row.product_image,
    productSubtitle: row.product_subtitle,
  };
}

function lineColumns(orderId: string, line: ReservationLine) {
  return {
    order_id: orderId,
    product_id: line.productId,
    quantity: line.quantity,
    unit_price_fen: line.unitPriceFen,
    product_name: line.productName,
    product_image: line.productImage,
    product_subtitle: line.productSubtitle,
  };
}

function toReservation(row: ReservationRow, lines: readonly ReservationLine[]): Reservation {
  return {
    orderId: row.order_id,
    userId: row.user_id,
    state: row.state,
    flashSaleId: row.flash_sale_id,
    lines,
    createTime: BigInt(row.create_time.getTime()),
    updateTime: BigInt(row.update_time.getTime()),
  };
}
