/** Orders as rows of the order service's tables. */
import { orderStatus } from "../../services/order/order_status.ts";
import type { DemoOrder, DemoOrderItem } from "./orders.ts";
import { createRandom, type Random } from "./random.ts";
import { receiverOf } from "./receivers.ts";
import type {
  OrderItemRow,
  OrderReceiverRow,
  OrderRow,
  OrderStatusHistoryRow,
  OrderTables,
} from "./rows.ts";

/** From this sum of the items on the delivery is free, in fen. */
export const freePostageFromFen = 9_900n;
/** The delivery of everything below it, in fen. */
export const postageFen = 800n;
/** How much of the subtitle an order keeps, in characters. */
const descriptionMax = 200;

const carriers = ["青鸟示范速运", "北桥快递", "Harbour Parcel", "Linnet Express"];
const remarks = ["请放门卫处", "工作日送货", "送人的，请包好", "Please ring twice", "轻拿轻放"];
const platforms = [1, 1, 2, 2, 2, 9];

/** All four tables; the rows of one order follow each other. */
export function orderTables(orders: readonly DemoOrder[]): OrderTables {
  return {
    orders: orders.map(orderRow),
    order_item: orders.flatMap(itemRows),
    order_receiver: orders.map(receiverRow),
    order_status_history: orders.flatMap(historyRows),
  };
}

function orderRow(order: DemoOrder): OrderRow {
  const { id, userId, status, createTime, payBefore, steps } = order;
  const random = createRandom(`row of ${order.label}`);
  const paymentTime = timeOf(order, orderStatus.paid);
  const sendTime = timeOf(order, orderStatus.toBeReceived);
  const closing = steps.find(({ to }) => to === orderStatus.cancelled || to === orderStatus.closed);
  return {
    id,
    user_id: userId,
    status,
    ...amounts(order.items),
    payment_type: paymentTime && random.pick(platforms),
    payment_id: paymentTime ? digits(random, 28) : "",
    remark: random.chance(10) ? random.pick(remarks) : "",
    close_reason: closing?.reason ?? "",
    carrier: sendTime ? random.pick(carriers) : "",
    tracking_number: sendTime ? `DM${digits(random, 12)}` : "",
    create_time: createTime,
    update_time: steps.at(-1)?.at ?? createTime,
    pay_before: payBefore,
    payment_time: paymentTime,
    send_time: sendTime,
    end_time: timeOf(order, orderStatus.done),
    close_time: closing?.at ?? null,
  };
}

function amounts(
  items: readonly DemoOrderItem[],
): Pick<OrderRow, "total_fen" | "postage_fen" | "payment_fen"> {
  const total = items.reduce((sum, item) => sum + item.unitPriceFen * BigInt(item.quantity), 0n);
  const postage = total >= freePostageFromFen ? 0n : postageFen;
  return { total_fen: total, postage_fen: postage, payment_fen: total + postage };
}

function timeOf({ steps }: DemoOrder, status: number): Date | null {
  return steps.find(({ to }) => to === status)?.at ?? null;
}

function digits(random: Random, count: number): string {
  return Array.from({ length: count }, () => random.int(0, 9)).join("");
}

function itemRows({ id, items }: DemoOrder): OrderItemRow[] {
  return items.map(({ product, name, unitPriceFen, quantity }, index) => ({
    order_id: id,
    line: index + 1,
    product_id: product.id,
    product_name: name,
    product_image: product.images[0] ?? "",
    product_description: product.subtitle.slice(0, descriptionMax),
    unit_price_fen: unitPriceFen,
    quantity,
  }));
}

/** Most people order to one address; some have a second. */
function receiverRow({ id, userId, label }: DemoOrder): OrderReceiverRow {
  const index = createRandom(`receiver of ${label}`).chance(20) ? 1 : 0;
  return { order_id: id, ...receiverOf(userId, index) };
}

function historyRows({ id, steps }: DemoOrder): OrderStatusHistoryRow[] {
  return steps.map(({ from, to, reason, actor, at }, index) => {
    return { order_id: id, step: index + 1, from_status: from, to_status: to, reason, actor, at };
  });
}
