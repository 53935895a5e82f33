/** One order as the front end sees it, with where it goes. */
import { z } from "@hono/zod-openapi";
import { Code, ConnectError } from "@connectrpc/connect";
import type { Order } from "../proto/gen/order/v1/order_pb.ts";
import { yuan } from "./money.ts";

const milliseconds = z.int().openapi({ description: "Unix milliseconds, 0 for not yet." });

export const OrderItemSchema = z.object({
  product_id: z.int(),
  product_name: z.string(),
  product_image: z.string(),
  unit_price: z.number().openapi({ description: "When it was ordered, in yuan.", example: 19.99 }),
  quantity: z.int(),
  total_price: z.number(),
}).openapi("OrderItem");

const ReceiverSchema = z.object({
  name: z.string(),
  phone: z.string(),
  province: z.string(),
  city: z.string(),
  district: z.string(),
  detail: z.string(),
  post_code: z.string(),
}).openapi("Receiver");

export const OrderSchema = z.object({
  order_id: z.string().openapi({ example: "2026110109153000048291300123" }),
  status: z.int().openapi({
    description: "0 cancelled, 10 unpaid, 20 paid, 30 to be shipped, 40 to be received, 50 done, " +
      "60 closed",
  }),
  quantity: z.int().openapi({ description: "Pieces in all items." }),
  payment: z.number().openapi({ description: "What the buyer pays, in yuan.", example: 27.99 }),
  total_price: z.number().openapi({ description: "Sum of the items, in yuan.", example: 19.99 }),
  postage: z.number().openapi({ description: "Price of the delivery, in yuan.", example: 8 }),
  currency: z.string(),
  items: z.array(OrderItemSchema),
  receiver: ReceiverSchema.optional(),
  remark: z.string(),
  payment_type: z.int().openapi({
    description: "1 Alipay, 2 WeChat Pay, 3 Stripe, 9 sandbox; 0 before the payment.",
  }),
  payment_id: z.string(),
  close_reason: z.string(),
  carrier: z.string(),
  tracking_number: z.string(),
  create_time: milliseconds,
  pay_before: milliseconds,
  payment_time: milliseconds,
  send_time: milliseconds,
  end_time: milliseconds,
  close_time: milliseconds,
}).openapi("Order");

export type OrderJson = z.infer<typeof OrderSchema>;

/** The JSON of an order. Throws if the service sent none. */
export function orderDetailJson(order: Order | undefined): OrderJson {
  if (order === undefined) throw new ConnectError("no order came back", Code.Internal);
  return {
    order_id: order.orderId,
    status: order.status,
    quantity: order.quantity,
    payment: yuan(order.paymentFen),
    total_price: yuan(order.totalPriceFen),
    postage: yuan(order.postageFen),
    currency: order.currency,
    items: order.items.map((item) => ({
      product_id: Number(item.productId),
      product_name: item.productName,
      product_image: item.productImage,
      unit_price: yuan(item.unitPriceFen),
      quantity: item.quantity,
      total_price: yuan(item.totalPriceFen),
    })),
    ...(order.receiver === undefined ? {} : { receiver: receiverJson(order.receiver) }),
    remark: order.remark,
    payment_type: order.paymentType,
    payment_id: order.paymentId,
    close_reason: order.closeReason,
    carrier: order.carrier,
    tracking_number: order.trackingNumber,
    create_time: Number(order.createTime),
    pay_before: Number(order.payBefore),
    payment_time: Number(order.paymentTime),
    send_time: Number(order.sendTime),
    end_time: Number(order.endTime),
    close_time: Number(order.closeTime),
  };
}

function receiverJson(receiver: NonNullable<Order["receiver"]>) {
  const { name, phone, province, city, district, detail, postCode } = receiver;
  return { name, phone, province, city, district, detail, post_code: postCode };
}
