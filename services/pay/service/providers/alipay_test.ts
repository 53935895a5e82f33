import assert from "node:assert/strict";
import {
  alipayCallback,
  signedAnswer,
  startFakeAlipay,
} from "../../../../tests/support/fake_alipay.ts";
import {
  away,
  forged,
  newRsaPair,
  paymentWish,
  refundWish,
  refusalOf,
  refused,
} from "../../../../tests/support/platform_wishes.ts";
import type { PaymentProvider } from "../../provider.ts";
import { type AlipayProviderOptions, createAlipayProvider } from "./alipay.ts";

const [app, alipay, stranger] = [newRsaPair(), newRsaPair(), newRsaPair()];
const appId = "2021000000000001";
const sellerId = "2088000000000001";
const notifyUrl = "https://shop.example/v1/pay/callback/1";
const paidText = "2026-01-01 00:00:01";
const paidTime = BigInt(Date.UTC(2025, 11, 31, 16, 0, 1));

function startGateway() {
  return startFakeAlipay({ appId, app, alipay });
}

function providerAt(gateway: string, more: Partial<AlipayProviderOptions> = {}): PaymentProvider {
  const { privateKey } = app;
  const { publicKey } = alipay;
  const options = { appId, sellerId, privateKey, publicKey, gateway, notifyUrl };
  return createAlipayProvider({ ...options, ...more });
}

function stateOf(n: number, platformStatus: string, more: object = {}) {
  return {
    status: "pending",
    capturedFen: 0n,
    currency: "CNY",
    platformNumber: `ALI${paymentWish(n).paymentId}`,
    platformStatus,
    captureTime: 0n,
    ...more,
  };
}

const taken = { status: "captured", capturedFen: 1_999n, captureTime: paidTime };
const unknown = {
  status: "unknown",
  currency: "",
  platformNumber: "",
};

Deno.test("start()", async (t) => {
  await using fake = startGateway();
  const provider = providerAt(fake.url);

  await t.step("signs an address that says all of the payment, and asks nobody", async () => {
    const expireTime = BigInt(Date.UTC(2030, 0, 1, 16, 30, 15, 999));
    const payment = paymentWish(1, { expireTime });
    const { payUrl, platformNumber } = await provider.start(payment);
    const { timestamp = "", biz_content = "", ...said } = fake.visit(payUrl);
    assert.equal(platformNumber, "");
    assert.match(timestamp, /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/);
    assert.deepEqual(said, {
      app_id: appId,
      method: "alipay.trade.page.pay",
      format: "JSON",
      charset: "utf-8",
      sign_type: "RSA2",
      version: "1.0",
      notify_url: notifyUrl,
      return_url: payment.returnUrl,
    });
    assert.deepEqual(JSON.parse(biz_content), {
      out_trade_no: payment.paymentId,
      product_code: "FAST_INSTANT_TRADE_PAY",
      total_amount: "19.99",
      subject: "两件 things",
      time_expire: "2030-01-02 00:30:15",
    });
    assert.deepEqual(fake.asked, []);
  });

  await t.step("leaves out what Alipay refuses", async () => {
    const subject = `a/b=c&${"两".repeat(100)}`;
    const returnUrl = `https://shop.example/${"x".repeat(256)}`;
    const { payUrl } = await provider.start(paymentWish(2, { subject, returnUrl }));
    const said = fake.visit(payUrl);
    assert.equal(fake.trades.get(paymentWish(2).paymentId)?.subject, `a b c ${"两".repeat(83)}`);
    assert.equal(said.return_url, undefined);
  });

  await t.step("takes yuan only", async () => {
    const dollars = () => provider.start(paymentWish(3, { currency: "USD" }));
    assert.deepEqual(await refusalOf(dollars), refused);
  });
});

Deno.test("query() says how a payment stands", async () => {
  await using fake = startGateway();
  const provider = providerAt(fake.url);
  const payment = paymentWish(1);
  const { paymentId } = payment;
  const unknownState = stateOf(1, "TRADE_NOT_EXIST", unknown);
  assert.deepEqual(await provider.query(payment), unknownState);
  fake.visit((await provider.start(payment)).payUrl);
  assert.deepEqual(await provider.query(payment), stateOf(1, "WAIT_BUYER_PAY"));
  const trade = fake.trades.get(paymentId);
  assert.ok(trade);
  const table = [
    ["TRADE_SUCCESS", taken],
    ["TRADE_FINISHED", taken],
    ["TRADE_CLOSED", { status: "failed" }],
  ] as const;
  for (const [trade_status, more] of table) {
    fake.trades.set(paymentId, { ...trade, trade_status, send_pay_date: paidText });
    assert.deepEqual(await provider.query(payment), stateOf(1, trade_status, more));
  }
});

Deno.test("refund()", async (t) => {
  await using fake = startGateway();
  const provider = providerAt(fake.url);
  const pay = (n: number) => {
    const { paymentId } = paymentWish(n);
    const rest = { trade_no: `ALI${paymentId}`, subject: "a thing" };
    fake.trades.set(paymentId, { trade_status: "TRADE_SUCCESS", total_amount: "19.99", ...rest });
    return { status: "succeeded", platformNumber: `ALI${paymentId}` };
  };

  await t.step("is once a refund id", async () => {
    const succeeded = pay(1);
    assert.deepEqual(await provider.refund(refundWish(1)), succeeded);
    assert.deepEqual(await provider.refund(refundWish(1)), succeeded);
    const done = { refund_amount: "9.99", refund_status: "REFUND_SUCCESS" };
    assert.deepEqual([...fake.refunds], [[refundWish(1).refundId, done]]);
    const [send, look] = ["alipay.trade.refund", "alipay.trade.fastpay.refund.query"];
    assert.deepEqual(fake.asked, [send, send, look]);
    const other = () => provider.refund(refundWish(1, { amountFen: 1_000n }));
    assert.deepEqual(await refusalOf(other), refused);
  });

  await t.step("is pending until Alipay says that it went through", async () => {
    const succeeded = pay(2);
    const { refundId } = refundWish(2);
    fake.refunds.set(refundId, { refund_amount: "9.99", refund_status: "" });
    assert.deepEqual(await provider.refund(refundWish(2)), { ...succeeded, status: "pending" });
    fake.refunds.set(refundId, { refund_amount: "9.99", refund_status: "REFUND_SUCCESS" });
    assert.deepEqual(await provider.refund(refundWish(2)), succeeded);
  });

  await t.step("is looked up when it is refused after it went through", async () => {
    const succeeded = pay(3);
    await provider.refund(refundWish(3));
    fake.answer = (method) => {
      const gone = { code: "40004", sub_code: "ACQ.TRADE_HAS_CLOSE" };
      if (method === "alipay.trade.refund") return signedAnswer(alipay.privateKey, method, gone);
      const known = { out_request_no: refundWish(3).refundId, refund_status: "REFUND_SUCCESS" };
      const found = { code: "10000", refund_amount: "9.99", trade_no: succeeded.platformNumber };
      return signedAnswer(alipay.privateKey, method, { ...found, ...known });
    };
    assert.deepEqual(await provider.refund(refundWish(3)), succeeded);
    fake.answer = undefined;
  });

  await t.step("takes no other refund for it", async () => {
    const { platformNumber } = pay(6);
    fake.answer = (method) => {
      const ok = { code: "10000", out_trade_no: paymentWish(6).paymentId, fund_change: "N" };
      const other = { out_request_no: "1", refund_status: "REFUND_SUCCESS", refund_amount: "9.99" };
      const said = { ...ok, ...other, trade_no: platformNumber };
      return signedAnswer(alipay.privateKey, method, said);
    };
    assert.deepEqual(await provider.refund(refundWish(6)), { status: "pending", platformNumber });
    fake.answer = undefined;
  });

  await t.step(
    "is refused for what Alipay does not know, nobody paid, or is not yuan",
    async () => {
      assert.deepEqual(await refusalOf(() => provider.refund(refundWish(4))), refused);
      fake.visit((await provider.start(paymentWish(5))).payUrl);
      assert.deepEqual(await refusalOf(() => provider.refund(refundWish(5))), refused);
      const dollars = () => provider.refund(refundWish(1, { currency: "USD" }));
      assert.deepEqual(await refusalOf(dollars), refused);
    },
  );
});

Deno.test("query() takes no answer that is forged, broken, too long or of another question", async () => {
  await using fake = startGateway();
  const provider = providerAt(fake.url);
  const { paymentId } = paymentWish(1);
  const good = {
    code: "10000",
    out_trade_no: paymentId,
    trade_no: "ALI1",
    trade_status: "TRADE_SUCCESS",
    total_amount: "19.99",
    send_pay_date: paidText,
  };
  const said = (more: object, key = alipay.privateKey) => (method: string) => {
    return signedAnswer(key, method, { ...good, ...more });
  };
  const edited = (from: string, to: string) => async (method: string) => {
    return new Response((await said({})(method).text()).replace(from, to));
  };
  fake.answer = said({});
  assert.equal((await provider.query(paymentWish(1))).capturedFen, 1_999n);
  const cases: [string, (method: string) => Response | Promise<Response>][] = [
    ["of another key", said({}, stranger.privateKey)],
    ["signed by ourselves", said({}, app.privateKey)],
    ["changed", edited("19.99", "99.99")],
    ["written otherwise", edited('"code": ', '"code":')],
    ["without a signature", edited(',"sign":', ',"sing":')],
    ["of another method", edited("trade_query", "trade_close")],
    ["cut off", edited("}", "")],
    ["of another payment", said({ out_trade_no: paymentWish(2).paymentId })],
    ["of an unknown state", said({ trade_status: "TRADE_LOST" })],
    ...["1e3", "-1", "1.234", "", "１", "1,000.00", " 1"].map((total_amount) => {
      return [`an amount of "${total_amount}"`, said({ total_amount })] as const;
    }).map(([what, answer]): [string, typeof answer] => [what, answer]),
    ["an amount that is a number", said({ total_amount: 19.99 })],
    ["a time that there is not", said({ send_pay_date: "2026-02-30 00:00:00" })],
    ["nonsense that is signed", (method) => signedAnswer(alipay.privateKey, method, "{]")],
    ["Alipay in trouble", said({ code: "20000", sub_code: "isp.unknow-error" })],
    ["a trade in trouble", said({ code: "40004", sub_code: "ACQ.SYSTEM_ERROR" })],
    ["too many questions", said({ code: "40005", sub_code: "isv.app-call-limited" })],
    ["an error", () => new Response("{}", { status: 500 })],
    ["an error with an answer", async (method) => {
      return new Response(await said({})(method).text(), { status: 502 });
    }],
    ["elsewhere", () => Response.redirect("http://127.0.0.1:1/", 307)],
    ["no JSON", () => new Response("<html>")],
    ["empty", () => new Response("")],
    ["too long", said({ trade_no: "x".repeat(65_536) })],
  ];
  for (const [what, answer] of cases) {
    fake.answer = answer;
    assert.deepEqual(await refusalOf(() => provider.query(paymentWish(1))), away, what);
  }
  fake.answer = said({ code: "40004", sub_code: "ACQ.INVALID_PARAMETER" });
  assert.deepEqual(await refusalOf(() => provider.query(paymentWish(1))), refused);
});

Deno.test("a gateway that knows another app or key of ours is away", async () => {
  await using fake = startGateway();
  const { privateKey } = stranger;
  const query = (more: object) => () => providerAt(fake.url, more).query(paymentWish(1));
  assert.deepEqual(await refusalOf(query({ privateKey })), away);
  assert.deepEqual(await refusalOf(query({ appId: "2021000000000002" })), away);
});

Deno.test("query() and refund() wait five seconds at most", async () => {
  await using fake = startGateway();
  const done = Promise.withResolvers<Response>();
  // The first request of a refund is answered, the second is not.
  fake.answer = (method) => {
    if (method !== "alipay.trade.refund") return done.promise;
    return signedAnswer(alipay.privateKey, method, { code: "40004", sub_code: "ACQ.OTHER" });
  };
  await using gone = startGateway();
  await gone[Symbol.asyncDispose]();
  const started = performance.now();
  const said = await Promise.all([
    refusalOf(() => providerAt(fake.url).query(paymentWish(1))),
    refusalOf(() => providerAt(fake.url).refund(refundWish(1))),
    refusalOf(() => providerAt(gone.url).query(paymentWish(1))),
  ]);
  const elapsedMs = performance.now() - started;
  done.resolve(new Response());
  assert.deepEqual(said, [away, away, away]);
  assert.ok(elapsedMs > 4_500 && elapsedMs < 6_500, `${elapsedMs} ms`);
});

const notice = {
  notify_type: "trade_status_sync",
  notify_id: "1",
  notify_time: paidText,
  charset: "utf-8",
  version: "1.0",
  app_id: appId,
  seller_id: sellerId,
  out_trade_no: paymentWish(1).paymentId,
  trade_no: stateOf(1, "").platformNumber,
  trade_status: "TRADE_SUCCESS",
  total_amount: "19.99",
  subject: "两件 things & + more=",
  gmt_payment: paidText,
} as const;

function callbackOf(more: Readonly<Record<string, string>> = {}, key = alipay.privateKey) {
  return alipayCallback(key, { ...notice, ...more });
}

Deno.test("readCallback() believes what Alipay signed", async () => {
  const provider = providerAt("http://127.0.0.1:1");
  const { paymentId } = paymentWish(1);
  const table = [
    ["TRADE_SUCCESS", taken],
    ["TRADE_FINISHED", taken],
    ["WAIT_BUYER_PAY", {}],
    ["TRADE_CLOSED", { status: "failed" }],
  ] as const;
  for (const [trade_status, more] of table) {
    assert.deepEqual(await provider.readCallback(callbackOf({ trade_status })), {
      kind: "payment",
      paymentId,
      state: stateOf(1, trade_status, more),
    });
  }
  const refund = { gmt_refund: `${paidText}.320`, out_biz_no: "77", refund_fee: "9.99" };
  assert.deepEqual(await provider.readCallback(callbackOf(refund)), {
    kind: "refund",
    refundId: "77",
    state: { status: "succeeded", platformNumber: notice.trade_no },
  });
  for (const more of [{ notify_type: "dut_user_sign" }, { trade_status: "TRADE_PENDING" }]) {
    assert.deepEqual(await provider.readCallback(callbackOf(more)), { kind: "other" });
  }
});

Deno.test("readCallback() believes no changed byte", async () => {
  const provider = providerAt("http://127.0.0.1:1");
  const callback = callbackOf();
  for (const index of callback.body.keys()) {
    const body = callback.body.map((byte, at) => at === index ? byte ^ 1 : byte);
    const read = await provider.readCallback({ ...callback, body }).catch(() => "refused");
    if (read === "refused") continue;
    // Another writing of the same parameters: a hexadecimal digit, or a bit that base64 leaves out.
    assert.deepEqual(read, await provider.readCallback(callback), `byte ${index}`);
  }
});

Deno.test("readCallback() refuses what is not Alipay's, not ours, or no money", async () => {
  const provider = providerAt("http://127.0.0.1:1");
  const text = new TextDecoder().decode(callbackOf().body);
  const written = (body: string) => {
    return { headers: {}, query: "", body: new TextEncoder().encode(body) };
  };
  const cases = [
    written(""),
    written("{}"),
    written(text.replace("19.99", "0.01")),
    written(`${text}&total_amount=0.01`),
    written(`${text}&buyer_id=1`),
    written(text.replace("&sign=", "&sing=")),
    { headers: {}, query: text, body: new Uint8Array() },
    callbackOf({}, stranger.privateKey),
    callbackOf({}, app.privateKey),
    callbackOf({ sign: "" }),
    callbackOf({ sign: "!" }),
    callbackOf({ sign_type: "RSA" }),
    callbackOf({ app_id: "2021000000000002" }),
    callbackOf({ app_id: "" }),
    callbackOf({ seller_id: "2088000000000002" }),
    callbackOf({ seller_id: "" }),
    callbackOf({ trade_no: "" }),
    ...["", "1e3", "-1", "1.234", "NaN"].map((total_amount) => callbackOf({ total_amount })),
    callbackOf({ gmt_payment: "yesterday" }),
  ];
  for (const [index, callback] of cases.entries()) {
    const read = () => provider.readCallback(callback);
    assert.deepEqual(await refusalOf(read), forged, `case ${index}`);
  }
  const anySeller = providerAt("http://127.0.0.1:1", { sellerId: "" });
  const elsewhere = callbackOf({ seller_id: "2088000000000002" });
  assert.equal((await anySeller.readCallback(elsewhere)).kind, "payment");
});

Deno.test("answer() is the word that Alipay waits for", () => {
  const provider = providerAt("http://127.0.0.1:1");
  assert.deepEqual([provider.answer("accepted"), provider.answer("again")], [
    { httpStatus: 200, contentType: "text/plain", body: "success" },
    { httpStatus: 503, contentType: "text/plain", body: "fail" },
  ]);
});
