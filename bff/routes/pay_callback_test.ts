import assert from "node:assert/strict";
import {
  type HandleCallbackRequest,
  PaymentInternalService,
} from "../../proto/gen/pay/v1/payment_internal_service_pb.ts";
import { openShop } from "../testing/shop.ts";

Deno.test("POST /v1/pay/callback/{platform} hands over the very bytes and all headers", async () => {
  const asked: HandleCallbackRequest[] = [];
  using shop = openShop((router) => {
    router.service(PaymentInternalService, {
      handleCallback(request) {
        asked.push(request);
        const body = new TextEncoder().encode("taken");
        return { httpStatus: 202, contentType: "text/plain", body };
      },
    });
  });
  // A BOM, two equal members, odd spaces, bytes that are no UTF-8: a reader that writes anew shows.
  const text = new TextEncoder().encode('{ "a":1,\r\n"a" :1.0}');
  const body = new Uint8Array([0xef, 0xbb, 0xbf, ...text, 0xff, 0x00]);
  const response = await shop.request("/v1/pay/callback/3?a=%20b&a=c", {
    method: "POST",
    headers: {
      "content-type": "application/json; charset=utf-8",
      "Stripe-Signature": "t=1,v1=ab,v1=cd",
      "Wechatpay-Signature": "a+b/c==",
    },
    body,
  });
  assert.deepEqual([response.status, response.headers.get("content-type")], [202, "text/plain"]);
  assert.equal(await response.text(), "taken");
  const [request] = asked;
  assert.ok(request);
  assert.deepEqual(new Uint8Array(request.body), body);
  assert.deepEqual([request.platform, request.query], [3, "a=%20b&a=c"]);
  const { "stripe-signature": stripe, "wechatpay-signature": wechat } = request.headers;
  assert.deepEqual([stripe, wechat], ["t=1,v1=ab,v1=cd", "a+b/c=="]);
});
