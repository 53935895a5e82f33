/** Paying with Alipay and WeChat Pay: their protocols end to end, with fakes of both. */
import assert from "node:assert/strict";
import type { KeyObject } from "node:crypto";
import type { RawCallback } from "../../services/pay/provider.ts";
import { type Buyer, createShop, type Shop } from "../support/checkout.ts";
import { booksAgree } from "../support/audit.ts";
import { eventually } from "../support/eventually.ts";
import { alipayCallback, type FakeAlipayKeys, startFakeAlipay } from "../support/fake_alipay.ts";
import {
  type FakeWechatKeys,
  type Signing,
  startFakeWechat,
  wechatCallback,
} from "../support/fake_wechat.ts";
import { type Mall, startMall } from "../support/mall.ts";
import { newRsaPair } from "../support/platform_wishes.ts";
import { insertProducts } from "../support/product_rows.ts";

const [ours, theirs, stranger] = [newRsaPair(), newRsaPair(), newRsaPair()];
const alipayKeys: FakeAlipayKeys = { appId: "2021000000000001", app: ours, alipay: theirs };
const wechatKeys: FakeWechatKeys = {
  appId: "wx0000000000000001",
  mchId: "1900000001",
  serial: "5157F09EFDC096DE",
  publicKeyId: "PUB_KEY_ID_0100000001",
  apiV3Key: "0123456789abcdef0123456789abcdef",
  merchant: ours,
  wechat: theirs,
};
const signing: Signing = { key: theirs.privateKey, keyId: wechatKeys.publicKeyId };

function environment(gateway: string, wechatUrl: string): Record<string, string> {
  const privateKey = base64(ours.privateKey, "pkcs8");
  const publicKey = base64(theirs.publicKey, "spki");
  return {
    PAY_ALIPAY_APP_ID: alipayKeys.appId,
    PAY_ALIPAY_PRIVATE_KEY: privateKey,
    PAY_ALIPAY_PUBLIC_KEY: publicKey,
    PAY_ALIPAY_GATEWAY: gateway,
    PAY_WECHAT_APP_ID: wechatKeys.appId,
    PAY_WECHAT_MCH_ID: wechatKeys.mchId,
    PAY_WECHAT_SERIAL: wechatKeys.serial,
    PAY_WECHAT_PRIVATE_KEY: privateKey,
    PAY_WECHAT_API_V3_KEY: wechatKeys.apiV3Key,
    PAY_WECHAT_PUBLIC_KEY: publicKey,
    PAY_WECHAT_PUBLIC_KEY_ID: wechatKeys.publicKeyId,
    PAY_WECHAT_API: wechatUrl,
  };
}

function base64(key: KeyObject, type: "pkcs8" | "spki"): string {
  return key.export({ format: "der", type }).toString("base64");
}

/** Orders five things of 19.99 yuan and starts to pay them. */
async function begin(mall: Mall, shop: Shop, buyer: Buyer, platform: number) {
  const { body: { order_id: orderId } } = await shop.order(buyer, { 1: 5 });
  const { status, body: { payment_id: paymentId } } = await shop.front.send("POST", "/v1/pay", {
    token: buyer.token,
    body: { order_id: orderId, platform },
    headers: { "idempotency-key": crypto.randomUUID() },
  });
  assert.equal(status, 201);
  const [row] = await mall.sql.pay<{ pay_url: string }[]>`
    SELECT pay_url FROM payment WHERE id = ${paymentId}`;
  return { orderId, paymentId, payUrl: row?.pay_url ?? "" };
}

/** What the BFF answers to a platform: the status, the type and the text. */
async function callBack(mall: Mall, platform: number, type: string, callback: RawCallback) {
  const response = await fetch(`${mall.bff.url}/v1/pay/callback/${platform}`, {
    method: "POST",
    headers: { ...callback.headers, "content-type": type },
    body: new Uint8Array(callback.body),
  });
  return [response.status, response.headers.get("content-type"), await response.text()] as const;
}

async function paymentRow(mall: Mall, paymentId: string) {
  const [row] = await mall.sql.pay`
    SELECT status, captured_fen, refunded_fen FROM payment WHERE id = ${paymentId}`;
  return { ...row };
}

async function reaches(shop: Shop, buyer: Buyer, orderId: string, status: number): Promise<void> {
  await eventually(`order ${orderId} of status ${status}`, async () => {
    return (await shop.orderOf(buyer, orderId)).status === status;
  });
}

Deno.test("paying with Alipay and WeChat Pay", async (t) => {
  await using alipay = startFakeAlipay(alipayKeys);
  await using wechat = startFakeWechat(wechatKeys);
  await using mall = await startMall({ without: ["pay"] });
  await using _pay = await mall.spawn("pay", { env: environment(alipay.url, wechat.url) });
  const shop = createShop(mall);
  await insertProducts(mall.sql.product, [{ id: 1n, stock: 100n, priceFen: 1_999n }]);
  const [buyer] = await shop.buyers(1);
  assert.ok(buyer);
  const open = { status: 1, captured_fen: 0n, refunded_fen: 0n };
  const taken = { status: 2, captured_fen: 9_995n, refunded_fen: 0n };

  await t.step(
    "Alipay: a forged callback writes nothing, a good one pays, twice is once",
    async () => {
      const form = "application/x-www-form-urlencoded; charset=utf-8";
      const { orderId, paymentId, payUrl } = await begin(mall, shop, buyer, 1);
      alipay.visit(payUrl);
      const said = {
        notify_type: "trade_status_sync",
        app_id: alipayKeys.appId,
        out_trade_no: paymentId,
        trade_no: `ALI${paymentId}`,
        trade_status: "TRADE_SUCCESS",
        total_amount: alipay.trades.get(paymentId)?.total_amount ?? "",
        subject: "两件 & more",
        gmt_payment: "2026-01-01 00:00:01",
      };
      const [status] = await callBack(mall, 1, form, alipayCallback(stranger.privateKey, said));
      assert.deepEqual([status, await paymentRow(mall, paymentId)], [401, open]);
      const callback = alipayCallback(theirs.privateKey, said);
      for (let copy = 0; copy < 2; copy++) {
        assert.deepEqual(await callBack(mall, 1, form, callback), [200, "text/plain", "success"]);
      }
      assert.deepEqual(await paymentRow(mall, paymentId), taken);
      await reaches(shop, buyer, orderId, 30);
    },
  );

  await t.step("WeChat Pay: money that comes after the order was cancelled goes back", async () => {
    const json = "application/json";
    const { orderId, paymentId, payUrl } = await begin(mall, shop, buyer, 2);
    assert.equal(payUrl, `weixin://wxpay/bizpayurl?pr=${paymentId}`);
    await shop.front.send("POST", `/v1/order/${orderId}/cancel`, { token: buyer.token, body: {} });
    await reaches(shop, buyer, orderId, 0);
    wechat.transactions.set(paymentId, { order: {}, total: 9_995, trade_state: "SUCCESS" });
    const said = {
      appid: wechatKeys.appId,
      mchid: wechatKeys.mchId,
      out_trade_no: paymentId,
      transaction_id: `WX${paymentId}`,
      trade_state: "SUCCESS",
      success_time: "2026-01-01T00:00:01+08:00",
      amount: { total: 9_995, currency: "CNY" },
    };
    const sealed = (by: Partial<Signing>) => {
      return wechatCallback(
        { ...signing, ...by },
        wechatKeys.apiV3Key,
        "TRANSACTION.SUCCESS",
        said,
      );
    };
    const old = sealed({ timeMs: Date.now() - 600_000 });
    const [status] = await callBack(mall, 2, json, old);
    assert.deepEqual([status, await paymentRow(mall, paymentId)], [401, open]);
    const accepted = [200, json, '{"code":"SUCCESS"}'];
    assert.deepEqual(await callBack(mall, 2, json, sealed({})), accepted);
    await eventually("the money is back", async () => {
      return (await paymentRow(mall, paymentId)).refunded_fen === 9_995n;
    });
    assert.deepEqual([...wechat.refunds.values()], [
      { out_trade_no: paymentId, refund: 9_995, status: "SUCCESS" },
    ]);
    assert.equal((await shop.orderOf(buyer, orderId)).status, 0);
  });

  await t.step("the books agree", () => booksAgree(mall));
});
