/** Orders with their lines and steps, before they are rows. */
import { newOrderId } from "../../services/order/order_id.ts";
import { type OrderStatus, orderStatus } from "../../services/order/order_status.ts";
import { before, dayMs } from "./anchor.ts";
import { type OrderPlan, orderPlans } from "./order_plans.ts";
import { type OrderStep, orderSteps, payWithinMs } from "./order_life.ts";
import { reducedFen } from "./price.ts";
import { type DemoProduct, newProductDays } from "./products.ts";
import { createRandom, type Random } from "./random.ts";

/** One line, as the product was then. Money is in fen. */
export interface DemoOrderItem {
  readonly product: DemoProduct;
  readonly name: string;
  readonly unitPriceFen: bigint;
  readonly quantity: number;
}

export interface DemoOrder {
  readonly id: string;
  readonly userId: bigint;
  readonly status: OrderStatus;
  readonly createTime: Date;
  readonly payBefore: Date;
  readonly items: readonly DemoOrderItem[];
  readonly steps: readonly OrderStep[];
  /** The seed of everything else about it. */
  readonly label: string;
}

/** Orders take from well-stocked products only, so that no stock falls below zero. */
const piecesMin = 40n;
/** Unpaid demo orders would be closed before anybody has seen them. */
const unpaidDays = 30;
/** Names and prices may have changed since an order of this age. */
const changedAfterDays = 60;
const changedPercent = 10;
const settled: readonly OrderStatus[] = [
  orderStatus.done,
  orderStatus.cancelled,
  orderStatus.closed,
];

/** The orders of the demo user and of the buyers. */
export function demoOrders(products: readonly DemoProduct[], anchor: Date): DemoOrder[] {
  const stocked = products.filter((each) => each.pieces >= piecesMin);
  return orderPlans(anchor).map((plan) => demoOrder(plan, stocked, anchor));
}

function demoOrder(plan: OrderPlan, stocked: readonly DemoProduct[], anchor: Date): DemoOrder {
  const { userId, status, createTime, label } = plan;
  const random = createRandom(label);
  const unpaid = status === orderStatus.unpaid;
  const ageMs = anchor.getTime() - createTime.getTime();
  return {
    id: newOrderId({ userId, nowMs: createTime.getTime(), random: random.fraction() }),
    userId,
    status,
    createTime,
    payBefore: unpaid ? before(anchor, -unpaidDays * dayMs) : before(createTime, -payWithinMs),
    items: boughtIn(plan, stocked, anchor, random)
      .map((product) => itemOf(product, ageMs, random)),
    steps: orderSteps({ userId, status, createTime, random }),
    label,
  };
}

/** One to five products that existed then; only orders that are over hold what is off the shelf. */
function boughtIn(
  { createTime, status, withDeleted }: OrderPlan,
  stocked: readonly DemoProduct[],
  anchor: Date,
  random: Random,
): DemoProduct[] {
  const newest = Math.min(createTime.getTime(), before(anchor, newProductDays * dayMs).getTime());
  const existing = stocked.filter((each) => each.createTime.getTime() < newest);
  const statusMax = settled.includes(status) ? 2 : 1;
  const count = random.pick([1, 1, 1, 2, 2, 3, 3, 4, 5]);
  const bought = random.sample(existing.filter((each) => each.status <= statusMax), count);
  const deleted = existing.filter((each) => withDeleted && each.status === 3).slice(0, 1);
  return [...deleted, ...bought].slice(0, 5);
}

function itemOf(product: DemoProduct, ageMs: number, random: Random): DemoOrderItem {
  const quantity = random.pick([1, 1, 1, 1, 1, 2, 2, 3]);
  const { name, priceFen } = product;
  if (ageMs < changedAfterDays * dayMs || !random.chance(changedPercent)) {
    return { product, name, unitPriceFen: priceFen, quantity };
  }
  const formerly = product.place.theme.language === "zh" ? "（旧包装）" : " (old packaging)";
  return { product, name: name + formerly, unitPriceFen: reducedFen(priceFen, 112), quantity };
}
