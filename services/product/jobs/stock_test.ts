import assert from "node:assert/strict";
import { type Client, createClient, createRouterTransport } from "@connectrpc/connect";
import type { DescMessage, MessageInitShape } from "@bufbuild/protobuf";
import {
  OrderCancelledSchema,
  OrderClosedSchema,
  OrderPaidSchema,
} from "../../../proto/gen/order/v1/order_event_pb.ts";
import { OrderInternalService } from "../../../proto/gen/order/v1/order_internal_service_pb.ts";
import { createLogger } from "../../../shared/log.ts";
import { newEvent } from "../../../shared/messaging/event.ts";
import { consumeOnce } from "../../../shared/messaging/inbox.ts";
import type { Job } from "../../../shared/messaging/jobs.ts";
import { openPostgres, type Sql } from "../../../shared/postgres/pool.ts";
import { testOrderId } from "../../../tests/support/order_rows.ts";
import { insertProducts } from "../../../tests/support/product_rows.ts";
import { createServiceDatabase } from "../../../tests/support/service_database.ts";
import { createReservationStore } from "../store/reservations.ts";
import { stockJobs } from "./stock.ts";

const reservationAgeMs = 60_000;
const pieces = 1_000n;
/** More than a batch of the sweep. */
const many = 450;

/** The order service as the jobs know it: the statuses of the orders that there are. */
interface Orders {
  readonly statuses: Map<string, number>;
  /** Called while it is asked. */
  onAsked: () => Promise<void>;
}

function clientOf(orders: Orders): Client<typeof OrderInternalService> {
  return createClient(
    OrderInternalService,
    createRouterTransport((router) => {
      router.service(OrderInternalService, {
        async batchGetOrderStates({ orderIds }) {
          await orders.onAsked();
          const states = orderIds.map((orderId) => {
            const status = orders.statuses.get(orderId);
            return { orderId, exists: status !== undefined, status: status ?? 0 };
          });
          return { states };
        },
      });
    }),
  );
}

async function startBench() {
  const database = await createServiceDatabase("product");
  const { sql, url } = database;
  await insertProducts(sql, [{ id: 1n, stock: pieces }, { id: 2n, stock: pieces }]);
  const orders: Orders = { statuses: new Map(), onAsked: () => Promise.resolve() };
  const client = clientOf(orders);
  const reservations = createReservationStore(sql);
  const jobsOn = (pool: Sql): readonly Job[] => {
    const reservations = createReservationStore(pool);
    return stockJobs({ reservations, orders: client, reservationAgeMs });
  };
  return {
    sql,
    url,
    orders,
    reservations,
    /** One turn of the sweep by an instance on this pool. */
    async sweep(pool: Sql = sql): Promise<void> {
      const job = jobsOn(pool).find(({ kind }) => kind === "timer");
      assert.ok(job?.kind === "timer");
      await job.run(AbortSignal.timeout(60_000));
    },
    /** As the consumer does with a delivery; `after` runs in its transaction, after the effect. */
    async deliver(event: Event, after: () => void = () => {}): Promise<boolean> {
      const job = jobsOn(sql).find((job) => {
        return job.kind === "consumer" && job.subject === event.subject;
      });
      assert.ok(job?.kind === "consumer");
      const effect = await job.bind(event).prepare(AbortSignal.timeout(10_000));
      return await consumeOnce(sql, { consumer: job.name, eventId: event.id }, async (tx) => {
        await effect(tx);
        after();
      });
    },
    /** Reserves one piece of the first and two of the second product. */
    async reserve(n: number): Promise<string> {
      const orderId = testOrderId(n);
      const lines = [{ productId: 1n, quantity: 1 }, { productId: 2n, quantity: 2 }];
      await reservations.reserve({ orderId, userId: 7n, lines });
      return orderId;
    },
    [Symbol.asyncDispose]: () => database[Symbol.asyncDispose](),
  };
}

type Event = ReturnType<typeof wireEvent>;

function wireEvent<S extends DescMessage>(
  schema: S,
  message: MessageInitShape<S>,
  subject: string,
) {
  return { ...newEvent(schema, message, { subject }), source: "order", target: undefined };
}

const paid = (orderId: string) => wireEvent(OrderPaidSchema, { orderId }, "order.paid");
const cancelled = (orderId: string) => {
  return wireEvent(OrderCancelledSchema, { orderId }, "order.cancelled");
};
const closed = (orderId: string) => wireEvent(OrderClosedSchema, { orderId }, "order.closed");

async function age(sql: Sql): Promise<void> {
  await sql`UPDATE reservation SET update_time = now() - ${2 * reservationAgeMs} * interval '1 ms'`;
}

/** State → reservations. */
async function statesOf(sql: Sql): Promise<Record<string, number>> {
  const rows = await sql<{ state: number; count: number }[]>`
    SELECT state, count(*)::int AS count FROM reservation GROUP BY 1`;
  return Object.fromEntries(rows.map(({ state, count }) => [state, count]));
}

async function stockOf(sql: Sql): Promise<readonly bigint[]> {
  const rows = await sql<{ stock: bigint }[]>`SELECT stock FROM product ORDER BY id`;
  return rows.map(({ stock }) => stock);
}

async function eventsOf(sql: Sql, subject: string): Promise<number> {
  return (await sql`SELECT 1 FROM outbox WHERE subject = ${subject}`).length;
}

Deno.test("product-reservation-sweep on two instances gives each orphan back once", async () => {
  await using bench = await startBench();
  const { sql, orders } = bench;
  for (let n = 0; n < many; n++) await bench.reserve(n);
  for (let n = 0; n < 20; n++) orders.statuses.set(testOrderId(n * 20), 10);
  await age(sql);
  for (let n = many; n < many + 5; n++) await bench.reserve(n);
  const log = createLogger({ write: () => {} });
  await using other = openPostgres({ url: bench.url, name: "other", log });
  await Promise.all([bench.sweep(), bench.sweep(other)]);
  await Promise.all([bench.sweep(), bench.sweep(other)]);
  assert.deepEqual(await statesOf(sql), { 1: 25, 3: many - 20 });
  assert.deepEqual(await stockOf(sql), [pieces - 25n, pieces - 50n]);
  assert.equal(await eventsOf(sql, "product.stock_released"), many - 20);
});

Deno.test("product-reservation-sweep leaves a reservation alone that is repeated while it asks", async () => {
  await using bench = await startBench();
  const { sql, orders } = bench;
  await bench.reserve(1);
  await age(sql);
  orders.onAsked = async () => void await bench.reserve(1);
  await bench.sweep();
  assert.deepEqual([await statesOf(sql), await stockOf(sql)], [
    { 1: 1 },
    [pieces - 1n, pieces - 2n],
  ]);
});

Deno.test("product-reservation-sweep gives nothing back while the order service is away", async () => {
  await using bench = await startBench();
  const { sql, orders } = bench;
  await bench.reserve(1);
  await age(sql);
  orders.onAsked = () => Promise.reject(new Error("away"));
  await assert.rejects(bench.sweep());
  assert.deepEqual(await statesOf(sql), { 1: 1 });
});

Deno.test("product-order-paid sells once, also when it fails midway or comes again", async () => {
  await using bench = await startBench();
  const { sql } = bench;
  const event = paid(await bench.reserve(1));
  const failing = bench.deliver(event, () => {
    throw new Error("midway");
  });
  await assert.rejects(failing, /midway/);
  assert.deepEqual(await statesOf(sql), { 1: 1 });
  const delivered = await Promise.all([bench.deliver(event), bench.deliver(event)]);
  assert.deepEqual(delivered.toSorted(), [false, true]);
  await bench.deliver(paid(testOrderId(1)));
  assert.deepEqual([await statesOf(sql), await eventsOf(sql, "product.stock_committed")], [
    { 2: 1 },
    1,
  ]);
  const sales =
    await sql`SELECT product_id, sum(sales)::int AS sales FROM product_count GROUP BY 1`;
  assert.deepEqual(sales.map((row) => [row["product_id"], row["sales"]]).toSorted(), [
    [1n, 1],
    [2n, 2],
  ]);
});

Deno.test("an order's end gives its pieces back once, in whatever order its events come", async () => {
  await using bench = await startBench();
  const { sql, orders } = bench;
  const orderings = [
    (id: string) => [cancelled(id), cancelled(id)],
    (id: string) => [closed(id), closed(id)],
    (id: string) => [paid(id), closed(id), closed(id)],
    (id: string) => [closed(id), paid(id), closed(id)],
  ];
  for (const [index, eventsFor] of orderings.entries()) {
    const orderId = await bench.reserve(index + 1);
    assert.deepEqual(await stockOf(sql), [pieces - 1n, pieces - 2n]);
    orders.statuses.set(orderId, 60);
    for (const event of eventsFor(orderId)) assert.equal(await bench.deliver(event), true);
    assert.deepEqual([index, await stockOf(sql)], [index, [pieces, pieces]]);
  }
  assert.deepEqual(await statesOf(sql), { 3: 3, 4: 1 });
  const sales = await sql`SELECT sum(sales)::int AS sales FROM product_count GROUP BY product_id`;
  assert.deepEqual([...sales], [{ sales: 0 }, { sales: 0 }]);
});

Deno.test("the end of an order comes before its reservation: nothing is ever taken for it", async () => {
  await using bench = await startBench();
  await bench.deliver(closed(testOrderId(1)));
  await bench.reserve(1);
  assert.deepEqual(await stockOf(bench.sql), [pieces, pieces]);
});

Deno.test("product-order-paid does not pass over a living order whose pieces are gone", async () => {
  await using bench = await startBench();
  const orderId = await bench.reserve(1);
  await bench.reservations.release(orderId, "RESERVATION_ORPHANED");
  bench.orders.statuses.set(orderId, 20);
  await assert.rejects(bench.deliver(paid(orderId)), { reason: "RESERVATION_RELEASED" });
});
