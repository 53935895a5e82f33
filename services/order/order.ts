/** Orders as the service reads them. */
import type { OrderStatus } from "./order_status.ts";

/** One line: what was bought, as it was when it was bought. Money is in fen. */
export interface OrderItem {
  readonly productId: bigint;
  readonly productName: string;
  readonly productImage: string;
  readonly productDescription: string;
  readonly unitPriceFen: bigint;
  /** Pieces, 1 to 999. */
  readonly quantity: number;
}

/** An order with its lines. Money is in fen, times are Unix milliseconds, 0 for "not yet". */
export interface Order {
  readonly orderId: string;
  readonly userId: bigint;
  readonly status: OrderStatus;
  readonly currency: string;
  readonly totalFen: bigint;
  readonly postageFen: bigint;
  readonly paymentFen: bigint;
  /** The platform that was paid with, 0 before. */
  readonly paymentType: number;
  readonly paymentId: string;
  readonly flashSaleId: bigint;
  readonly remark: string;
  readonly closeReason: string;
  readonly carrier: string;
  readonly trackingNumber: string;
  readonly createTime: bigint;
  readonly updateTime: bigint;
  readonly payBefore: bigint;
  readonly paymentTime: bigint;
  readonly sendTime: bigint;
  readonly endTime: bigint;
  readonly closeTime: bigint;
  readonly items: readonly OrderItem[];
}

/** What a list shows of an order. */
export type OrderCard = Pick<
  Order,
  "orderId" | "userId" | "status" | "totalFen" | "paymentFen" | "createTime" | "items"
>;

/** Where an order goes: a snapshot of the buyer's address. */
export interface Receiver {
  readonly name: string;
  readonly phone: string;
  readonly province: string;
  readonly city: string;
  readonly district: string;
  readonly detail: string;
  readonly postCode: string;
}

/** The number of pieces in all lines. */
export function quantityOf(items: readonly OrderItem[]): number {
  return items.reduce((sum, item) => sum + item.quantity, 0);
}

/** The price of one line, in fen. */
export function lineTotalFen(item: OrderItem): bigint {
  return item.unitPriceFen * BigInt(item.quantity);
}
