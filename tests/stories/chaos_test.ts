/**
 * Everything dies at random moments of a checkout load: services, jobs, NATS, Redis, Postgres. Then
 * all heals without a hand, and the books agree. `deno task test:chaos` kills more often;
 * `CHAOS_SEED` chooses other moments.
 */
import assert from "node:assert/strict";
import { createRandom } from "../../dev/demo/random.ts";
import { pause } from "../../dev/wait.ts";
import { booksAgree } from "../support/audit.ts";
import { createShop } from "../support/checkout.ts";
import { eventually } from "../support/eventually.ts";
import {
  createInsistentShopper,
  type InsistentShopper,
  type Purchase,
} from "../support/insistent_shopper.ts";
import { type Mall, serviceNames, startMall } from "../support/mall.ts";
import { insertProducts } from "../support/product_rows.ts";
import { startMortalPostgres, startVictims, type Victims } from "../support/victims.ts";

const seed = Deno.env.get("CHAOS_SEED") ?? "1";
/** Few in every run of the tests, many where chaos is asked for. */
const kills = Number(Deno.env.get("CHAOS_KILLS") ?? (Deno.env.has("CHAOS") ? "40" : "6"));
const workers = 6;
/** Between two kills, in milliseconds: some hit a mall that is whole, some one that heals. */
const [calmMinMs, calmMaxMs] = [200, 2_500];
/** What a dead consumer or relay had in hand comes again within half a minute. */
const healedWithinMs = 120_000;

const products = Array.from({ length: 20 }, (_, n) => ({
  id: BigInt(n + 1),
  stock: 60n,
  priceFen: 1_000n + 37n * BigInt(n),
}));

async function killAll(victims: Victims): Promise<void> {
  const random = createRandom(`kills of ${seed}`);
  const returns: Promise<void>[] = [];
  for (let n = 0; n < kills; n++) {
    await pause(random.int(calmMinMs, calmMaxMs));
    const killed = await eventually("somebody is up", () => victims.killOne(random), {
      timeoutMs: 60_000,
    });
    returns.push(killed.back);
  }
  await Promise.all(returns);
}

/** Where an order must end, by what its buyer did. */
const endings: Readonly<Record<Purchase["wish"], readonly number[]>> = {
  pay: [30],
  cancel: [0],
  refuse: [60],
  leave: [60],
};

/** Orders that are not where they must be, closing unpaid ones now rather than in half an hour. */
async function unsettled(mall: Mall, { purchases }: InsistentShopper): Promise<string[]> {
  const left = purchases.filter(({ wish }) => wish === "leave" || wish === "refuse");
  await mall.sql.order`
    UPDATE orders SET pay_before = now()
    WHERE id = ANY (${left.map(({ orderId }) => orderId)}::text[]) AND status = 10
      AND pay_before > now()`;
  const rows = await mall.sql.order<{ id: string; status: number }[]>`
    SELECT id, status FROM orders`;
  const statuses = new Map(rows.map(({ id, status }) => [id, status]));
  return purchases.flatMap(({ orderId, wish }) => {
    const status = statuses.get(orderId);
    const settled = status !== undefined && endings[wish].includes(status);
    return settled ? [] : [`${orderId}: ${wish}, status ${status}`];
  });
}

Deno.test(`chaos: ${kills} kills in a checkout load, and the books agree`, async () => {
  const dir = await Deno.makeTempDir({ prefix: "mall-chaos-" });
  await using cleanup = new AsyncDisposableStack();
  cleanup.defer(() => Deno.remove(dir, { recursive: true }));
  await Deno.chmod(dir, 0o711);
  await using postgres = await startMortalPostgres(dir);
  await using mall = await startMall({ without: serviceNames, postgresUrl: postgres.url });
  await using victims = await startVictims(mall, postgres);
  await insertProducts(mall.sql.product, products);
  const shop = createShop(mall);
  const shopper = createInsistentShopper({
    ...{ mall, shop },
    buyers: await shop.buyers(300),
    productIds: products.map(({ id }) => Number(id)),
    random: createRandom(`shopping of ${seed}`),
  });
  const closing = new AbortController();
  const shopping = shopper.shop(workers, closing.signal);
  await Promise.race([killAll(victims), shopping]);
  closing.abort();
  await shopping;

  const start = performance.now();
  const limit = { timeoutMs: healedWithinMs, pollMs: 250 };
  await eventually("every order is where it must be", async () => {
    assert.deepEqual(await unsettled(mall, shopper), []);
    return true;
  }, limit);
  await booksAgree(mall, { timeoutMs: healedWithinMs });
  const healedMs = Math.round(performance.now() - start);

  const { purchases, refusals, repeats } = shopper;
  const [made] = await mall.sql.order<{ orders: number }[]>`
    SELECT count(*)::int AS orders FROM orders`;
  assert.equal(made?.orders, purchases.length, "an order that nobody was told of");
  assert.equal([...victims.kills.values()].reduce((sum, n) => sum + n, 0), kills);
  const killed = [...victims.kills].map(([name, n]) => `${name} ${n}`).join(", ");
  console.log(
    `seed ${seed}: killed ${killed}; ${purchases.length} orders, ${refusals} refused, ` +
      `${repeats} repeated requests; whole ${healedMs} ms after the last`,
  );
});
