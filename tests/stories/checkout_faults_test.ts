/** Checkout while something else is away, slow, locked, or restarted: no order is lost or halved. */
import assert from "node:assert/strict";
import { createRandom } from "../../dev/demo/random.ts";
import { pause } from "../../dev/wait.ts";
import { booksAgree } from "../support/audit.ts";
import { type Buyer, createShop, type Shop } from "../support/checkout.ts";
import type { Answer } from "../support/front_end.ts";
import { startMall } from "../support/mall.ts";
import { insertProducts } from "../support/product_rows.ts";

const seeds = Deno.env.has("CHAOS") ? 50 : 5;

function reasonsOf(answers: readonly Answer[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { status, body } of answers) {
    const key = status === 201 ? "201" : `${status} ${body.reason}`;
    counts[key] = (counts[key] ?? 0) + 1;
  }
  return counts;
}

/** Buyers who order one after the other, a few at a time, until told to stop. */
async function orderUntil(
  shop: Shop,
  buyers: readonly Buyer[],
  stopped: AbortSignal,
): Promise<Answer[]> {
  const answers: Answer[] = [];
  let next = 0;
  await Promise.all(Array.from({ length: 4 }, async () => {
    while (!stopped.aborted) {
      const buyer = buyers[next++];
      if (buyer === undefined) return;
      answers.push(await shop.order(buyer, { 1: 1 }));
    }
  }));
  return answers;
}

async function during(
  shop: Shop,
  buyers: readonly Buyer[],
  what: () => Promise<void>,
): Promise<Answer[]> {
  const done = new AbortController();
  const ordering = orderUntil(shop, buyers, done.signal);
  try {
    await what();
  } finally {
    done.abort();
  }
  return await ordering;
}

Deno.test("checkout goes on while others are away", async (t) => {
  await using mall = await startMall();
  const shop = createShop(mall);
  await insertProducts(mall.sql.product, [{ id: 1n, stock: 100_000n }]);
  const unpublished = async () => {
    const [row] = await mall.sql.order<{ rows: number }[]>`
      SELECT count(*)::int AS rows FROM outbox WHERE published_at IS NULL`;
    return row?.rows ?? 0;
  };

  await t.step("NATS: orders are accepted, and their events follow", async () => {
    const buyers = await shop.buyers(300, 10_000n);
    await mall.stopNats();
    const answers = await during(shop, buyers, () => pause(2_000));
    assert.deepEqual(Object.keys(reasonsOf(answers)), ["201"]);
    assert.ok(await unpublished() >= answers.length);
    await mall.startNats();
    await booksAgree(mall);
  });

  await t.step("NATS forgets everything: what it lost is told again", async () => {
    const buyers = await shop.buyers(300, 20_000n);
    const answers = await during(shop, buyers, async () => {
      await pause(300);
      await mall.stopNats();
      await mall.startEmptyNats();
      await pause(300);
    });
    assert.deepEqual(Object.keys(reasonsOf(answers)), ["201"]);
    await booksAgree(mall);
  });

  await t.step("Redis: slower, and nothing else", async () => {
    const buyers = await shop.buyers(300, 30_000n);
    await mall.stopRedis();
    const answers = await during(shop, buyers, () => pause(1_500));
    await mall.startRedis();
    assert.deepEqual(Object.keys(reasonsOf(answers)), ["201"]);
    await booksAgree(mall);
  });

  await t.step(
    "a lock on the stock: a refusal that may be repeated, with nothing held",
    async () => {
      const [buyer] = await shop.buyers(1, 40_000n);
      assert.ok(buyer);
      const key = crypto.randomUUID();
      const release = Promise.withResolvers<void>();
      const locked = Promise.withResolvers<void>();
      const locking = mall.sql.product.begin(async (tx) => {
        await tx`SELECT 1 FROM product WHERE id = 1 FOR UPDATE`;
        locked.resolve();
        await release.promise;
      });
      await locked.promise;
      const refused = await shop.order(buyer, { 1: 1 }, key);
      release.resolve();
      await locking;
      assert.equal(refused.status, 503, JSON.stringify(refused.body));
      const again = await shop.order(buyer, { 1: 1 }, key);
      assert.equal(again.status, 201, JSON.stringify(again.body));
      await booksAgree(mall);
    },
  );

  await t.step("a rolling restart fails no order", async () => {
    const buyers = await shop.buyers(600, 50_000n);
    await using first = await mall.spawn("order");
    const answers = await during(shop, buyers, async () => {
      await pause(300);
      await using second = await mall.spawn("order");
      await first.kill("SIGTERM");
      await pause(300);
      await second.kill("SIGTERM");
      await pause(300);
    });
    assert.deepEqual(Object.keys(reasonsOf(answers)), ["201"]);
    await booksAgree(mall);
  });

  await t.step("an instance that was killed fails no order that comes after", async () => {
    const buyers = await shop.buyers(60, 60_000n);
    await using doomed = await mall.spawn("order");
    const orders = (some: readonly Buyer[]) =>
      Promise.all(some.map((buyer) => shop.order(buyer, { 1: 1 })));
    await orders(buyers.slice(0, 20));
    await doomed.kill("SIGKILL");
    await pause(100);
    // Discovery names it for seconds to come.
    const answers = await orders(buyers.slice(20));
    assert.deepEqual(reasonsOf(answers), { 201: 40 });
    await booksAgree(mall);
  });
});

Deno.test(`${seeds} crowds want more than there is, in every order of lines`, async () => {
  await using mall = await startMall();
  const shop = createShop(mall);
  const stocks = [10n, 10n, 7n];
  for (let seed = 1; seed <= seeds; seed++) {
    const random = createRandom(`crowd ${seed}`);
    const ids = stocks.map((_, n) => BigInt(10 * seed + n));
    await insertProducts(mall.sql.product, ids.map((id, n) => ({ id, stock: stocks[n] ?? 0n })));
    const buyers = await shop.buyers(60, BigInt(100_000 * seed));
    const answers = await Promise.all(buyers.map((buyer) => {
      const lines = random.sample(ids, random.int(1, 3));
      const items = Object.fromEntries(lines.map((id) => [String(id), random.int(1, 3)]));
      return shop.order(buyer, items);
    }));
    const reasons = Object.keys(reasonsOf(answers)).sort();
    assert.deepEqual(reasons, ["201", "409 OUT_OF_STOCK"], `crowd ${seed}`);
    const left = await mall.sql.product<{ stock: bigint }[]>`
      SELECT stock FROM product WHERE id = ANY (${ids.map(String)}::bigint[])`;
    assert.ok(left.every(({ stock }) => stock >= 0n));
  }
  await booksAgree(mall);
});
