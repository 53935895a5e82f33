import { Code, ConnectError } from "@connectrpc/connect";
import assert from "node:assert/strict";
import { PaymentInternalService } from "../../../proto/gen/pay/v1/payment_internal_service_pb.ts";
import { PaymentStatus, Platform } from "../../../proto/gen/pay/v1/payment_pb.ts";
import { PaymentService } from "../../../proto/gen/pay/v1/payment_service_pb.ts";
import { reasonOf } from "../../../shared/rpc/error_mapping.ts";
import { as, asService } from "../../../shared/rpc/testing/principals.ts";
import { signBody } from "../../../shared/signature.ts";
import { startPayBench } from "../../../tests/support/pay_bench.ts";
import { testPaymentId } from "../../../tests/support/pay_rows.ts";

let nextKey = 1;

function wish(orderId: string, more: object = {}) {
  return { orderId, platform: Platform.SANDBOX, idempotencyKey: `key-${nextKey++}`, ...more };
}

async function refusal(call: Promise<unknown>): Promise<[Code, string | undefined]> {
  const error = await call.then(() => undefined, (error) => error);
  assert.ok(error instanceof ConnectError, "it was not refused");
  return [error.code, reasonOf(error)];
}

const [unpaid, paid, late, foreign] = [1, 2, 3, 4].map(testPaymentId) as [
  string,
  string,
  string,
  string,
];

Deno.test("PaymentService", async (t) => {
  await using bench = await startPayBench({ returnOrigins: ["https://shop.example"] });
  const { sql, sandbox, orders, secret } = bench;
  const client = bench.client(PaymentService);
  const internal = bench.client(PaymentInternalService);
  const soon = BigInt(Date.now() + 1_800_000);
  const order = { userId: 7n, status: 10, paymentFen: 1_000n, payBefore: soon };
  orders.known.set(unpaid, order);
  orders.known.set(paid, { ...order, status: 20 });
  orders.known.set(late, { ...order, payBefore: BigInt(Date.now() - 1) });
  orders.known.set(foreign, { ...order, userId: 8n });

  function callback(body: string, signature = signBody(secret, body)) {
    const headers = { "sandbox-signature": signature };
    const bytes = new TextEncoder().encode(body);
    return internal.handleCallback({ platform: 9, headers, body: bytes }, asService());
  }

  /** What the sandbox would call back with. */
  function told(paymentId: string, more: object = {}): string {
    const payment = {
      payment_id: paymentId,
      number: `SB${paymentId}`,
      status: "captured",
      captured_fen: 1_000,
      currency: "CNY",
      capture_time: 1,
      ...more,
    };
    return JSON.stringify({ kind: "payment", payment });
  }

  async function rows(): Promise<bigint> {
    const [row] = await sql<[{ count: bigint }]>`SELECT count(*) FROM payment`;
    return row.count;
  }

  await t.step("CreatePayment starts a payment of the order's own amount", async () => {
    const returnUrl = "https://shop.example/orders";
    const { payment, replayed } = await client.createPayment(wish(unpaid, { returnUrl }), as(7n));
    assert.ok(payment);
    const { paymentId } = payment;
    assert.deepEqual(
      [payment.status, payment.amountFen, payment.expireTime, payment.payUrl, replayed],
      [PaymentStatus.PENDING, 1_000n, soon, `${sandbox.url}/pay/${paymentId}`, false],
    );
    const kept = sandbox.books.payments.get(paymentId);
    assert.deepEqual([kept?.amount_fen, kept?.return_url], [1_000, returnUrl]);
    const { payment: read } = await client.getPayment({ paymentId }, as(7n));
    assert.deepEqual(read, payment);
    const { payments, isEnd } = await client.listPayments({ orderId: unpaid }, as(7n));
    assert.deepEqual([payments, isEnd], [[payment], true]);
  });

  await t.step("the same key answers the same payment, 20 times at once and after", async () => {
    const request = wish(unpaid);
    const settled = await Promise.allSettled(
      Array.from({ length: 20 }, () => client.createPayment(request, as(7n))),
    );
    const ids = new Set<string | undefined>();
    for (const one of settled) {
      if (one.status === "fulfilled") ids.add(one.value.payment?.paymentId);
      else assert.equal(reasonOf(one.reason), "IN_FLIGHT");
    }
    const again = await client.createPayment(request, as(7n));
    assert.deepEqual([...ids], [again.payment?.paymentId]);
    assert.equal(again.replayed, true);
    const other = client.createPayment({ ...request, orderId: paid }, as(7n));
    assert.deepEqual(await refusal(other), [Code.InvalidArgument, "IDEMPOTENCY_KEY_REUSED"]);
    const somebodyElses = client.createPayment({ ...request, orderId: foreign }, as(8n));
    assert.equal((await somebodyElses).replayed, false);
  });

  await t.step("refuses what cannot be paid, by name, and writes nothing", async () => {
    const before = await rows();
    const cases: [() => Promise<unknown>, Code, string][] = [
      [
        () => client.createPayment(wish(paid), as(7n)),
        Code.FailedPrecondition,
        "ORDER_NOT_PAYABLE",
      ],
      [
        () => client.createPayment(wish(late), as(7n)),
        Code.FailedPrecondition,
        "ORDER_NOT_PAYABLE",
      ],
      [() => client.createPayment(wish(foreign), as(7n)), Code.NotFound, "ORDER_NOT_FOUND"],
      [
        () => client.createPayment(wish(testPaymentId(9)), as(7n)),
        Code.NotFound,
        "ORDER_NOT_FOUND",
      ],
      [
        () => client.createPayment(wish(unpaid, { platform: Platform.ALIPAY }), as(7n)),
        Code.InvalidArgument,
        "INVALID_ARGUMENT",
      ],
      [
        () => client.createPayment(wish(unpaid, { returnUrl: "https://evil.example/" }), as(7n)),
        Code.InvalidArgument,
        "INVALID_ARGUMENT",
      ],
      [() => client.createPayment(wish(unpaid)), Code.Unauthenticated, "UNAUTHENTICATED"],
    ];
    for (const [call, code, reason] of cases) {
      assert.deepEqual(await refusal(call()), [code, reason]);
    }
    assert.equal(await rows(), before);
  });

  await t.step("a neighbour or platform that is away: the same key goes on later", async () => {
    const request = wish(unpaid);
    orders.away = true;
    assert.equal((await refusal(client.createPayment(request, as(7n))))[0], Code.Unavailable);
    orders.away = false;
    sandbox.books.mischief = { api_down: true };
    assert.deepEqual(
      await refusal(client.createPayment(request, as(7n))),
      [Code.Unavailable, "PLATFORM_UNAVAILABLE"],
    );
    sandbox.books.mischief = {};
    const before = await rows();
    const { payment } = await client.createPayment(request, as(7n));
    assert.match(payment?.payUrl ?? "", /\/pay\/\d+$/);
    assert.equal(await rows(), before);
  });

  await t.step("a platform that is slow is given up within its time", async () => {
    sandbox.books.mischief = { slow_api_ms: 6_000 };
    const started = performance.now();
    assert.deepEqual(
      await refusal(client.createPayment(wish(unpaid), as(7n))),
      [Code.Unavailable, "PLATFORM_UNAVAILABLE"],
    );
    assert.ok(performance.now() - started < 5_900);
    sandbox.books.mischief = {};
  });

  await t.step("nobody sees somebody else's payment", async () => {
    const { payment } = await client.createPayment(wish(unpaid), as(7n));
    const paymentId = payment?.paymentId ?? "";
    const notFound = [Code.NotFound, "PAYMENT_NOT_FOUND"];
    for (const id of [paymentId, testPaymentId(9), "", "1", "' OR 1=1 --"]) {
      assert.deepEqual(await refusal(client.getPayment({ paymentId: id }, as(9n))), notFound);
    }
    assert.deepEqual((await client.listPayments({ orderId: unpaid }, as(9n))).payments, []);
  });

  await t.step("a callback is believed once, whatever it repeats", async () => {
    const { payment } = await client.createPayment(wish(unpaid), as(7n));
    const paymentId = payment?.paymentId ?? "";
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => callback(told(paymentId))),
    );
    for (const { httpStatus, body } of answers) {
      assert.deepEqual([httpStatus, new TextDecoder().decode(body)], [200, "success"]);
    }
    const { payment: read } = await client.getPayment({ paymentId }, as(7n));
    assert.deepEqual(
      [read?.status, read?.capturedFen, read?.payUrl, read?.platformStatus],
      [PaymentStatus.CAPTURED, 1_000n, "", "CAPTURED"],
    );
    const { length } = await sql`SELECT 1 FROM outbox WHERE subject = 'pay.succeeded'`;
    assert.equal(length, 1);
  });

  await t.step("a callback that is not signed, or nonsense, writes nothing", async () => {
    const { payment } = await client.createPayment(wish(unpaid), as(7n));
    const body = told(payment?.paymentId ?? "");
    const minutesAgo = Date.now() - 6 * 60_000;
    for (
      const signature of [
        "",
        signBody("another secret", body),
        signBody(secret, `${body} `),
        signBody(secret, body, minutesAgo),
        signBody(secret, JSON.stringify(JSON.parse(body), null, 2)),
      ]
    ) {
      const refused = [Code.Unauthenticated, "BAD_SIGNATURE"];
      assert.deepEqual(await refusal(callback(body, signature)), refused);
    }
    for (const nonsense of ["", "{", "null", "[]", '{"kind":"payment"}', told("", { status: 7 })]) {
      assert.equal((await callback(nonsense)).httpStatus, 200);
    }
    const negative = told(payment?.paymentId ?? "", { captured_fen: -1 });
    assert.equal((await callback(negative)).httpStatus, 200);
    const { payment: read } = await client.getPayment(
      { paymentId: payment?.paymentId ?? "" },
      as(7n),
    );
    assert.equal(read?.status, PaymentStatus.PENDING);
    const other = internal.handleCallback({ platform: 1, headers: {} }, asService());
    assert.deepEqual(await refusal(other), [Code.NotFound, "PLATFORM_NOT_SUPPORTED"]);
    const person = internal.handleCallback({ platform: 9, headers: {} }, as(7n, "admin"));
    assert.equal((await refusal(person))[0], Code.PermissionDenied);
  });

  await t.step("ListOrderPayments tells all tries of an order", async () => {
    const { payments } = await internal.listOrderPayments({ orderId: foreign }, asService("order"));
    assert.deepEqual(payments.map(({ userId, status }) => [userId, status]), [[8n, 1]]);
  });
});
