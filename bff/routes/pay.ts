/** Paying: `/v1/pay`, `/v1/pay/{id}`, and what platforms call back. */
import { type OpenAPIHono, z } from "@hono/zod-openapi";
import { Code, ConnectError } from "@connectrpc/connect";
import type { Payment } from "../../proto/gen/pay/v1/payment_pb.ts";
import { onBehalfOf } from "../../shared/rpc/call.ts";
import { personRoute, publicRoute } from "../access.ts";
import type { Clients } from "../clients.ts";
import type { BffEnv } from "../context.ts";
import { bodyMembers } from "../middleware/body_members.ts";
import { yuan } from "../money.ts";
import { idempotencyKeyHeader, noStore, problems, replayed, text } from "../schemas.ts";

/** Bodies under this path are the platforms' own, whatever their type: see `bodyGate()`. */
export const callbackPath = "/v1/pay/callback/";

const milliseconds = z.int().openapi({ description: "Unix milliseconds, 0 for not yet." });
const away = { 503: "A service or the platform is away: repeat with the same key." };

const PaymentSchema = z.object({
  payment_id: z.string(),
  order_id: z.string(),
  platform: z.int(),
  status: z.int().openapi({
    description: "1 pending, 2 captured, 3 failed, 4 expired, 5 partly refunded, 6 refunded",
  }),
  amount: z.number().openapi({ description: "What the order costs, in yuan." }),
  captured: z.number(),
  refunded: z.number(),
  currency: z.string(),
  pay_url: z.string().openapi({ description: "Where the buyer pays, while that is possible." }),
  expire_time: milliseconds,
  capture_time: milliseconds,
  create_time: milliseconds,
  refunds: z.array(
    z.object({
      refund_id: z.string(),
      amount: z.number(),
      status: z.int().openapi({ description: "1 pending, 2 succeeded, 3 failed" }),
      reason: z.string(),
      create_time: milliseconds,
      finish_time: milliseconds,
    }).openapi("Refund"),
  ),
}).openapi("Payment");

const content = { "application/json": { schema: PaymentSchema } };

const NewPayment = z.object({
  order_id: z.string().regex(/^\d{24,32}$/, "must be an order's id"),
  platform: z.int().openapi({ description: "1 Alipay, 2 WeChat Pay, 3 Stripe, 9 sandbox" }),
  return_url: text({ min: 0, max: 500 }).default("").openapi({
    description: "Where the pay page leads back to.",
  }),
}).openapi("NewPayment");

const createdRoute = personRoute({
  method: "post",
  path: "/v1/pay",
  tags: ["pay"],
  summary: "Start paying an order; the amount is the order's",
  middleware: bodyMembers({}),
  request: {
    headers: idempotencyKeyHeader,
    body: { required: true, content: { "application/json": { schema: NewPayment } } },
  },
  responses: {
    201: { description: "The payment, with its pay page.", headers: replayed, content },
    ...problems({
      400: "The key is missing, or the JSON is malformed.",
      404: "There is no such order of yours.",
      409: "ORDER_NOT_PAYABLE, or IN_FLIGHT",
      422: "A member of the body is wrong, or the key was used for another payment.",
      ...away,
    }),
  },
}, { stranger: "not_found" });

const getRoute = personRoute({
  method: "get",
  path: "/v1/pay/{id}",
  tags: ["pay"],
  summary: "One payment with its refunds",
  request: { params: z.object({ id: z.string().max(64) }) },
  responses: {
    200: { description: "The payment.", content },
    ...problems({ 404: "There is no such payment of yours.", ...away }),
  },
}, { stranger: "not_found" });

const callbackRoute = publicRoute({
  method: "post",
  path: `${callbackPath}{platform}`,
  tags: ["pay"],
  summary: "What a platform says about a payment; signed, in its own words",
  request: { params: z.object({ platform: z.enum(["1", "2", "3", "9"]) }) },
  responses: {
    200: { description: "What the platform expects, in its own words." },
    ...problems({ 401: "BAD_SIGNATURE: nothing was written.", ...away }),
  },
});

/** Adds the routes of payments. */
export function payRoutes(
  app: OpenAPIHono<BffEnv>,
  { clients: { payments, callbacks } }: { readonly clients: Clients },
): void {
  app.openapi(createdRoute, async (c) => {
    const { order_id: orderId, platform, return_url: returnUrl } = c.req.valid("json");
    const { "idempotency-key": idempotencyKey } = c.req.valid("header");
    const request = { orderId, platform, returnUrl, idempotencyKey };
    const answer = await payments.createPayment(request, onBehalfOf(c.var.call));
    if (answer.replayed) c.header("idempotency-replayed", "true");
    return c.json(paymentJson(answer.payment), 201, noStore);
  });
  app.openapi(getRoute, async (c) => {
    const { id: paymentId } = c.req.valid("param");
    const answer = await payments.getPayment({ paymentId }, onBehalfOf(c.var.call));
    return c.json(paymentJson(answer.payment), 200, noStore);
  });
  app.openapi(callbackRoute, async (c) => {
    const answer = await callbacks.handleCallback({
      platform: Number(c.req.valid("param").platform),
      headers: c.req.header(),
      query: new URL(c.req.url).search.slice(1),
      body: new Uint8Array(await c.req.arrayBuffer()),
    }, onBehalfOf(c.var.call));
    const headers = { "content-type": answer.contentType };
    return new Response(answer.body.slice(), { status: answer.httpStatus, headers });
  });
}

function paymentJson(payment: Payment | undefined): z.infer<typeof PaymentSchema> {
  if (payment === undefined) throw new ConnectError("no payment came back", Code.Internal);
  return {
    payment_id: payment.paymentId,
    order_id: payment.orderId,
    platform: payment.platform,
    status: payment.status,
    amount: yuan(payment.amountFen),
    captured: yuan(payment.capturedFen),
    refunded: yuan(payment.refundedFen),
    currency: payment.currency,
    pay_url: payment.payUrl,
    expire_time: Number(payment.expireTime),
    capture_time: Number(payment.captureTime),
    create_time: Number(payment.createTime),
    refunds: payment.refunds.map((refund) => ({
      refund_id: refund.refundId,
      amount: yuan(refund.amountFen),
      status: refund.status,
      reason: refund.reason,
      create_time: Number(refund.createTime),
      finish_time: Number(refund.finishTime),
    })),
  };
}
