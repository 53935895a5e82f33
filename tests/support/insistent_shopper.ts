/** Buyers who do not give up: each request is repeated, with its key, until the answer is certain. */
import type { Random } from "../../dev/demo/random.ts";
import { pause } from "../../dev/wait.ts";
import type { Buyer, Shop } from "./checkout.ts";
import type { Answer } from "./front_end.ts";
import type { Mall } from "./mall.ts";

/** What became of an order, as its buyer was told. */
export interface Purchase {
  readonly buyer: Buyer;
  readonly orderId: string;
  readonly wish: "pay" | "refuse" | "cancel" | "leave";
}

export interface InsistentShopper {
  /** Every order that was made. */
  readonly purchases: readonly Purchase[];
  /** How many orders were refused because nothing was left. */
  readonly refusals: number;
  /** How many answers were not certain. */
  readonly repeats: number;
  /** Buys until `signal` aborts, `workers` at a time. */
  shop(workers: number, signal: AbortSignal): Promise<void>;
}

export interface ShopperOptions {
  readonly mall: Mall;
  readonly shop: Shop;
  readonly buyers: readonly Buyer[];
  readonly productIds: readonly number[];
  readonly random: Random;
}

const patienceMs = 180_000;
const repeatPauseMs = 150;
const piecesMax = 3;

/** Creates it. */
export function createInsistentShopper(options: ShopperOptions): InsistentShopper {
  const { mall, shop, buyers, productIds, random } = options;
  const purchases: Purchase[] = [];
  let refusals = 0;
  let repeats = 0;
  let next = 0;

  async function insist(send: () => Promise<Answer>): Promise<Answer> {
    const end = performance.now() + patienceMs;
    for (;;) {
      const answer = await send().catch((error) => ({ status: 0, body: { reason: `${error}` } }));
      if (isCertain(answer)) return answer as Answer;
      repeats++;
      if (performance.now() > end) throw new Error(`no certain answer: ${JSON.stringify(answer)}`);
      await pause(repeatPauseMs);
    }
  }

  async function buy(): Promise<void> {
    const buyer = buyers[next++ % buyers.length];
    if (buyer === undefined) throw new Error("there are no buyers");
    const key = crypto.randomUUID();
    const lines = random.sample(productIds, random.int(1, 3));
    const items = Object.fromEntries(lines.map((id) => [id, random.int(1, piecesMax)]));
    const wish = random.pick(["pay", "pay", "pay", "pay", "refuse", "cancel", "leave"] as const);
    const { status, body } = await insist(() => shop.order(buyer, items, key));
    if (status === 409 && body.reason === "OUT_OF_STOCK") return void refusals++;
    if (status !== 201 && status !== 200) throw unexpected("order", status, body);
    purchases.push({ buyer, orderId: body.order_id, wish });
    await follow(buyer, body.order_id, wish);
  }

  async function follow({ token }: Buyer, orderId: string, wish: Purchase["wish"]): Promise<void> {
    if (wish === "leave") return;
    if (wish === "cancel") {
      const path = `/v1/order/${orderId}/cancel`;
      const { status, body } = await insist(() => {
        return shop.front.send("POST", path, { token, body: {} });
      });
      if (status !== 200) throw unexpected("cancel", status, body);
      return;
    }
    const headers = { "idempotency-key": crypto.randomUUID() };
    const { status, body } = await insist(() => {
      const payment = { order_id: orderId, platform: 9 };
      return shop.front.send("POST", "/v1/pay", { token, body: payment, headers });
    });
    if (status !== 201 && status !== 200) throw unexpected("pay", status, body);
    await mall.sandbox.decide(body.payment_id, wish === "pay");
  }

  return {
    purchases,
    get refusals() {
      return refusals;
    },
    get repeats() {
      return repeats;
    },
    async shop(workers, signal) {
      await Promise.all(Array.from({ length: workers }, async () => {
        while (!signal.aborted) await buy();
      }));
    },
  };
}

/** Whether repeating it could make a difference. */
function isCertain({ status, body }: { status: number; body: { reason: string } }): boolean {
  if (status === 0 || status >= 500 || status === 429) return false;
  return !(status === 409 && body.reason === "IN_FLIGHT");
}

function unexpected(what: string, status: number, body: unknown): Error {
  return new Error(`${what} answered ${status}: ${JSON.stringify(body)}`);
}
