/** Who ordered when, and how far each order has come. */
import { type OrderStatus, orderStatus } from "../../services/order/order_status.ts";
import { before, dayMs, hourMs, minuteMs } from "./anchor.ts";
import { leastAgeMs } from "./order_life.ts";
import { buyerIds, demoUserId } from "./people.ts";
import { createRandom } from "./random.ts";

export interface OrderPlan {
  readonly userId: bigint;
  readonly status: OrderStatus;
  readonly createTime: Date;
  /** Whether a product that was deleted since is in it. */
  readonly withDeleted: boolean;
  /** Different for every order. */
  readonly label: string;
}

const buyerOrderCount = 400;
const { cancelled, unpaid, paid, toBeShipped, toBeReceived, done, closed } = orderStatus;

/** Ages of the demo user's orders that are still under way. The first two unpaid share a moment. */
const underWay: readonly (readonly [OrderStatus, readonly number[]])[] = [
  [unpaid, [3, 3, 9, 21, 40]],
  [paid, [2, 5, 11, 19]],
  [toBeShipped, [4, 13, 22, 31]],
  [toBeReceived, [50, 61, 75, 96, 118, 140]],
];
/** The newest that are done share one moment, and the page of 20 ends among them. */
const doneTogether = 5;
const doneCount = 36;
/** So do these: here ends the page of 20 of the list of done orders alone. */
const doneTieFirst = 18;
const doneTieLast = 21;
const deletedInDone = 7;

/** How often each status comes up among the buyers' orders, and how old they are at most. */
const buyerStatuses: readonly (readonly [OrderStatus, weight: number, days: number])[] = [
  [done, 70, 300],
  [toBeReceived, 8, 4],
  [closed, 6, 300],
  [toBeShipped, 5, 1],
  [paid, 4, 1],
  [cancelled, 4, 300],
  [unpaid, 3, 1],
];

/** Every order that is to be made. */
export function orderPlans(anchor: Date): OrderPlan[] {
  return [...demoUserPlans(anchor), ...buyerPlans(anchor)];
}

/** Sixty-seven orders of the demo user: every status, and moments that several share. */
function demoUserPlans(anchor: Date): OrderPlan[] {
  const open = underWay.flatMap(([status, ages]) =>
    ages.map((hours) => ({ status, ageMs: hours * hourMs - 17 * minuteMs, withDeleted: false }))
  );
  const finished = Array.from({ length: doneCount }, (_, index) => {
    return { status: done, ageMs: doneAgeMs(index), withDeleted: index === deletedInDone };
  });
  const ended = [cancelled, closed].flatMap((status, kind) =>
    Array.from({ length: 6 }, (_, index) => {
      // Each cancelled order has a closed one of the same moment.
      const ageMs = (15 + 47 * index) * dayMs + (index % 2 === 0 ? 0 : kind * hourMs);
      return { status, ageMs, withDeleted: false };
    })
  );
  return [...open, ...finished, ...ended].map(({ status, ageMs, withDeleted }, index) => ({
    userId: demoUserId,
    status,
    createTime: before(anchor, ageMs),
    withDeleted,
    label: `order ${demoUserId}/${index}`,
  }));
}

function doneAgeMs(index: number): number {
  if (index < doneTogether) return 9 * dayMs;
  const step = index >= doneTieFirst && index <= doneTieLast ? doneTieFirst : index;
  return (10 + 11 * (step - doneTogether)) * dayMs + createRandom(`age ${step}`).int(0, 9 * hourMs);
}

function buyerPlans(anchor: Date): OrderPlan[] {
  const statuses = buyerStatuses.flatMap((row) => Array.from({ length: row[1] }, () => row));
  return Array.from({ length: buyerOrderCount }, (_, index) => {
    const label = `buyer order ${index}`;
    const random = createRandom(`plan of ${label}`);
    const [status, , days] = random.pick(statuses);
    const ageMs = leastAgeMs[status] + random.int(minuteMs, days * dayMs);
    return {
      userId: BigInt(random.int(buyerIds.first, buyerIds.last)),
      status,
      createTime: before(anchor, ageMs),
      withDeleted: false,
      label,
    };
  });
}
