import { Code, type ServiceImpl } from "@connectrpc/connect";
import type {
  HandleCallbackRequest,
  PaymentInternalService,
} from "../../../proto/gen/pay/v1/payment_internal_service_pb.ts";
import { invalidArgument, Refusal } from "../../../shared/errors.ts";
import type { Logger } from "../../../shared/log.ts";
import type { CallbackNotice, PaymentProvider } from "../provider.ts";
import type { PaymentStore } from "../store/payments.ts";
import type { RefundStore } from "../store/refunds.ts";
import { toPaymentMessage } from "./payment_message.ts";
import type { Providers } from "./payments.ts";

export interface PaymentInternalOptions {
  readonly payments: PaymentStore;
  readonly refunds: RefundStore;
  readonly providers: Providers;
  readonly log: Logger;
}

const bodyMax = 65_536;
const headersMax = 100;

/** The rpcs of `pay.v1.PaymentInternalService`. */
export function createPaymentInternalService(
  options: PaymentInternalOptions,
): ServiceImpl<typeof PaymentInternalService> {
  const { payments, providers } = options;
  return {
    async handleCallback(request) {
      requireLimits(request);
      const provider = [...providers.values()]
        .find((known) => known.platform === Number(request.platform));
      if (provider === undefined) throw noSuchPlatform();
      const notice = await provider.readCallback(request);
      await record(options, provider, notice);
      const { httpStatus, contentType, body } = provider.answer("accepted");
      return { httpStatus, contentType, body: new TextEncoder().encode(body) };
    },
    async listOrderPayments({ orderId }) {
      const found = await payments.listOfOrder(orderId);
      return {
        payments: found.map(({ payment, refunds }) => toPaymentMessage(payment, refunds)),
      };
    },
  };
}

/** Twice, late and out of order are all the same: what is known changes nothing. */
async function record(
  { payments, refunds, log }: PaymentInternalOptions,
  { platform }: PaymentProvider,
  notice: CallbackNotice,
): Promise<void> {
  if (notice.kind === "other") return;
  if (notice.kind === "refund") return await refunds.settle(notice.refundId, notice.state);
  const recorded = await payments.record(notice.paymentId, platform, notice.state);
  if (recorded === "unknown") log.warn("a callback tells of an unknown payment", { platform });
}

function requireLimits({ body, headers }: HandleCallbackRequest): void {
  if (body.byteLength > bodyMax) {
    const message = `must have at most ${bodyMax} bytes`;
    throw invalidArgument([{ pointer: "/body", reason: "TOO_LONG", message }]);
  }
  if (Object.keys(headers).length > headersMax) {
    const message = `must be at most ${headersMax}`;
    throw invalidArgument([{ pointer: "/headers", reason: "TOO_MANY", message }]);
  }
}

function noSuchPlatform(): Refusal {
  const message = "this mall does not take this platform";
  return new Refusal(Code.NotFound, "PLATFORM_NOT_SUPPORTED", message);
}
