import assert from "node:assert/strict";
import {
  problem,
  signedCallback,
  signedResponse,
  type Signing,
  startFakeWechat,
  wechatCallback,
} from "../../../../tests/support/fake_wechat.ts";
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
import { createWechatProvider, type WechatProviderOptions } from "./wechat.ts";

const [merchant, wechat, stranger] = [newRsaPair(), newRsaPair(), newRsaPair()];
const [appId, mchId, serial] = ["wx0000000000000001", "1900000001", "5157F09EFDC096DE"];
const publicKeyId = "PUB_KEY_ID_0100000001";
const apiV3Key = "0123456789abcdef0123456789abcdef";
const keys = { appId, mchId, serial, publicKeyId, apiV3Key, merchant, wechat };
const good: Signing = { key: wechat.privateKey, keyId: publicKeyId };
const notifyUrl = "https://shop.example/v1/pay/callback/2";
const paidText = "2026-01-01T00:00:01+08:00";
const paidTime = BigInt(Date.UTC(2025, 11, 31, 16, 0, 1));
const { paymentId } = paymentWish(1);
const minuteMs = 60_000;

function providerAt(apiUrl: string, more: Partial<WechatProviderOptions> = {}): PaymentProvider {
  const { privateKey } = merchant;
  const { publicKey } = wechat;
  const ours = { appId, mchId, serial, publicKeyId, apiV3Key };
  return createWechatProvider({ ...ours, privateKey, publicKey, apiUrl, notifyUrl, ...more });
}

function stateOf(platformStatus: string, more: object = {}) {
  return {
    status: "pending",
    capturedFen: 0n,
    currency: "CNY",
    platformNumber: "",
    platformStatus,
    captureTime: 0n,
    ...more,
  };
}

const taken = {
  status: "captured",
  capturedFen: 1_999n,
  platformNumber: "420000",
  captureTime: paidTime,
};
const unknownState = stateOf("ORDER_NOT_EXIST", { status: "unknown", currency: "" });

/** A transaction that is paid, as queries and callbacks tell it. */
const paid = {
  appid: appId,
  mchid: mchId,
  out_trade_no: paymentId,
  transaction_id: "420000",
  trade_state: "SUCCESS",
  success_time: paidText,
  amount: { total: 1_999, payer_total: 1_999, currency: "CNY" },
};

Deno.test("start()", async (t) => {
  await using fake = startFakeWechat(keys);
  const provider = providerAt(fake.url);

  await t.step("gives a code to scan, the same payment again", async () => {
    const expireTime = BigInt(Date.UTC(2030, 0, 1, 16, 30, 15, 999));
    const payment = paymentWish(1, { expireTime, subject: "两".repeat(100) });
    const started = { payUrl: `weixin://wxpay/bizpayurl?pr=${paymentId}`, platformNumber: "" };
    assert.deepEqual(await provider.start(payment), started);
    assert.deepEqual(await provider.start(payment), started);
    assert.deepEqual([...fake.transactions.keys()], [paymentId]);
    assert.deepEqual(fake.transactions.get(paymentId)?.order, {
      appid: appId,
      mchid: mchId,
      description: "两".repeat(42),
      out_trade_no: paymentId,
      time_expire: "2030-01-02T00:30:15+08:00",
      notify_url: notifyUrl,
      amount: { total: 1_999, currency: "CNY" },
    });
  });

  await t.step("is refused for another amount, what is paid, and what is not yuan", async () => {
    const other = () => provider.start(paymentWish(1, { amountFen: 1n }));
    assert.deepEqual(await refusalOf(other), refused);
    fake.transactions.set(paymentId, { order: {}, total: 1_999, trade_state: "SUCCESS" });
    assert.deepEqual(await refusalOf(() => provider.start(paymentWish(1))), refused);
    const dollars = () => provider.start(paymentWish(2, { currency: "USD" }));
    assert.deepEqual(await refusalOf(dollars), refused);
    const tooMuch = () => provider.start(paymentWish(2, { amountFen: 2n ** 53n }));
    assert.deepEqual(await refusalOf(tooMuch), refused);
  });
});

Deno.test("query() says how a payment stands", async () => {
  await using fake = startFakeWechat(keys);
  const provider = providerAt(fake.url);
  assert.deepEqual(await provider.query(paymentWish(1)), unknownState);
  const failed = { status: "failed" };
  const table = [
    ["NOTPAY", {}],
    ["USERPAYING", {}],
    ["CLOSED", failed],
    ["REVOKED", failed],
    ["PAYERROR", failed],
  ] as const;
  for (const [trade_state, more] of table) {
    fake.transactions.set(paymentId, { order: {}, total: 1_999, trade_state });
    assert.deepEqual(await provider.query(paymentWish(1)), stateOf(trade_state, more));
  }
  const details = { order: {}, total: 1_999, transaction_id: "420000", success_time: paidText };
  for (const trade_state of ["SUCCESS", "REFUND"]) {
    fake.transactions.set(paymentId, { ...details, trade_state });
    assert.deepEqual(await provider.query(paymentWish(1)), stateOf(trade_state, taken));
  }
  // Its older words, and signed as well.
  for (const code of ["ORDERNOTEXIST", "RESOURCE_NOT_EXISTS"]) {
    fake.answer = () => signedResponse(good, { code, message: "" }, 404);
    assert.deepEqual(await provider.query(paymentWish(1)), unknownState);
  }
});

Deno.test("refund()", async (t) => {
  await using fake = startFakeWechat(keys);
  const provider = providerAt(fake.url);
  const wish = refundWish(1);
  const platformNumber = `WR${wish.refundId}`;
  const path = "/v3/refund/domestic/refunds";
  const pay = (n: number) => {
    const trade = { order: {}, total: 1_999, trade_state: "SUCCESS" };
    fake.transactions.set(paymentWish(n).paymentId, trade);
  };

  await t.step("is once a refund id", async () => {
    pay(1);
    assert.deepEqual(await provider.refund(wish), { status: "succeeded", platformNumber });
    assert.deepEqual(await provider.refund(wish), { status: "succeeded", platformNumber });
    assert.deepEqual(fake.asked.splice(0), [`POST ${path}`, `POST ${path}`]);
    assert.deepEqual([...fake.refunds], [
      [wish.refundId, { out_trade_no: paymentId, refund: 999, status: "SUCCESS" }],
    ]);
    const other = () => provider.refund({ ...wish, amountFen: 1_000n });
    assert.deepEqual(await refusalOf(other), refused);
  });

  await t.step("tells what is under way and what cannot be given back", async () => {
    const table = [["PROCESSING", "pending"], ["CLOSED", "refused"], ["ABNORMAL", "refused"]];
    for (const [status = ""] of table) {
      fake.refunds.set(wish.refundId, { out_trade_no: paymentId, refund: 999, status });
      const told = table.find(([word]) => word === status)?.[1];
      assert.deepEqual(await provider.refund(wish), { status: told, platformNumber });
    }
  });

  await t.step("is looked up when it is refused after it went through", async () => {
    fake.refunds.set(wish.refundId, { out_trade_no: paymentId, refund: 999, status: "SUCCESS" });
    fake.transactions.set(paymentId, { order: {}, total: 1_999, trade_state: "REFUND" });
    fake.asked.length = 0;
    assert.deepEqual(await provider.refund(wish), { status: "succeeded", platformNumber });
    assert.deepEqual(fake.asked, [`POST ${path}`, `GET ${path}/${wish.refundId}`]);
  });

  await t.step(
    "is refused for what WeChat Pay does not know, nobody paid, or is not yuan",
    async () => {
      assert.deepEqual(await refusalOf(() => provider.refund(refundWish(2))), refused);
      await provider.start(paymentWish(3));
      assert.deepEqual(await refusalOf(() => provider.refund(refundWish(3))), refused);
      const dollars = () => provider.refund(refundWish(1, { currency: "USD" }));
      assert.deepEqual(await refusalOf(dollars), refused);
    },
  );

  await t.step("takes no answer about another refund", async () => {
    const done = { refund_id: "1", status: "SUCCESS", amount: { refund: 999 } };
    const told = { ...done, out_refund_no: wish.refundId, out_trade_no: paymentId };
    for (const more of [{ out_refund_no: "1" }, { out_trade_no: "1" }, { status: "LOST" }]) {
      fake.answer = () => signedResponse(good, { ...told, ...more });
      assert.deepEqual(await refusalOf(() => provider.refund(wish)), away);
    }
  });
});

Deno.test("query() takes no answer that is forged, old, broken, too long or of another question", async () => {
  await using fake = startFakeWechat(keys);
  const provider = providerAt(fake.url);
  const said = (more: object, signing: Partial<Signing> = {}) => () => {
    return signedResponse({ ...good, ...signing }, { ...paid, ...more });
  };
  const edited = (status = 200) => async () => {
    const answer = said({})();
    const text = (await answer.text()).replaceAll("1999", "9999");
    return new Response(text, { status, headers: answer.headers });
  };
  const amount = (total: unknown) => said({ amount: { ...paid.amount, total } });
  fake.answer = said({});
  assert.equal((await provider.query(paymentWish(1))).capturedFen, 1_999n);
  const notThere = JSON.stringify({ code: "ORDER_NOT_EXIST" });
  const cases: [string, () => Response | Promise<Response>][] = [
    ["of another key", said({}, { key: stranger.privateKey })],
    ["signed by ourselves", said({}, { key: merchant.privateKey })],
    ["of another key's id", said({}, { keyId: "PUB_KEY_ID_0100000002" })],
    ["old", said({}, { timeMs: Date.now() - 6 * minuteMs })],
    ["ahead", said({}, { timeMs: Date.now() + 6 * minuteMs })],
    ["changed", edited()],
    ["unsigned", () => new Response(JSON.stringify(paid))],
    ["a problem that is signed wrongly", () => {
      return signedResponse({ ...good, key: stranger.privateKey }, notThere, 404);
    }],
    ["a problem without a word", () => new Response("{}", { status: 404 })],
    ["a wrong key of ours", () => problem(401, "SIGN_ERROR")],
    ["too many questions", () => problem(429, "FREQUENCY_LIMITED")],
    ["in trouble", () => problem(500, "SYSTEM_ERROR")],
    ["an error with a good answer", () => signedResponse(good, paid, 502)],
    ["nothing", () => new Response(null, { status: 204 })],
    ["elsewhere", () => Response.redirect("http://127.0.0.1:1/", 307)],
    ["of another payment", said({ out_trade_no: paymentWish(2).paymentId })],
    ["of another merchant", said({ mchid: "1900000002" })],
    ["of another app", said({ appid: "wx0000000000000002" })],
    ["of an unknown state", said({ trade_state: "LOST" })],
    ["without an amount", said({ amount: undefined })],
    ["without a number", said({ transaction_id: "" })],
    ["a time that there is not", said({ success_time: "2026-02-30T00:00:00+08:00" })],
    ["a negative amount", amount(-1)],
    ["an amount as text", amount("1999")],
    ["a part of a fen", amount(0.5)],
    ["more than a number holds", amount(2 ** 53)],
    ["empty", () => signedResponse(good, "")],
    ["no JSON", () => signedResponse(good, "<html>")],
    ["too long", said({ attach: "x".repeat(65_536) })],
  ];
  for (const [what, answer] of cases) {
    fake.answer = answer;
    assert.deepEqual(await refusalOf(() => provider.query(paymentWish(1))), away, what);
  }
  fake.answer = () => problem(400, "PARAM_ERROR");
  assert.deepEqual(await refusalOf(() => provider.query(paymentWish(1))), refused);
});

Deno.test("an API that knows another merchant, certificate or key of ours is away", async () => {
  await using fake = startFakeWechat(keys);
  const { privateKey } = stranger;
  for (const more of [{ privateKey }, { mchId: "1900000002" }, { serial: "1" }]) {
    const query = () => providerAt(fake.url, more).query(paymentWish(1));
    assert.deepEqual(await refusalOf(query), away);
  }
});

Deno.test("every call waits five seconds at most", async () => {
  await using fake = startFakeWechat(keys);
  await using gone = startFakeWechat(keys);
  await gone[Symbol.asyncDispose]();
  const done = Promise.withResolvers<Response>();
  fake.answer = () => {
    // The first request of the refund is answered, the second is not.
    const isRefund = fake.asked.at(-1) === "POST /v3/refund/domestic/refunds";
    return isRefund ? problem(400, "INVALID_REQUEST") : done.promise;
  };
  const provider = providerAt(fake.url);
  const started = performance.now();
  const said = await Promise.all([
    refusalOf(() => provider.start(paymentWish(1))),
    refusalOf(() => provider.query(paymentWish(1))),
    refusalOf(() => provider.refund(refundWish(1))),
    refusalOf(() => providerAt(gone.url).query(paymentWish(1))),
  ]);
  const elapsedMs = performance.now() - started;
  done.resolve(new Response());
  assert.deepEqual(said, [away, away, away, away]);
  assert.ok(elapsedMs > 4_500 && elapsedMs < 6_500, `${elapsedMs} ms`);
});

Deno.test("readCallback() believes what WeChat Pay signed", async () => {
  const provider = providerAt("http://127.0.0.1:1");
  const read = (type: string, message: object) => {
    return provider.readCallback(wechatCallback(good, apiV3Key, type, message));
  };
  const state = stateOf("SUCCESS", taken);
  const captured = { kind: "payment", paymentId, state };
  assert.deepEqual(await read("TRANSACTION.SUCCESS", paid), captured);
  const table = [["SUCCESS", "succeeded"], ["CLOSED", "refused"], ["ABNORMAL", "refused"]];
  for (const [refund_status = "", status] of table) {
    const told = { mchid: mchId, out_refund_no: "77", refund_id: "50", refund_status };
    assert.deepEqual(await read(`REFUND.${refund_status}`, told), {
      kind: "refund",
      refundId: "77",
      state: { status, platformNumber: "50" },
    });
  }
  assert.deepEqual(await read("COUPON.USE", {}), { kind: "other" });
  for (const text of ["", "{", "null", "{}"]) {
    assert.deepEqual(await provider.readCallback(signedCallback(good, text)), { kind: "other" });
  }
});

Deno.test("readCallback() believes no changed byte", async () => {
  const provider = providerAt("http://127.0.0.1:1");
  const callback = wechatCallback(good, apiV3Key, "TRANSACTION.SUCCESS", paid);
  for (const index of callback.body.keys()) {
    const body = callback.body.map((byte, at) => at === index ? byte ^ 1 : byte);
    const read = () => provider.readCallback({ ...callback, body });
    assert.deepEqual(await refusalOf(read), forged, `byte ${index}`);
  }
});

Deno.test("readCallback() refuses what is not WeChat Pay's, not of our time, or not ours", async () => {
  const provider = providerAt("http://127.0.0.1:1");
  const callbackOf = (more: object = {}, signing: Partial<Signing> = {}, sealKey = apiV3Key) => {
    const message = { ...paid, ...more };
    return wechatCallback({ ...good, ...signing }, sealKey, "TRANSACTION.SUCCESS", message);
  };
  const callback = callbackOf();
  const withHeader = (more: Readonly<Record<string, string>>) => {
    return { ...callback, headers: { ...callback.headers, ...more } };
  };
  const otherRefund = { mchid: "2", out_refund_no: "7", refund_id: "5", refund_status: "SUCCESS" };
  const cases = [
    { ...callback, headers: {} },
    withHeader({ "wechatpay-signature": "" }),
    withHeader({ "wechatpay-signature": "WECHATPAY/SIGNTEST/AAAA" }),
    withHeader({ "wechatpay-nonce": "another" }),
    withHeader({ "wechatpay-timestamp": String(Math.floor(Date.now() / 1_000) + 1) }),
    withHeader({ "wechatpay-timestamp": "" }),
    withHeader({ "wechatpay-timestamp": "1e9" }),
    withHeader({ "wechatpay-serial": "" }),
    callbackOf({}, { key: stranger.privateKey }),
    callbackOf({}, { key: merchant.privateKey }),
    callbackOf({}, { keyId: "PUB_KEY_ID_0100000002" }),
    callbackOf({}, { timeMs: Date.now() - 6 * minuteMs }),
    callbackOf({}, { timeMs: Date.now() + 6 * minuteMs }),
    callbackOf({}, {}, "another key of 32 bytes is here!"),
    callbackOf({ mchid: "1900000002" }),
    callbackOf({ appid: "wx0000000000000002" }),
    callbackOf({ trade_state: "LOST" }),
    callbackOf({ transaction_id: "" }),
    ...[-1, 0.5, "1999", "1e3", 2 ** 53, null].map((total) => callbackOf({ amount: { total } })),
    wechatCallback(good, apiV3Key, "TRANSACTION.SUCCESS", "{"),
    wechatCallback(good, apiV3Key, "REFUND.SUCCESS", otherRefund),
    wechatCallback(good, apiV3Key, "REFUND.SUCCESS", paid),
    sealedAs({ ciphertext: "" }),
    sealedAs({ ciphertext: "AAAA" }),
    sealedAs({ nonce: "" }),
    sealedAs({ associated_data: "refund" }),
  ];
  for (const [index, one] of cases.entries()) {
    const read = () => provider.readCallback(one);
    assert.deepEqual(await refusalOf(read), forged, `case ${index}`);
  }
});

/** A callback whose seal does not fit, though all of it is signed. */
function sealedAs(more: Readonly<Record<string, string>>) {
  const { body } = wechatCallback(good, apiV3Key, "TRANSACTION.SUCCESS", paid);
  const envelope = JSON.parse(new TextDecoder().decode(body));
  const resource = { ...envelope.resource, ...more };
  return signedCallback(good, JSON.stringify({ ...envelope, resource }));
}

Deno.test("answer() is the JSON that WeChat Pay waits for", () => {
  const provider = providerAt("http://127.0.0.1:1");
  const contentType = "application/json";
  assert.deepEqual([provider.answer("accepted"), provider.answer("again")], [
    { httpStatus: 200, contentType, body: '{"code":"SUCCESS"}' },
    { httpStatus: 503, contentType, body: '{"code":"FAIL"}' },
  ]);
});
