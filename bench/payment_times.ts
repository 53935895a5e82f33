/** From the moment that the mall has taken a platform's word until the buyer sees it. */
import type { BenchBuyer } from "./buyers.ts";
import type { MeasuredMall } from "./mall.ts";

export interface PaymentTimesOptions {
  readonly buyers: readonly BenchBuyer[];
  readonly products: readonly number[];
  /** Payments, one after the other. */
  readonly count: number;
  readonly stopped: AbortSignal;
}

const sandboxPlatform = 9;
const toBeShipped = 30;
/** A payment that has not shown by then never will, in milliseconds. */
const showMaxMs = 30_000;

/** The time of each, in milliseconds. */
export async function paymentTimes(
  mall: MeasuredMall,
  { buyers, products, count, stopped }: PaymentTimesOptions,
): Promise<readonly number[]> {
  const times: number[] = [];
  for (let n = 0; n < count; n++) {
    stopped.throwIfAborted();
    const [buyer, productId] = [buyers[n], products[n]];
    if (buyer === undefined || productId === undefined) throw new Error("too few buyers");
    times.push(await paymentTime(mall, buyer, productId));
  }
  return times;
}

async function paymentTime(
  { urls, sandbox }: MeasuredMall,
  { token, addressId }: BenchBuyer,
  productId: number,
): Promise<number> {
  const ask = async (path: string, body?: object) => {
    const response = await fetch(`${urls.bff}${path}`, {
      headers: {
        authorization: `Bearer ${token}`,
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        "idempotency-key": crypto.randomUUID(),
      },
      ...(body === undefined ? {} : { method: "POST", body: JSON.stringify(body) }),
    });
    const answer = await response.json();
    if (!response.ok) throw new Error(`${path}: ${response.status} ${JSON.stringify(answer)}`);
    return answer;
  };
  const items = [{ product_id: productId, quantity: 1 }];
  const { order_id } = await ask("/v1/order", { address_id: addressId, items });
  const { payment_id } = await ask("/v1/pay", { order_id, platform: sandboxPlatform });
  await sandbox.decide(payment_id, true);
  const heardMs = performance.now();
  for (let now = heardMs; now < heardMs + showMaxMs; now = performance.now()) {
    const { status } = await ask(`/v1/order/${order_id}`);
    if (status === toBeShipped) return performance.now() - heardMs;
  }
  throw new Error(`order ${order_id} is not to be shipped after ${showMaxMs} ms`);
}
