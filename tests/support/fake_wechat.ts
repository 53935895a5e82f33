/** An API like WeChat Pay's v3, which proves what it is asked and signs what it says. */
import { Buffer } from "node:buffer";
import { createCipheriv, type KeyObject, sign, verify } from "node:crypto";
import type { RawCallback } from "../../services/pay/provider.ts";
import { listen } from "../../shared/http/listener.ts";
import { createLogger } from "../../shared/log.ts";
import type { RsaPair } from "./platform_wishes.ts";

export interface FakeWechatKeys {
  readonly appId: string;
  readonly mchId: string;
  readonly serial: string;
  readonly publicKeyId: string;
  readonly apiV3Key: string;
  readonly merchant: RsaPair;
  readonly wechat: RsaPair;
}

export interface FakeTransaction {
  readonly order: Readonly<Record<string, unknown>>;
  readonly total: number;
  readonly transaction_id?: string;
  readonly trade_state: string;
  readonly success_time?: string;
}

export interface FakeRefund {
  readonly out_trade_no: string;
  readonly refund: number;
  readonly status: string;
}

export interface FakeWechat extends AsyncDisposable {
  readonly url: string;
  readonly transactions: Map<string, FakeTransaction>;
  readonly refunds: Map<string, FakeRefund>;
  /** What was asked with a good signature, in order. */
  readonly asked: string[];
  /** Answers in its place, if set. */
  answer: (() => Response | Promise<Response>) | undefined;
  /** What new refunds are. */
  refundStatus: string;
}

/** How a message of WeChat Pay is signed, in a way that may be wrong. */
export interface Signing {
  readonly key: KeyObject;
  readonly keyId: string;
  readonly timeMs?: number;
}

interface Order {
  readonly out_trade_no: string;
  readonly amount: { readonly total: number };
}

interface RefundOrder {
  readonly out_trade_no: string;
  readonly out_refund_no: string;
  readonly amount: { readonly refund: number; readonly total: number };
}

const log = createLogger({ level: "error", write: () => {} });
const schemePattern = /^WECHATPAY2-SHA256-RSA2048 (mchid="[^"]+",nonce_str="[^"]+",.+)$/;

/** Starts the API on a free port. */
export function startFakeWechat(keys: FakeWechatKeys): FakeWechat {
  const listener = listen(async (request) => {
    const body = await request.text();
    const { pathname, search } = new URL(request.url);
    if (!isAsked(keys, request, body)) return problem(401, "SIGN_ERROR");
    fake.asked.push(`${request.method} ${pathname}`);
    if (fake.answer !== undefined) return await fake.answer();
    const answer = act(fake, keys, `${request.method} ${pathname}${search}`, body);
    if (answer instanceof Response) return answer;
    return signedResponse({ key: keys.wechat.privateKey, keyId: keys.publicKeyId }, answer);
  }, { port: 0, hostname: "127.0.0.1", log, drainMs: 0 });
  const fake: FakeWechat = {
    url: `http://127.0.0.1:${listener.port}`,
    transactions: new Map(),
    refunds: new Map(),
    asked: [],
    answer: undefined,
    refundStatus: "SUCCESS",
    [Symbol.asyncDispose]: () => listener[Symbol.asyncDispose](),
  };
  return fake;
}

/** An answer, signed over its very text. */
export function signedResponse(
  signing: Signing,
  content: object | string,
  status = 200,
): Response {
  const text = typeof content === "string" ? content : JSON.stringify(content, undefined, 1);
  return new Response(text, { status, headers: signatureHeaders(signing, text) });
}

/** What it answers to what it will not do: without a signature. */
export function problem(status: number, code: string): Response {
  return new Response(JSON.stringify({ code, message: "不行" }), { status });
}

/** The headers that sign a text. */
export function signatureHeaders(
  { key, keyId, timeMs = Date.now() }: Signing,
  text: string,
): Record<string, string> {
  const [time, nonce] = [Math.floor(timeMs / 1_000), crypto.randomUUID()];
  const signed = Buffer.from(`${time}\n${nonce}\n${text}\n`);
  return {
    "wechatpay-serial": keyId,
    "wechatpay-timestamp": String(time),
    "wechatpay-nonce": nonce,
    "wechatpay-signature": sign("sha256", signed, key).toString("base64"),
  };
}

/** A callback that carries this message, sealed and signed. */
export function wechatCallback(
  signing: Signing,
  sealKey: string,
  type: string,
  message: object | string,
): RawCallback {
  const nonce = "a nonce of12";
  const cipher = createCipheriv("aes-256-gcm", Buffer.from(sealKey), Buffer.from(nonce));
  cipher.setAAD(Buffer.from("transaction"));
  const text = typeof message === "string" ? message : JSON.stringify(message);
  const sealed = Buffer.concat([cipher.update(text), cipher.final(), cipher.getAuthTag()]);
  const resource = {
    algorithm: "AEAD_AES_256_GCM",
    original_type: "transaction",
    ciphertext: sealed.toString("base64"),
    nonce,
    associated_data: "transaction",
  };
  const envelope = { id: "1", event_type: type, resource_type: "encrypt-resource", resource };
  return signedCallback(signing, JSON.stringify(envelope));
}

/** A callback with this body, signed. */
export function signedCallback(signing: Signing, text: string): RawCallback {
  const headers = signatureHeaders(signing, text);
  return { headers, query: "", body: new TextEncoder().encode(text) };
}

/** What its documents ask of a request: the signature, its time, and three headers. */
function isAsked(
  { merchant, mchId, serial, publicKeyId }: FakeWechatKeys,
  request: Request,
  body: string,
) {
  const [, list = ""] = schemePattern.exec(request.headers.get("authorization") ?? "") ?? [];
  const said = new Map(
    list.split(",").map((pair): [string, string] => {
      const at = pair.indexOf("=");
      return [pair.slice(0, at), pair.slice(at + 2, -1)];
    }),
  );
  const [time, nonce] = [said.get("timestamp") ?? "", said.get("nonce_str") ?? ""];
  const { pathname, search } = new URL(request.url);
  const text = `${request.method}\n${pathname}${search}\n${time}\n${nonce}\n${body}\n`;
  const signature = Buffer.from(said.get("signature") ?? "", "base64");
  return verify("sha256", Buffer.from(text), merchant.publicKey, signature) &&
    Math.abs(Date.now() / 1_000 - Number(time)) < 300 &&
    said.get("mchid") === mchId && said.get("serial_no") === serial &&
    request.headers.get("wechatpay-serial") === publicKeyId &&
    request.headers.get("accept") === "application/json" &&
    request.headers.has("user-agent");
}

function act(fake: FakeWechat, keys: FakeWechatKeys, call: string, body: string) {
  const { appId: appid, mchId: mchid } = keys;
  const [, paymentId, asker] = /^GET .*\/out-trade-no\/(\d+)\?mchid=(\d+)$/.exec(call) ?? [];
  if (paymentId !== undefined) {
    const known = fake.transactions.get(paymentId);
    if (known === undefined || asker !== mchid) return problem(404, "ORDER_NOT_EXIST");
    const { order: _, total, ...rest } = known;
    const amount = { total, payer_total: total, currency: "CNY" };
    return { appid, mchid, out_trade_no: paymentId, ...rest, amount };
  }
  const [, refundId] = /^GET \/v3\/refund\/domestic\/refunds\/(\d+)$/.exec(call) ?? [];
  if (refundId !== undefined) return refundAnswer(fake, refundId);
  if (call === "POST /v3/pay/transactions/native") return open(fake, JSON.parse(body));
  if (call === "POST /v3/refund/domestic/refunds") return giveBack(fake, JSON.parse(body));
  return problem(404, "RESOURCE_NOT_EXISTS");
}

function open(fake: FakeWechat, order: Order & Readonly<Record<string, unknown>>) {
  const { out_trade_no: id, amount: { total } } = order;
  const known = fake.transactions.get(id);
  if (known !== undefined && known.total !== total) return problem(403, "OUT_TRADE_NO_USED");
  if (known?.trade_state === "SUCCESS") return problem(400, "ORDERPAID");
  fake.transactions.set(id, { order, total, trade_state: "NOTPAY" });
  return { code_url: `weixin://wxpay/bizpayurl?pr=${id}` };
}

function giveBack(fake: FakeWechat, { out_trade_no, out_refund_no: id, amount }: RefundOrder) {
  const paid = fake.transactions.get(out_trade_no);
  if (paid === undefined) return problem(404, "RESOURCE_NOT_EXISTS");
  if (paid.trade_state !== "SUCCESS" || paid.total !== amount.total) {
    return problem(400, "INVALID_REQUEST");
  }
  const known = fake.refunds.get(id);
  if (known !== undefined && known.refund !== amount.refund) return problem(400, "PARAM_ERROR");
  if (known === undefined) {
    fake.refunds.set(id, { out_trade_no, refund: amount.refund, status: fake.refundStatus });
  }
  return refundAnswer(fake, id);
}

function refundAnswer(fake: FakeWechat, id: string) {
  const known = fake.refunds.get(id);
  if (known === undefined) return problem(404, "RESOURCE_NOT_EXISTS");
  const { out_trade_no, refund, status } = known;
  return { refund_id: `WR${id}`, out_refund_no: id, out_trade_no, status, amount: { refund } };
}
