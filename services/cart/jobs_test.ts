import assert from "node:assert/strict";
import { OrderCreatedSchema } from "../../proto/gen/order/v1/order_event_pb.ts";
import { newEvent } from "../../shared/messaging/event.ts";
import { consumeOnce } from "../../shared/messaging/inbox.ts";
import type { ConsumerJob, TimerJob } from "../../shared/messaging/jobs.ts";
import { createServiceDatabase } from "../../tests/support/service_database.ts";
import { cartJobs } from "./jobs.ts";
import { createCartStore } from "./store.ts";

interface Ordered {
  readonly productId: bigint;
  readonly quantity: number;
}

/** An order of user 1's, out of the cart unless told. */
function created(items: readonly Ordered[], fromCart = true) {
  const message = { orderId: "1", userId: 1n, items: [...items], fromCart };
  const event = newEvent(OrderCreatedSchema, message, { subject: "order.created" });
  return { ...event, source: "order", target: undefined };
}

type Event = ReturnType<typeof created>;

Deno.test("cart-order-created", async (t) => {
  await using database = await createServiceDatabase("cart");
  const { sql } = database;
  const store = createCartStore(sql);
  const job = cartJobs(store).find((one): one is ConsumerJob => one.kind === "consumer");
  assert.ok(job);
  assert.deepEqual([job.name, job.stream, job.subject], [
    "cart-order-created",
    "ORDER",
    "order.created",
  ]);

  /** As the consumer does with a delivery; `after` runs in its transaction, after the effect. */
  async function deliver(event: Event, after: () => void = () => {}): Promise<boolean> {
    const bound = job?.bind(event);
    if (bound?.effect === "none") return true;
    const effect = await bound?.prepare(AbortSignal.timeout(10_000));
    return await consumeOnce(
      sql,
      { consumer: "cart-order-created", eventId: event.id },
      async (tx) => {
        await effect?.(tx);
        after();
      },
    );
  }
  /** A cart of user `userId` with these pieces and no others. */
  async function put(pieces: readonly Ordered[], userId = 1n): Promise<void> {
    const owner = { kind: "user", userId } as const;
    await store.clear(owner);
    for (const one of pieces) await store.add(owner, one, 100n);
  }
  async function left(userId = 1n): Promise<Record<string, number>> {
    const items = await store.list({ kind: "user", userId });
    return Object.fromEntries(items.map(({ productId, quantity }) => [`${productId}`, quantity]));
  }
  const one = (productId: bigint, quantity: number): Ordered => ({ productId, quantity });

  await t.step("takes out what was ordered, of the buyer's cart alone", async () => {
    await put([one(1n, 2), one(2n, 3), one(3n, 4)]);
    await put([one(1n, 2)], 2n);
    await deliver(created([one(1n, 2), one(3n, 4)]));
    assert.deepEqual([await left(), await left(2n)], [{ 2: 3 }, { 1: 2 }]);
  });

  await t.step("keeps what was put in since", async () => {
    await put([one(1n, 5), one(2n, 3)]);
    await deliver(created([one(1n, 2), one(2n, 3)]));
    assert.deepEqual(await left(), { 1: 3 });
  });

  await t.step("takes out at most what is there", async () => {
    await put([one(1n, 1), one(2n, 3)]);
    await deliver(created([one(1n, 2), one(7n, 1)]));
    assert.deepEqual(await left(), { 2: 3 });
  });

  await t.step("happens once, however often the event comes", async () => {
    await put([one(1n, 5)]);
    const event = created([one(1n, 2)]);
    const ran = await Promise.all([deliver(event), deliver(event), deliver(event)]);
    assert.deepEqual([ran.filter(Boolean).length, await deliver(event)], [1, false]);
    assert.deepEqual(await left(), { 1: 3 });
  });

  await t.step("does the same in whatever order two orders come", async () => {
    const first = () => created([one(1n, 2), one(2n, 1)]);
    const second = () => created([one(1n, 3)]);
    for (const events of [[first(), second()], [second(), first()]]) {
      await put([one(1n, 6), one(2n, 1)]);
      for (const event of events) await deliver(event);
      assert.deepEqual(await left(), { 1: 1 });
    }
    await put([one(1n, 6), one(2n, 1)]);
    await Promise.all([deliver(first()), deliver(second())]);
    assert.deepEqual(await left(), { 1: 1 });
  });

  await t.step("leaves nothing half when it fails midway, and is done the next time", async () => {
    await put([one(1n, 5), one(2n, 1)]);
    const event = created([one(1n, 2), one(2n, 1)]);
    await assert.rejects(deliver(event, () => {
      throw new Error("the machine burns");
    }));
    assert.deepEqual(await left(), { 1: 5, 2: 1 });
    assert.equal(await deliver(event), true);
    assert.deepEqual(await left(), { 1: 3 });
  });

  await t.step(
    "does nothing for an order that is not from the cart, or without a cart",
    async () => {
      await put([one(1n, 2)]);
      assert.equal(await deliver(created([one(1n, 2)], false)), true);
      assert.deepEqual(await left(), { 1: 2 });
      await sql`DELETE FROM cart WHERE user_id = 1`;
      assert.equal(await deliver(created([one(1n, 2)])), true);
      const [made] = await sql`SELECT count(*) FROM cart WHERE user_id = 1`;
      assert.equal(made?.count, 0n);
    },
  );

  await t.step("an empty order and a product named twice are no trouble", async () => {
    await put([one(1n, 5)]);
    await deliver(created([]));
    await deliver(created([one(1n, 2), one(1n, 1)]));
    assert.deepEqual(await left(), { 1: 2 });
  });

  await t.step("pieces that are added meanwhile stay", async () => {
    await put([one(1n, 10)]);
    const owner = { kind: "user", userId: 1n } as const;
    await Promise.all([
      deliver(created([one(1n, 10)])),
      ...Array.from({ length: 9 }, () => store.add(owner, one(1n, 2), 100n)),
    ]);
    assert.deepEqual(await left(), { 1: 18 });
  });
});

Deno.test("cart-guest-sweep deletes batch after batch, until one is not full or it must end", async () => {
  const sweep = async (full: number, signal = new AbortController().signal) => {
    const limits: number[] = [];
    const store = {
      sweepGuests(limit: number) {
        limits.push(limit);
        return Promise.resolve(limits.length <= full ? limit : limit - 1);
      },
    };
    const timer = cartJobs(store).find((one): one is TimerJob => one.kind === "timer");
    await timer?.run(signal);
    return [timer?.name, limits.length, new Set(limits)];
  };
  assert.deepEqual(await sweep(0), ["cart-guest-sweep", 1, new Set([100])]);
  assert.deepEqual(await sweep(3), ["cart-guest-sweep", 4, new Set([100])]);
  assert.deepEqual(await sweep(1_000), ["cart-guest-sweep", 100, new Set([100])]);
  assert.deepEqual(await sweep(3, AbortSignal.abort()), ["cart-guest-sweep", 0, new Set()]);
});
