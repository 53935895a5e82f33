/** Orders: how many a second, how soon a payment shows, how long a long list takes; then the audit. */
import { auditedMall } from "./audit.ts";
import { putBuyers, stockUp } from "./buyers.ts";
import { openSockets } from "./http_load.ts";
import { load } from "./load.mjs";
import { median, quantile } from "./load.ts";
import type { MeasuredMall } from "./mall.ts";
import { putPastOrders } from "./past_orders.ts";
import { paymentTimes } from "./payment_times.ts";
import { createProcessorMeter } from "./processor.ts";
import { inFlight, measureInTurn, type Measurement, measureRounds, type Thing } from "./rounds.ts";
import { openSqlOrderPeer } from "./sql_order_peer.ts";
import {
  atLeast,
  atMost,
  medianRatio,
  pairTable,
  processorTable,
  type Row,
  type Target,
  targetTable,
} from "./table.ts";

const productCount = 1_000;
/** They order in turn: none orders again before all have, and none is ever at the cap of unpaid. */
const buyerCount = 6_000;
const longMs = 3_000;
/** An order goes through much code in many processes: a round alone does not warm it. */
const warmMs = 15_000;
/** Pages of both lists are as long as the short list. */
const shortList = 10;
const longList = 10_000;
const paymentCount = 40;

/** Prints the tables; false when the audit finds a rule broken. */
export async function measureOrders(mall: MeasuredMall, stopped: AbortSignal): Promise<boolean> {
  const products = await stockUp(mall.sql, productCount);
  const buyers = await putBuyers(mall.sql, mall.tokens, buyerCount);
  const rates = await measurePlacing(mall, stopped, { products, buyers });
  // What follows is measured while nothing of the load is under way any more.
  await auditedMall(mall, stopped);
  const lists = await measureLists(mall, stopped);
  const shown = await paymentTimes(mall, { buyers, products, count: paymentCount, stopped });
  const { rules, breaches } = await auditedMall(mall, stopped);
  const broken = new Set(breaches.map(({ rule }) => rule)).size;
  const targets = [
    ...rates,
    ...lists,
    atMost("payment: callback answered → to be shipped, ms, median", median(shown), 200),
    atMost(`payment: the same, the slowest of ${shown.length}`, Math.max(...shown), undefined),
    atMost(`audit: ${rules - broken} rules hold; broken`, broken, 0),
  ];
  console.log(`\n${targetTable(targets)}`);
  for (const { rule, what } of breaches) console.log(`${rule}: ${what}`);
  return breaches.length === 0;
}

interface PlacingOptions {
  readonly products: readonly number[];
  readonly buyers: Awaited<ReturnType<typeof putBuyers>>;
}

async function measurePlacing(
  mall: MeasuredMall,
  stopped: AbortSignal,
  { products, buyers }: PlacingOptions,
): Promise<readonly Target[]> {
  await using stack = new AsyncDisposableStack();
  const peer = stack.use(
    await openSqlOrderPeer({
      superuserUrl: mall.postgresUrl,
      dir: `${mall.dir}/pgbench`,
      products: productCount,
    }),
  );
  const sockets = stack.use(openSockets(`${mall.urls.bff}/v1/order`, inFlight));
  let n = 0;
  async function placeOne(): Promise<void> {
    const { token, addressId } = buyers[n % buyers.length] ?? noBuyer();
    const items = [{ product_id: products[n++ % products.length], quantity: 1 }];
    await sockets.post({ address_id: addressId, items }, {
      authorization: `Bearer ${token}`,
      "idempotency-key": crypto.randomUUID(),
    });
  }
  const name = "POST /v1/order";
  const meter = createProcessorMeter(mall.pids);
  const peerMeter = createProcessorMeter({ postgres: mall.pids["postgres"] ?? 0 });
  const things: Measurement[] = [
    [name, meter.metered((options) => load(placeOne, options))],
    [name, peerMeter.metered((options) => peer.measure(options))],
  ];
  await load(placeOne, { inFlight, measureMs: warmMs });
  const rows = await measureInTurn(things, { stopped, measureMs: longMs });
  const [ours, bare] = [rows.slice(0, 1), rows.slice(1)];
  console.log(`\norders of one item, against one transaction of the same in SQL (${peer.by})\n`);
  console.log(pairTable(ours, bare, "SQL/s"));
  console.log(`\nwhat an order costs, and what its SQL transaction costs the server\n`);
  console.log(processorTable(["order", meter.perCall()], ["SQL", peerMeter.perCall()]));
  return placingTargets(ours, bare);
}

function placingTargets([ours]: readonly Row[], [bare]: readonly Row[]): readonly Target[] {
  if (ours === undefined || bare === undefined) throw new Error("nothing was measured");
  const tails = ours.rounds.map(({ latenciesMs }) => {
    return quantile(latenciesMs, 0.99) / quantile(latenciesMs, 0.5);
  });
  return [
    atLeast("orders placed, share of bare SQL", medianRatio(ours, bare), 0.35),
    atMost("orders placed, p99 ÷ median", median(tails), 10),
  ];
}

function noBuyer(): never {
  throw new Error("there is no buyer");
}

async function measureLists(
  mall: MeasuredMall,
  stopped: AbortSignal,
): Promise<readonly Target[]> {
  await using stack = new AsyncDisposableStack();
  const things: Thing[] = [];
  for (const [index, count] of [longList, shortList].entries()) {
    const userId = 900_001 + index;
    await putPastOrders(mall.sql, { userId, count });
    const authorization = `Bearer ${await mall.tokens.person(BigInt(userId))}`;
    const url = `${mall.urls.bff}/v1/order/list?ps=${shortList}`;
    const sockets = stack.use(openSockets(url, inFlight, { authorization }));
    things.push(["GET /v1/order/list, ten orders", () => sockets.get()]);
  }
  await mall.sql.order`ANALYZE orders, order_item, order_status_history`;
  const rows = await measureRounds(things, { stopped });
  const [long, short] = [rows.slice(0, 1), rows.slice(1)];
  console.log(
    `\na page of a user's ${longList.toLocaleString("en")} orders, and of ${shortList}\n`,
  );
  console.log(pairTable(long, short, `of ${shortList}/s`));
  const [many, few] = rows;
  if (many === undefined || few === undefined) throw new Error("nothing was measured");
  return [atMost("order list, time of 10,000 orders ÷ of 10", medianRatio(few, many), 1.5)];
}
