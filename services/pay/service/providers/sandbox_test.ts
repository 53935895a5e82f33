import { Code } from "@connectrpc/connect";
import assert from "node:assert/strict";
import { Refusal } from "../../../../shared/errors.ts";
import { listen } from "../../../../shared/http/listener.ts";
import { createLogger } from "../../../../shared/log.ts";
import { isSigned, signBody } from "../../../../shared/signature.ts";
import { testPaymentId } from "../../../../tests/support/pay_rows.ts";
import { startTestSandbox } from "../../../../tests/support/sandbox.ts";
import type { ProviderPayment, ProviderRefund, RawCallback } from "../../provider.ts";
import { createSandboxProvider } from "./sandbox.ts";

const log = createLogger({ level: "error", write: () => {} });
const secret = "a secret of this test";
const away = [Code.Unavailable, "PLATFORM_UNAVAILABLE", true];
const refused = [Code.FailedPrecondition, "PLATFORM_REFUSED", false];
let nextId = 1;

function newPayment(more: Partial<ProviderPayment> = {}): ProviderPayment {
  return {
    paymentId: testPaymentId(nextId++),
    amountFen: 1_999n,
    currency: "CNY",
    subject: "a thing",
    expireTime: BigInt(Date.now() + 60_000),
    returnUrl: "https://shop.example/orders",
    platformNumber: "",
    ...more,
  };
}

function refundOf(paymentId: string, more: Partial<ProviderRefund> = {}): ProviderRefund {
  return {
    refundId: `r${paymentId}`,
    paymentId,
    platformNumber: `SB${paymentId}`,
    amountFen: 999n,
    capturedFen: 1_999n,
    currency: "CNY",
    reason: "late",
    ...more,
  };
}

async function refusal(call: () => Promise<unknown>): Promise<[Code, string, boolean]> {
  const error = await call().then(() => undefined, (error) => error);
  assert.ok(error instanceof Refusal, `it was not refused: ${error}`);
  return [error.code, error.reason, error.retryable];
}

/** A platform that answers as it likes, whatever it is asked. */
function startCrookedPlatform(answer: (request: Request) => Response | Promise<Response>) {
  const listener = listen(answer, { port: 0, hostname: "127.0.0.1", log, drainMs: 0 });
  const baseUrl = `http://127.0.0.1:${listener.port}`;
  return {
    provider: createSandboxProvider({ baseUrl, secret, notifyUrl: "" }),
    [Symbol.asyncDispose]: () => listener[Symbol.asyncDispose](),
  };
}

function signed(body: string, { by = secret, atMs = Date.now(), status = 200 } = {}): Response {
  const headers = { "sandbox-signature": signBody(by, body, atMs) };
  return new Response(body, { status, headers });
}

Deno.test("createSandboxProvider() takes and gives back money", async (t) => {
  await using bench = await startTestSandbox(secret);
  const { sandbox, notifyUrl, heard } = bench;
  const provider = createSandboxProvider({ baseUrl: sandbox.url, secret, notifyUrl });

  await t.step("start() is once a payment id", async () => {
    const payment = newPayment();
    const { paymentId } = payment;
    const started = { payUrl: `${sandbox.url}/pay/${paymentId}`, platformNumber: `SB${paymentId}` };
    assert.deepEqual(await provider.start(payment), started);
    assert.deepEqual(await provider.start(payment), started);
    assert.deepEqual(await refusal(() => provider.start({ ...payment, amountFen: 1n })), refused);
    assert.deepEqual(sandbox.books.payments.get(paymentId), {
      payment_id: paymentId,
      amount_fen: 1_999,
      currency: "CNY",
      subject: "a thing",
      expire_time: Number(payment.expireTime),
      return_url: payment.returnUrl,
      notify_url: notifyUrl,
      number: started.platformNumber,
      status: "pending",
      captured_fen: 0,
      capture_time: 0,
      captured_currency: "CNY",
      refunded_fen: 0,
    });
  });

  await t.step("query() says how a payment stands", async () => {
    const [open, paid, declined] = [newPayment(), newPayment(), newPayment()];
    for (const payment of [open, paid, declined]) await provider.start(payment);
    await sandbox.decide(paid.paymentId, true);
    await sandbox.decide(declined.paymentId, false);
    const nothing = { capturedFen: 0n, currency: "CNY", captureTime: 0n };
    assert.deepEqual(await provider.query(open), {
      ...nothing,
      status: "pending",
      platformNumber: `SB${open.paymentId}`,
      platformStatus: "PENDING",
    });
    assert.deepEqual(await provider.query(paid), {
      status: "captured",
      capturedFen: 1_999n,
      currency: "CNY",
      platformNumber: `SB${paid.paymentId}`,
      platformStatus: "CAPTURED",
      captureTime: BigInt(sandbox.books.payments.get(paid.paymentId)?.capture_time ?? 0),
    });
    assert.deepEqual(await provider.query(declined), {
      ...nothing,
      status: "failed",
      platformNumber: `SB${declined.paymentId}`,
      platformStatus: "FAILED",
    });
    assert.deepEqual(await provider.query(newPayment()), {
      ...nothing,
      currency: "",
      status: "unknown",
      platformNumber: "",
      platformStatus: "UNKNOWN",
    });
  });

  await t.step("readCallback() believes what query() says, and no changed byte of it", async () => {
    const payment = newPayment();
    await provider.start(payment);
    await sandbox.decide(payment.paymentId, true);
    const callback = heard.at(-1);
    assert.ok(callback);
    assert.deepEqual(await provider.readCallback(callback), {
      kind: "payment",
      paymentId: payment.paymentId,
      state: await provider.query(payment),
    });
    for (const index of callback.body.keys()) {
      const body = callback.body.map((byte, at) => at === index ? byte ^ 1 : byte);
      assert.deepEqual(await refusal(() => provider.readCallback({ ...callback, body })), [
        Code.Unauthenticated,
        "BAD_SIGNATURE",
        false,
      ]);
    }
  });

  await t.step("refund() is once a refund id, and never more than was taken", async () => {
    const payment = newPayment();
    const { paymentId } = payment;
    await provider.start(payment);
    assert.deepEqual(await refusal(() => provider.refund(refundOf(paymentId))), refused);
    await sandbox.decide(paymentId, true);
    const said = { status: "succeeded", platformNumber: `SRr${paymentId}` };
    assert.deepEqual(await provider.refund(refundOf(paymentId)), said);
    assert.deepEqual(await provider.refund(refundOf(paymentId)), said);
    const more = refundOf(paymentId, { refundId: `more${paymentId}`, amountFen: 1_001n });
    assert.deepEqual(await refusal(() => provider.refund(more)), refused);
    assert.equal(sandbox.books.payments.get(paymentId)?.refunded_fen, 999);
  });

  await t.step("refund() tells what is held and what is refused", async () => {
    const payment = newPayment();
    const { paymentId } = payment;
    await provider.start(payment);
    await sandbox.decide(paymentId, true);
    for (
      const [mischief, status] of [
        [{ hold_refunds: true }, "pending"],
        [{ refuse_refunds: true }, "refused"],
        [{}, "succeeded"],
      ] as const
    ) {
      sandbox.books.mischiefs.set(paymentId, mischief);
      assert.equal((await provider.refund(refundOf(paymentId))).status, status);
    }
  });

  await t.step("a sandbox that is out of order, or knows another secret, is away", async () => {
    const payment = newPayment();
    sandbox.books.mischiefs.set(payment.paymentId, { api_down: true });
    assert.deepEqual(await refusal(() => provider.start(payment)), away);
    const options = { baseUrl: sandbox.url, secret: "another secret", notifyUrl };
    const stranger = createSandboxProvider(options);
    assert.deepEqual(await refusal(() => stranger.query(newPayment())), away);
  });
});

Deno.test("createSandboxProvider() refuses callbacks that the sandbox did not sign just now", async () => {
  const provider = createSandboxProvider({ baseUrl: "http://127.0.0.1:1", secret, notifyUrl: "" });
  const text = JSON.stringify({ kind: "payment", payment: { status: "captured" } });
  const body = new TextEncoder().encode(text);
  const read = (headers: RawCallback["headers"]) => {
    return () => provider.readCallback({ headers, query: "", body });
  };
  const minutesMs = 60_000;
  for (
    const headers of [
      {},
      { "sandbox-signature": "" },
      { "sandbox-signature": "t=1,v1=" },
      { "sandbox-signature": signBody("another secret", text) },
      { "sandbox-signature": signBody(secret, `${text} `) },
      { "sandbox-signature": signBody(secret, text, Date.now() - 6 * minutesMs) },
      { "sandbox-signature": signBody(secret, text, Date.now() + 6 * minutesMs) },
      { "Sandbox-Signature": signBody(secret, text) },
    ]
  ) {
    assert.deepEqual(await refusal(read(headers)), [Code.Unauthenticated, "BAD_SIGNATURE", false]);
  }
});

Deno.test("createSandboxProvider() only acknowledges what it does not understand", async () => {
  const provider = createSandboxProvider({ baseUrl: "http://127.0.0.1:1", secret, notifyUrl: "" });
  const captured = { status: "captured", captured_fen: 1 };
  for (
    const text of [
      "",
      "{",
      "null",
      JSON.stringify({ kind: "dispute", payment: captured }),
      JSON.stringify({ kind: "payment" }),
      ...[-1, 1.5, "1", 2 ** 53].map((captured_fen) => {
        return JSON.stringify({ kind: "payment", payment: { ...captured, captured_fen } });
      }),
    ]
  ) {
    const headers = { "sandbox-signature": signBody(secret, text) };
    const callback = { headers, query: "", body: new TextEncoder().encode(text) };
    assert.deepEqual(await provider.readCallback(callback), { kind: "other" }, text);
  }
  assert.deepEqual([provider.answer("accepted"), provider.answer("again")], [
    { httpStatus: 200, contentType: "text/plain", body: "success" },
    { httpStatus: 503, contentType: "text/plain", body: "again" },
  ]);
});

Deno.test("createSandboxProvider() signs what it asks", async () => {
  const asked: [string, string, boolean][] = [];
  await using crooked = startCrookedPlatform(async (request) => {
    const body = await request.text();
    const signature = request.headers.get("sandbox-signature") ?? "";
    asked.push([request.method, new URL(request.url).pathname, isSigned(secret, body, signature)]);
    return signed(JSON.stringify({ status: "unknown" }));
  });
  assert.equal(
    (await crooked.provider.query({ paymentId: "1", platformNumber: "" })).status,
    "unknown",
  );
  assert.deepEqual(asked, [["POST", "/api/payments/query", true]]);
});

Deno.test("createSandboxProvider() takes no answer that is forged, old, broken or too long", async () => {
  const good = JSON.stringify({ status: "captured", captured_fen: 1 });
  const cases: [string, () => Response][] = [
    ["unsigned", () => new Response(good)],
    ["forged", () => signed(good, { by: "another secret" })],
    ["old", () => signed(good, { atMs: Date.now() - 301_000 })],
    ["an unsigned conflict", () => new Response("{}", { status: 409 })],
    ["a server's error", () => signed(good, { status: 500 })],
    ["busy", () => signed(good, { status: 429 })],
    ["elsewhere", () => Response.redirect("http://127.0.0.1:1/", 307)],
    ["empty", () => signed("")],
    ["no JSON", () => signed("<html>")],
    ["another shape", () => signed(JSON.stringify({ status: "paid" }))],
    ["a broken amount", () => signed(JSON.stringify({ status: "captured", captured_fen: 0.5 }))],
    ["too long", () => signed(JSON.stringify({ status: "pending", number: "x".repeat(65_536) }))],
    ["too long, in pieces", () => new Response(endless())],
  ];
  for (const [what, answer] of cases) {
    await using crooked = startCrookedPlatform(answer);
    const query = () => crooked.provider.query({ paymentId: "1", platformNumber: "" });
    assert.deepEqual(await refusal(query), away, what);
  }
  await using conflict = startCrookedPlatform(() => signed("{}", { status: 409 }));
  assert.deepEqual(await refusal(() => conflict.provider.start(newPayment())), refused);
});

function endless(): ReadableStream<Uint8Array> {
  const chunk = new Uint8Array(16_384);
  return new ReadableStream({ pull: (controller) => controller.enqueue(chunk) });
}

Deno.test("createSandboxProvider() waits five seconds at most, for the answer and its body", async () => {
  const done = Promise.withResolvers<Response>();
  await using silent = startCrookedPlatform(() => done.promise);
  await using stuck = startCrookedPlatform(() => new Response(new ReadableStream<Uint8Array>()));
  await using gone = startCrookedPlatform(() => new Response());
  await gone[Symbol.asyncDispose]();
  const started = performance.now();
  const said = await Promise.all([silent, stuck, gone].map(({ provider }) => {
    return refusal(() => provider.query({ paymentId: "1", platformNumber: "" }));
  }));
  const elapsedMs = performance.now() - started;
  done.resolve(new Response());
  assert.deepEqual(said, [away, away, away]);
  assert.ok(elapsedMs > 4_500 && elapsedMs < 6_500, `${elapsedMs} ms`);
});
