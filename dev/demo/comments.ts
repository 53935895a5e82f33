/** What buyers say: of the orders in the order service, and of many that are older than these. */
import { newOrderId } from "../../services/order/order_id.ts";
import { orderStatus } from "../../services/order/order_status.ts";
import { before, dayMs, hourMs, minuteMs } from "./anchor.ts";
import { commentText } from "./comment_text.ts";
import { type DemoLook, picturesOf } from "./looks.ts";
import type { DemoOrder } from "./orders.ts";
import { buyerIds, demoUserId } from "./people.ts";
import type { DemoProduct } from "./products.ts";
import { createRandom, type Random } from "./random.ts";
import type { CommentRow } from "./rows.ts";

type Draft = Omit<CommentRow, "id" | "images"> & {
  readonly look: DemoLook;
  readonly imageCount: number;
};

/** The demo user leaves most things uncommented, so that there is something to try. */
const commentedPercent = { demoUser: 40, buyers: 75 } as const;
/** A product of rank r has this many, divided by r + 6, from orders that are not kept. */
const olderComments = 800;
/** From the order to the comment of such an order. */
const olderOrderDays = { min: 3, max: 12 } as const;
const imagesPercent = 15;
/** So many stand at a moment that others of the product share, so that pages have ties to break. */
const sharedMomentPercent = 40;
const sharedMomentMs = 12 * hourMs;
/** Ratings as often as they are given. */
const ratings: readonly (readonly [rating: number, weight: number])[] = [
  [5, 58],
  [4, 25],
  [3, 9],
  [2, 4],
  [1, 4],
];

/** All comments, by id ascending, which is also from the oldest to the newest. */
export function commentRows(
  products: readonly DemoProduct[],
  orders: readonly DemoOrder[],
  anchor: Date,
): CommentRow[] {
  const drafts = [
    ...orders.flatMap((order) => commentsOfOrder(order, anchor)),
    ...products.flatMap((product) => olderCommentsOf(product, anchor)),
  ];
  drafts.sort((a, b) => a.create_time.getTime() - b.create_time.getTime());
  return drafts.map(({ look, imageCount: count, ...draft }, index) => {
    const id = BigInt(index + 1);
    return { id, ...draft, images: picturesOf("comment", { look, id, count }) };
  });
}

function commentsOfOrder(order: DemoOrder, anchor: Date): Draft[] {
  const { id, userId, status, items, label } = order;
  const received = order.steps.at(-1)?.at;
  if (status !== orderStatus.done || received === undefined) return [];
  const percent = userId === demoUserId ? commentedPercent.demoUser : commentedPercent.buyers;
  return items.flatMap(({ product }, line) => {
    const random = createRandom(`comment ${line} on ${label}`);
    if (!random.chance(percent)) return [];
    const afterMs = random.int(hourMs, Math.min(4 * dayMs, anchor.getTime() - received.getTime()));
    const at = before(received, -afterMs);
    return [draft({ product, orderId: id, userId, at, anchor, random })];
  });
}

/** Orders that went before those in the order service: their ids have the form, their rows are gone. */
function olderCommentsOf(product: DemoProduct, anchor: Date): Draft[] {
  const { min, max } = olderOrderDays;
  const ageMs = anchor.getTime() - product.createTime.getTime();
  const youngestMs = (max + 1) * dayMs;
  if (ageMs <= youngestMs || product.status === 3) return [];
  const count = Math.floor(olderComments / (product.rank + 6));
  return Array.from({ length: count }, (_, index) => {
    const random = createRandom(`older comment ${product.id}/${index}`);
    const at = before(product.createTime, -random.int(youngestMs, ageMs - minuteMs));
    const userId = BigInt(random.int(buyerIds.first, buyerIds.last));
    const nowMs = at.getTime() - random.int(min * dayMs, max * dayMs);
    const orderId = newOrderId({ userId, nowMs, random: random.fraction() });
    return draft({ product, orderId, userId, at, anchor, random });
  });
}

interface DraftParts {
  readonly product: DemoProduct;
  readonly orderId: string;
  readonly userId: bigint;
  readonly at: Date;
  readonly anchor: Date;
  readonly random: Random;
}

function draft({ product, orderId, userId, at, anchor, random }: DraftParts): Draft {
  const rating = random.pick(
    ratings.flatMap(([value, weight]) => Array.from({ length: weight }, () => value)),
  );
  const time = random.chance(sharedMomentPercent) ? sharedMoment(at, anchor) : at;
  return {
    product_id: product.id,
    order_id: orderId,
    user_id: userId,
    rating,
    content: commentText(product, rating, random),
    look: product.look,
    imageCount: random.chance(imagesPercent) ? random.int(1, 3) : 0,
    create_time: time,
    update_time: time,
  };
}

/** The next moment that is a whole number of half days before the anchor. */
function sharedMoment(at: Date, anchor: Date): Date {
  const ageMs = anchor.getTime() - at.getTime();
  return before(anchor, ageMs - ageMs % sharedMomentMs);
}
