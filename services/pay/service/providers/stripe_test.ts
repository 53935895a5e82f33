import { Code } from "@connectrpc/connect";
import assert from "node:assert/strict";
import Stripe from "stripe";
import { Refusal } from "../../../../shared/errors.ts";
import { listen } from "../../../../shared/http/listener.ts";
import { createLogger } from "../../../../shared/log.ts";
import {
  type FakeStripe,
  paidSeconds,
  startFakeStripe,
  stripeTestKey as secretKey,
} from "../../../../tests/support/fake_stripe.ts";
import { newPaymentId } from "../../payment.ts";
import type { PaymentProvider, ProviderPayment, ProviderRefund } from "../../provider.ts";
import { createStripeProvider } from "./stripe.ts";
import { unknownState } from "./stripe_states.ts";

const log = createLogger({ level: "error", write: () => {} });
const webhookSecret = "whsec_of_this_test";
const homeUrl = "https://shop.example";
const away = [Code.Unavailable, "PLATFORM_UNAVAILABLE", "the platform does not answer, try again"];
const refused = [Code.FailedPrecondition, "PLATFORM_REFUSED", "the platform refuses this"];
const badSignature = [
  Code.Unauthenticated,
  "BAD_SIGNATURE",
  "this callback is not signed by the platform",
];
const takenState = {
  status: "captured",
  capturedFen: 1_999n,
  currency: "CNY",
  platformStatus: "SUCCEEDED",
  captureTime: BigInt(paidSeconds) * 1_000n,
} as const;

function newPayment(more: Partial<ProviderPayment> = {}): ProviderPayment {
  return {
    paymentId: newPaymentId(Date.now(), Math.random),
    amountFen: 1_999n,
    currency: "CNY",
    subject: "两件 things & more",
    expireTime: BigInt(Date.now() + 7_200_000),
    returnUrl: "https://shop.example/orders?id=1",
    platformNumber: "",
    ...more,
  };
}

function refundOf(platformNumber: string, more: Partial<ProviderRefund> = {}): ProviderRefund {
  return {
    refundId: newPaymentId(Date.now(), Math.random),
    paymentId: "1",
    platformNumber,
    amountFen: 999n,
    capturedFen: 1_999n,
    currency: "CNY",
    reason: "ORDER_CLOSED",
    ...more,
  };
}

/** What a client is told: never a word of Stripe's. */
async function refusal(call: () => Promise<unknown>): Promise<[Code, string, string]> {
  const error = await call().then(() => undefined, (error) => error);
  assert.ok(error instanceof Refusal, `it was not refused: ${error}`);
  return [error.code, error.reason, error.message];
}

function providerOf(apiUrl: string, more: { secretKey?: string; timeoutMs?: number } = {}) {
  return createStripeProvider({ secretKey, webhookSecret, homeUrl, apiUrl, ...more });
}

async function startPaid(provider: PaymentProvider, fake: FakeStripe) {
  const payment = newPayment();
  const { platformNumber: session } = await provider.start(payment);
  return { payment, session, intent: fake.pay(session) };
}

Deno.test("start()", async (t) => {
  await using fake = startFakeStripe();
  const provider = await providerOf(fake.url);

  await t.step("opens a pay page for the order's amount", async () => {
    const payment = newPayment();
    assert.deepEqual(await provider.start(payment), {
      payUrl: "https://checkout.example/cs_test_1",
      platformNumber: "cs_test_1",
    });
    const { paymentId, returnUrl } = payment;
    assert.deepEqual(fake.requests, [{
      method: "POST",
      path: "/v1/checkout/sessions",
      query: "",
      idempotencyKey: paymentId,
      telemetry: null,
      form: {
        mode: "payment",
        client_reference_id: paymentId,
        "metadata[payment_id]": paymentId,
        "payment_intent_data[metadata][payment_id]": paymentId,
        "line_items[0][quantity]": "1",
        "line_items[0][price_data][currency]": "cny",
        "line_items[0][price_data][unit_amount]": "1999",
        "line_items[0][price_data][product_data][name]": "两件 things & more",
        "adaptive_pricing[enabled]": "false",
        expires_at: String(Number(payment.expireTime / 1_000n)),
        success_url: returnUrl,
        cancel_url: returnUrl,
      },
    }]);
  });

  await t.step("answers the same page again, also for a payment that ends soon", async () => {
    const payment = newPayment({ expireTime: BigInt(Date.now() + 1_000), returnUrl: "" });
    const first = await provider.start(payment);
    assert.deepEqual(await provider.start(payment), first);
    const [once, again] = fake.requests.slice(-2);
    assert.deepEqual(once, again);
    assert.equal(once?.form["success_url"], homeUrl);
  });

  await t.step("is refused with what Stripe does not take", async () => {
    const payment = newPayment();
    await provider.start(payment);
    const asked = fake.requests.length;
    for (
      const wrong of [{ ...payment, amountFen: 1n }, newPayment({ amountFen: 100_000_000n })]
    ) {
      assert.deepEqual(await refusal(() => provider.start(wrong)), refused);
    }
    assert.equal(fake.requests.length, asked + 2);
    for (const wrong of [{ currency: "JPY" }, { currency: "" }, { amountFen: 2n ** 60n }]) {
      assert.deepEqual(await refusal(() => provider.start(newPayment(wrong))), refused);
    }
    assert.equal(fake.requests.length, asked + 2, "these never left");
  });
});

Deno.test("query()", async (t) => {
  await using fake = startFakeStripe();
  const provider = await providerOf(fake.url);

  await t.step("follows a payment by its session, then by its payment intent", async () => {
    const payment = newPayment();
    const { platformNumber } = await provider.start(payment);
    const asked = { ...payment, platformNumber };
    const open = { ...unknownState, status: "pending", platformNumber, platformStatus: "OPEN" };
    assert.deepEqual(await provider.query(asked), open);
    const intent = fake.pay(platformNumber);
    const taken = { ...takenState, platformNumber: intent };
    assert.deepEqual(await provider.query(asked), taken);
    assert.deepEqual(await provider.query({ ...asked, platformNumber: intent }), taken);
  });

  await t.step("waits for a payment that takes its time", async () => {
    for (
      const [end, status] of [
        ["succeeded", "captured"],
        ["requires_payment_method", "failed"],
        ["canceled", "failed"],
      ] as const
    ) {
      const payment = newPayment();
      const { platformNumber } = await provider.start(payment);
      const intent = fake.pay(platformNumber, "processing");
      const asked = { ...payment, platformNumber };
      const state = await provider.query(asked);
      assert.deepEqual([state.status, state.platformStatus], ["pending", "PROCESSING"]);
      const byIntent = await provider.query({ ...asked, platformNumber: intent });
      assert.deepEqual([byIntent.status, byIntent.platformNumber], ["pending", intent]);
      fake.setIntent(intent, end);
      assert.equal((await provider.query(asked)).status, status);
    }
  });

  await t.step("tells what has expired, and what nobody knows", async () => {
    const payment = newPayment();
    const { platformNumber } = await provider.start(payment);
    fake.expire(platformNumber);
    const expired = {
      ...unknownState,
      status: "failed",
      platformNumber,
      platformStatus: "EXPIRED",
    };
    assert.deepEqual(await provider.query({ ...payment, platformNumber }), expired);
    for (const number of ["cs_test_0", "pi_test_0"]) {
      const state = await provider.query({ ...payment, platformNumber: number });
      assert.deepEqual(state, unknownState);
    }
  });

  await t.step("finds a payment whose number nobody wrote down, once it is paid", async () => {
    const payment = newPayment();
    const { platformNumber: session } = await provider.start(payment);
    assert.deepEqual(await provider.query(payment), unknownState);
    const platformNumber = fake.pay(session);
    assert.deepEqual(await provider.query(payment), { ...takenState, platformNumber });
  });
});

Deno.test("refund()", async (t) => {
  await using fake = startFakeStripe();
  const provider = await providerOf(fake.url);

  await t.step("gives money back once, however often it is asked, and a day later", async () => {
    const { intent, session } = await startPaid(provider, fake);
    const refund = refundOf(intent);
    const done = { status: "succeeded", platformNumber: "re_test_1" };
    assert.deepEqual(await provider.refund(refund), done);
    assert.deepEqual(await provider.refund({ ...refund, platformNumber: session }), done);
    fake.forgetKeys();
    assert.deepEqual(await provider.refund(refund), done);
    const { refundId: refund_id, paymentId: payment_id, reason } = refund;
    const metadata = { refund_id, payment_id, reason };
    assert.deepEqual(fake.refunds, [
      { id: "re_test_1", intent, amount: 999, metadata, status: "succeeded" },
    ]);
    const written = fake.requests.filter(({ method, path }) =>
      `${method} ${path}` === "POST /v1/refunds"
    );
    assert.deepEqual(written.map(({ idempotencyKey }) => idempotencyKey), [refund_id]);
  });

  await t.step("gives money back once when two ask at once", async () => {
    const { intent } = await startPaid(provider, fake);
    const refund = refundOf(intent);
    const before = fake.refunds.length;
    const [one, other] = await Promise.all([provider.refund(refund), provider.refund(refund)]);
    assert.deepEqual(one, other);
    assert.equal(fake.refunds.length, before + 1);
  });

  await t.step("tells what becomes of a refund that takes its time", async () => {
    for (const [end, status] of [["succeeded", "succeeded"], ["failed", "refused"]] as const) {
      const { intent } = await startPaid(provider, fake);
      const refund = refundOf(intent);
      fake.refundStatus = "pending";
      const { status: first, platformNumber } = await provider.refund(refund);
      assert.equal(first, "pending");
      const made = fake.refunds.find(({ id }) => id === platformNumber);
      assert.ok(made);
      made.status = end;
      assert.deepEqual(await provider.refund(refund), { status, platformNumber });
    }
    fake.refundStatus = "succeeded";
  });

  await t.step("is refused beyond what was taken, and where nothing was", async () => {
    const { intent } = await startPaid(provider, fake);
    const { platformNumber: unpaid } = await provider.start(newPayment());
    for (
      const wrong of [
        refundOf(intent, { amountFen: 2_000n }),
        refundOf(unpaid),
        refundOf("pi_test_0"),
        refundOf("cs_test_0"),
        refundOf(""),
      ]
    ) {
      assert.deepEqual(await refusal(() => provider.refund(wrong)), refused);
    }
  });
});

Deno.test("calls are Unavailable while Stripe is away, slow or talks nonsense", async (t) => {
  const object = "application/json";
  const answers: Readonly<Record<string, () => Response | Promise<Response>>> = {
    "an error of its own": () => Response.json({ error: { type: "api_error" } }, { status: 500 }),
    "too much haste": () => Response.json({ error: { type: "rate_limit" } }, { status: 429 }),
    "a conflict": () => Response.json({ error: { type: "conflict" } }, { status: 409 }),
    "an error that is none": () => Response.json({ error: 7 }, { status: 400 }),
    "a proxy's page": () => new Response("<h1>Bad gateway", { status: 502 }),
    "a failure without error": () =>
      Response.json({ id: "cs_1", url: "https://a.example" }, {
        status: 503,
      }),
    "a redirect": () => new Response(null, { status: 302, headers: { location: homeUrl } }),
    "no JSON": () => new Response("{", { headers: { "content-type": object } }),
    "a number": () => new Response("5"),
    "a text": () => new Response('"x"'),
    "null": () => new Response("null"),
    "an object of another shape": () => Response.json({ object: "checkout.session" }),
    "too much": () => Response.json({ id: "cs_1", url: "x".repeat(600_000) }),
    "a body that breaks off": () => {
      const body = new ReadableStream({ start: (stream) => stream.error(new Error("cut")) });
      return new Response(body);
    },
  };
  for (const [name, answer] of Object.entries(answers)) {
    await t.step(name, async () => {
      let asked = 0;
      await using crooked = listen(() => {
        asked++;
        return answer();
      }, { port: 0, hostname: "127.0.0.1", log, drainMs: 0 });
      const provider = await providerOf(`http://127.0.0.1:${crooked.port}`);
      assert.deepEqual(await refusal(() => provider.start(newPayment())), away);
      assert.equal(asked, 1, "nothing is tried twice");
      assert.deepEqual(await refusal(() => provider.query(newPayment())), away);
      assert.deepEqual(await refusal(() => provider.refund(refundOf("pi_1"))), away);
    });
  }

  await t.step("a wrong key, which is ours to mend", async () => {
    await using fake = startFakeStripe();
    const provider = await providerOf(fake.url, { secretKey: "sk_test_of_somebody" });
    assert.deepEqual(await refusal(() => provider.start(newPayment())), away);
  });

  await t.step("nobody there", async () => {
    const provider = await providerOf("http://127.0.0.1:1");
    assert.deepEqual(await refusal(() => provider.start(newPayment())), away);
  });

  await t.step("no answer in time, for all requests of a call together", async () => {
    const held = Promise.withResolvers<Response>();
    let asked = 0;
    await using slow = listen(() => {
      asked++;
      return asked === 1 ? Response.json({ payment_intent: "pi_1" }) : held.promise;
    }, { port: 0, hostname: "127.0.0.1", log, drainMs: 0 });
    const provider = await providerOf(`http://127.0.0.1:${slow.port}`, { timeoutMs: 1_000 });
    const started = performance.now();
    assert.deepEqual(await refusal(() => provider.refund(refundOf("cs_1"))), away);
    assert.equal(asked, 2);
    const tookMs = performance.now() - started;
    assert.ok(tookMs >= 900 && tookMs < 4_500, `${tookMs} ms`);
    held.resolve(new Response());
  });
});

const { webhooks } = Stripe;

function eventOf(type: string, more: Readonly<Record<string, unknown>> = {}): string {
  const object = {
    id: "cs_test_1",
    object: "checkout.session",
    payment_status: "unpaid",
    payment_intent: "pi_test_1",
    amount_total: 1_999,
    currency: "cny",
    metadata: { payment_id: "42" },
    ...more,
  };
  const event = { id: "evt_1", object: "event", type, created: paidSeconds, data: { object } };
  return JSON.stringify(event, null, 2);
}

async function callback(payload: string, { secret = webhookSecret, ageSeconds = 0 } = {}) {
  const timestamp = Math.floor(Date.now() / 1_000) - ageSeconds;
  const signature = await webhooks.generateTestHeaderStringAsync({
    payload,
    secret,
    timestamp,
    scheme: "v1",
    signature: "",
    cryptoProvider: Stripe.createSubtleCryptoProvider(),
  });
  const body = new TextEncoder().encode(payload);
  return { headers: { "stripe-signature": signature }, query: "", body };
}

Deno.test("readCallback()", async (t) => {
  const provider = await providerOf("http://127.0.0.1:1");
  const paid = eventOf("checkout.session.completed", { payment_status: "paid" });

  await t.step("tells what became of a payment", async () => {
    const told = { ...unknownState, platformNumber: "pi_test_1" };
    const table = [
      [paid, { ...takenState, platformNumber: "pi_test_1", platformStatus: "COMPLETED" }],
      [
        eventOf("checkout.session.completed"),
        { ...told, status: "pending", platformStatus: "COMPLETED" },
      ],
      [eventOf("checkout.session.async_payment_succeeded", { payment_status: "paid" }), {
        ...takenState,
        platformNumber: "pi_test_1",
        platformStatus: "ASYNC_PAYMENT_SUCCEEDED",
      }],
      [
        eventOf("checkout.session.async_payment_failed"),
        { ...told, status: "failed", platformStatus: "ASYNC_PAYMENT_FAILED" },
      ],
      [eventOf("checkout.session.expired", { payment_intent: null }), {
        ...told,
        status: "failed",
        platformNumber: "cs_test_1",
        platformStatus: "EXPIRED",
      }],
    ] as const;
    for (const [event, state] of table) {
      const notice = await provider.readCallback(await callback(event));
      assert.deepEqual(notice, { kind: "payment", paymentId: "42", state });
    }
  });

  await t.step("has nothing to say of what is not ours", async () => {
    for (
      const event of [
        eventOf("customer.created"),
        eventOf("charge.refunded"),
        eventOf("checkout.session.completed", { payment_status: "paid", metadata: {} }),
        eventOf("checkout.session.completed", { payment_status: "paid", metadata: null }),
        "{}",
        "null",
      ]
    ) {
      const notice = await provider.readCallback(await callback(event));
      assert.deepEqual(notice, { kind: "other" });
    }
  });

  await t.step("wants money that it cannot read to be told again", async () => {
    const odd = eventOf("checkout.session.completed", { amount_total: 19.99 });
    const signed = await callback(odd);
    assert.deepEqual(await refusal(() => provider.readCallback(signed)), away);
  });

  await t.step("takes what is nearly too old", async () => {
    const notice = await provider.readCallback(await callback(paid, { ageSeconds: 290 }));
    assert.equal(notice.kind, "payment");
  });

  await t.step("believes nothing without a good signature", async () => {
    const good = await callback(paid);
    const signature = good.headers["stripe-signature"];
    const bytes = (text: string) => new TextEncoder().encode(text);
    const signedBy = (value: string) => ({ ...good, headers: { "stripe-signature": value } });
    const table = {
      "another amount": { ...good, body: bytes(paid.replace("1999", "9999")) },
      "written anew": { ...good, body: bytes(JSON.stringify(JSON.parse(paid))) },
      "one byte more": { ...good, body: bytes(`${paid}\n`) },
      "empty": { ...good, body: bytes("") },
      "another secret": await callback(paid, { secret: "whsec_of_somebody" }),
      "too old": await callback(paid, { ageSeconds: 310 }),
      "an old one made young": signedBy(signature.replace(/t=\d+/, `t=${paidSeconds}`)),
      "no header": { ...good, headers: {} },
      "an empty header": signedBy(""),
      "no time": signedBy(signature.replace(/t=\d+,/, "")),
      "no signature": signedBy(signature.replace(/,v1=.*/, "")),
      "another scheme": signedBy(signature.replace("v1=", "v0=")),
      "no JSON": await callback("{"),
    };
    for (const [name, wrong] of Object.entries(table)) {
      assert.deepEqual(await refusal(() => provider.readCallback(wrong)), badSignature, name);
    }
  });
});

Deno.test("answer() is what Stripe expects", async () => {
  const provider = await providerOf("http://127.0.0.1:1");
  const contentType = "application/json";
  assert.deepEqual(provider.answer("accepted"), {
    httpStatus: 200,
    contentType,
    body: '{"received":true}',
  });
  assert.deepEqual(provider.answer("again"), {
    httpStatus: 400,
    contentType,
    body: '{"received":false}',
  });
});
