import { type Client, Code, ConnectError, type ServiceImpl } from "@connectrpc/connect";
import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import type {
  GetPayableOrderResponse,
  OrderInternalService,
} from "../../../proto/gen/order/v1/order_internal_service_pb.ts";
import {
  type CreatePaymentResponse,
  CreatePaymentResponseSchema,
  type PaymentService,
} from "../../../proto/gen/pay/v1/payment_service_pb.ts";
import { callerId } from "../../../shared/auth/caller.ts";
import { crashPoint } from "../../../shared/crash_point.ts";
import { invalidArgument, Refusal } from "../../../shared/errors.ts";
import { type ClaimStore, type Lease, requestHash } from "../../../shared/idempotency/claims.ts";
import { isFinal, keyInFlight, keyReused } from "../../../shared/idempotency/refusals.ts";
import { cutPage } from "../../../shared/paging.ts";
import { refuseWhenAway } from "../../../shared/rpc/away.ts";
import { type Call, callOf, onBehalfOf } from "../../../shared/rpc/call.ts";
import {
  isPaymentId,
  narrowCreatePayment,
  narrowListPayments,
  newPaymentId,
  notSupported,
  type Payment,
  type PaymentWish,
} from "../payment.ts";
import type { PaymentProvider, Platform } from "../provider.ts";
import type { PaymentStore } from "../store/payments.ts";
import { paymentNotFound } from "../store/refunds.ts";
import { toPaymentMessage } from "./payment_message.ts";

export type Providers = ReadonlyMap<Platform, PaymentProvider>;

export interface PaymentServiceOptions {
  readonly payments: PaymentStore;
  readonly claims: ClaimStore;
  readonly providers: Providers;
  readonly orders: Pick<Client<typeof OrderInternalService>, "getPayableOrder">;
  /** Origins that a pay page may lead back to. */
  readonly returnOrigins: readonly string[];
}

/** Only an order of this status may be paid. */
const unpaid = 10;

/** The rpcs of `pay.v1.PaymentService`. */
export function createPaymentService(
  options: PaymentServiceOptions,
): ServiceImpl<typeof PaymentService> {
  const { payments, claims } = options;
  return {
    async createPayment(request, context) {
      const call = callOf(context);
      const userId = callerId(call.principal);
      const wish = narrowCreatePayment(request);
      requireReturnOrigin(wish.returnUrl, options.returnOrigins);
      const provider = options.providers.get(wish.platform);
      if (provider === undefined) throw invalidArgument([notSupported]);
      const { key, ...asked } = wish;
      const subjectId = newPaymentId(Date.now(), Math.random);
      const claim = await claims.claim({
        userId,
        key,
        requestHash: requestHash(asked),
        subjectId,
      });
      switch (claim.kind) {
        case "answered":
          return { ...fromBinary(CreatePaymentResponseSchema, claim.answer), replayed: true };
        case "reused":
          throw keyReused();
        case "in_flight":
          throw keyInFlight();
        case "mine":
          return await startPayment(options, provider, {
            userId,
            wish,
            call,
            paymentId: claim.subjectId,
            lease: claim.lease,
          });
      }
    },
    async getPayment({ paymentId }, context) {
      const userId = callerId(callOf(context).principal);
      const found = isPaymentId(paymentId) ? await payments.find(paymentId) : undefined;
      if (found?.payment.userId !== userId) throw paymentNotFound();
      return { payment: toPaymentMessage(found.payment, found.refunds) };
    },
    async listPayments(request, context) {
      const userId = callerId(callOf(context).principal);
      const { orderId, after, ps } = narrowListPayments(request);
      const filter = orderId === "" ? { userId } : { userId, orderId };
      const found = await payments.list(filter, after, ps + 1);
      const page = cutPage(found, ps, ({ createTime, paymentId }) => {
        return { value: createTime, id: paymentId };
      });
      return {
        payments: page.items.map((payment) => toPaymentMessage(payment)),
        isEnd: page.isEnd,
        paymentTime: page.last?.value ?? 0n,
        lastId: page.last?.id ?? "",
      };
    },
  };
}

interface Start {
  readonly userId: bigint;
  readonly wish: PaymentWish;
  readonly call: Call;
  readonly paymentId: string;
  readonly lease: Lease;
}

/**
 * Noted here before the platform hears of it, so that no money can come that nobody knows of; the
 * same payment id again is the same payment to the platform.
 */
async function startPayment(
  options: PaymentServiceOptions,
  provider: PaymentProvider,
  start: Start,
): Promise<CreatePaymentResponse> {
  const { lease } = start;
  try {
    const order = await payableOrder(options, start);
    const payment = await options.payments.begin(newPayment(start, order));
    crashPoint("pay.after_begin");
    const started = await provider.start(payment);
    crashPoint("pay.after_start");
    const answerOf = (made: Payment) => {
      return create(CreatePaymentResponseSchema, { payment: toPaymentMessage(made) });
    };
    const made = await options.payments.started(
      payment.paymentId,
      started,
      lease,
      (row) => toBinary(CreatePaymentResponseSchema, answerOf(row)),
    );
    return answerOf(made);
  } catch (error) {
    if (isFinal(error)) await options.claims.drop(lease).catch(() => {});
    else await options.claims.leave(lease).catch(() => {});
    throw error;
  }
}

async function payableOrder(
  { orders }: PaymentServiceOptions,
  { userId, wish: { orderId }, call }: Start,
): Promise<GetPayableOrderResponse> {
  const order = await orders.getPayableOrder({ orderId }, onBehalfOf(call)).catch((error) => {
    if (ConnectError.from(error).code === Code.NotFound) throw orderNotFound();
    return refuseWhenAway("order")(error);
  });
  if (order.userId !== userId) throw orderNotFound();
  if (order.status === unpaid && order.payBefore > BigInt(Date.now())) return order;
  const message = "this order cannot be paid any more";
  throw new Refusal(Code.FailedPrecondition, "ORDER_NOT_PAYABLE", message);
}

function newPayment({ userId, wish, paymentId }: Start, order: GetPayableOrderResponse) {
  const { orderId, platform, returnUrl } = wish;
  const { paymentFen: amountFen, currency, subject, payBefore: expireTime } = order;
  return {
    paymentId,
    orderId,
    userId,
    platform,
    returnUrl,
    amountFen,
    currency,
    subject,
    expireTime,
  };
}

function requireReturnOrigin(returnUrl: string, origins: readonly string[]): void {
  if (returnUrl === "" || origins.includes("*")) return;
  if (origins.includes(new URL(returnUrl).origin)) return;
  const message = "must be at one of the shop's own origins";
  throw invalidArgument([{ pointer: "/return_url", reason: "FOREIGN_ORIGIN", message }]);
}

/** Somebody else's order is told from one that does not exist by nobody. */
function orderNotFound(): Refusal {
  return new Refusal(Code.NotFound, "ORDER_NOT_FOUND", "there is no such order");
}
