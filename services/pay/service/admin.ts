import type { ServiceImpl } from "@connectrpc/connect";
import type {
  PaymentAdminService,
  ReconcilePaymentsRequest,
} from "../../../proto/gen/pay/v1/payment_admin_service_pb.ts";
import { type FieldViolation, invalidArgument } from "../../../shared/errors.ts";
import { keyViolation } from "../../../shared/idempotency/refusals.ts";
import { auditEntryOf } from "../../../shared/operators/audit.ts";
import { cutPage, pageSize, readCursor } from "../../../shared/paging.ts";
import { isPaymentId, narrowListPayments } from "../payment.ts";
import type { DifferenceStore } from "../store/differences.ts";
import { paymentNotFound } from "../store/refunds.ts";
import { toPaymentMessage, toRefundMessage } from "./payment_message.ts";
import { reconcile, type ReconciliationOptions } from "./reconciliation.ts";

export interface PaymentAdminOptions extends ReconciliationOptions {
  readonly differences: DifferenceStore;
}

const noteMax = 200;
const reconcileMax = 1_000;
const reconcileBatch = 50;
const spanMaxMs = 31n * 86_400_000n;
/** The end of the year 9999, which dates and Postgres can hold, in Unix milliseconds. */
const timeMaxMs = 253_402_300_799_999n;

/** The rpcs of `pay.v1.PaymentAdminService`. */
export function createPaymentAdminService(
  options: PaymentAdminOptions,
): ServiceImpl<typeof PaymentAdminService> {
  const { payments, refunds, differences } = options;
  return {
    async searchPayments(request) {
      const { orderId, after, ps } = narrowListPayments(request);
      const { userId, platform, status } = request;
      const found = await payments.search(
        {
          ...(orderId === "" ? {} : { orderId }),
          ...(userId > 0n ? { userId } : {}),
          ...(platform > 0 ? { platform } : {}),
          ...(status > 0 ? { status } : {}),
        },
        after,
        ps + 1,
      );
      const page = cutPage(found, ps, ({ payment: { createTime, paymentId } }) => {
        return { value: createTime, id: paymentId };
      });
      return {
        payments: page.items.map((one) => toPaymentMessage(one.payment, one.refunds)),
        isEnd: page.isEnd,
        paymentTime: page.last?.value ?? 0n,
        lastId: page.last?.id ?? "",
      };
    },
    async refundPayment(request, context) {
      const { paymentId, amountFen, note, idempotencyKey: key } = request;
      const words = narrowRefund({ amountFen, note, key });
      if (!isPaymentId(paymentId)) throw paymentNotFound();
      const wish = { reason: "OPERATOR", note: words, key };
      const { refund, payment, replayed } = await refunds.create(
        paymentId,
        amountFen === 0n ? wish : { ...wish, amountFen },
        auditEntryOf(context, request, `payment:${paymentId}`),
      );
      return { refund: toRefundMessage(refund), payment: toPaymentMessage(payment), replayed };
    },
    async retryRefund(request, context) {
      const { refundId } = request;
      const audit = auditEntryOf(context, request, `refund:${refundId}`);
      return { refund: toRefundMessage(await refunds.retry(refundId, audit)) };
    },
    async reconcilePayments(request, context) {
      requireSpan(request);
      // Each payment is a transaction of its own: what was asked for stands before all of them.
      await differences.noteReconciliation(auditEntryOf(context, request, "payments"));
      return await reconcileSpan(options, request);
    },
    async listDifferences({ openOnly, cursor, ps: wanted, lastId }) {
      const ps = pageSize(wanted);
      const found = await differences.list({ openOnly }, readCursor(cursor, lastId), ps + 1);
      const page = cutPage(found, ps, ({ foundTime, id }) => ({ value: foundTime, id }));
      return {
        differences: [...page.items],
        isEnd: page.isEnd,
        foundTime: page.last?.value ?? 0n,
        lastId: page.last?.id ?? 0n,
      };
    },
  };
}

function narrowRefund(
  { amountFen, note, key }: {
    readonly amountFen: bigint;
    readonly note: string;
    readonly key: string;
  },
): string {
  const words = note.normalize("NFC").trim();
  const violations: FieldViolation[] = [];
  if (amountFen < 0n) {
    const message = "must be an amount, or 0 for all that is left";
    violations.push({ pointer: "/amount_fen", reason: "OUT_OF_RANGE", message });
  }
  if (words === "" || [...words].length > noteMax || /\p{Cc}/u.test(words)) {
    const message = `must have 1 to ${noteMax} characters`;
    violations.push({ pointer: "/note", reason: "MALFORMED", message });
  }
  const wrongKey = keyViolation(key);
  if (wrongKey !== undefined) violations.push(wrongKey);
  if (violations.length > 0) throw invalidArgument(violations);
  return words;
}

function requireSpan({ createTimeFrom, createTimeTo }: ReconcilePaymentsRequest): void {
  if (createTimeFrom < 0n || createTimeTo <= createTimeFrom) throw wrongSpan();
  if (createTimeTo - createTimeFrom > spanMaxMs || createTimeTo > timeMaxMs) throw wrongSpan();
}

async function reconcileSpan(options: PaymentAdminOptions, request: ReconcilePaymentsRequest) {
  const { createTimeFrom, createTimeTo, platform } = request;
  const { payments, differences } = options;
  const found = await payments.listMade({
    from: new Date(Number(createTimeFrom)),
    to: new Date(Number(createTimeTo)),
    platform: platform > 0 ? platform : undefined,
  }, reconcileMax + 1);
  const looked = found.slice(0, reconcileMax);
  let checked = 0;
  let mended = 0;
  for (let start = 0; start < looked.length; start += reconcileBatch) {
    const batch = looked.slice(start, start + reconcileBatch);
    const recorded = await Promise.all(batch.map((payment) => reconcile(options, payment)));
    // Whom nobody could ask is not checked.
    checked += recorded.filter((one) => one !== undefined).length;
    mended += recorded.filter((one) => one === "captured" || one === "failed").length;
  }
  const open = await differences.listOpen(looked.map(({ paymentId }) => paymentId));
  return {
    checked,
    mended,
    differences: open,
    isEnd: found.length <= reconcileMax,
    nextTime: found[reconcileMax]?.createTime ?? 0n,
  };
}

function wrongSpan() {
  const message = "must be after the start, and at most 31 days";
  return invalidArgument([{ pointer: "/create_time_to", reason: "OUT_OF_RANGE", message }]);
}
