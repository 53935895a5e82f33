/** A gateway like Alipay's, which proves what it is asked and signs what it says. */
import { Buffer } from "node:buffer";
import { type KeyObject, sign, verify } from "node:crypto";
import type { RawCallback } from "../../services/pay/provider.ts";
import { listen } from "../../shared/http/listener.ts";
import { createLogger } from "../../shared/log.ts";
import type { RsaPair } from "./platform_wishes.ts";

export interface FakeTrade {
  trade_status: string;
  readonly total_amount: string;
  readonly trade_no: string;
  readonly subject: string;
  send_pay_date?: string;
}

export interface FakeRefund {
  readonly refund_amount: string;
  refund_status: string;
}

export interface FakeAlipay extends AsyncDisposable {
  readonly url: string;
  readonly trades: Map<string, FakeTrade>;
  readonly refunds: Map<string, FakeRefund>;
  /** The methods that were asked with a good signature, in order. */
  readonly asked: string[];
  /** Answers in its place, if set. */
  answer: ((method: string) => Response | Promise<Response>) | undefined;
  /** The buyer opens the pay page; gives what the address says. */
  visit(payUrl: string): Readonly<Record<string, string>>;
}

export interface FakeAlipayKeys {
  readonly appId: string;
  /** The app's. */
  readonly app: RsaPair;
  /** Alipay's. */
  readonly alipay: RsaPair;
}

type Content = Readonly<Record<string, string>>;

const log = createLogger({ level: "error", write: () => {} });

/** Starts the gateway on a free port. */
export function startFakeAlipay({ appId, app, alipay }: FakeAlipayKeys): FakeAlipay {
  const trades = new Map<string, FakeTrade>();
  const refunds = new Map<string, FakeRefund>();
  const prove = (pairs: URLSearchParams) => {
    const { sign: signature = "", ...rest } = Object.fromEntries(pairs);
    const proven = verify(
      "sha256",
      Buffer.from(sortedText(rest)),
      app.publicKey,
      Buffer.from(signature, "base64"),
    );
    return proven && rest.app_id === appId ? rest : undefined;
  };
  const listener = listen(async (request) => {
    const pairs = new URL(request.url).searchParams;
    for (const [name, value] of new URLSearchParams(await request.text())) pairs.set(name, value);
    const { method = "", biz_content: content = "{}" } = prove(pairs) ?? {};
    if (method === "") return wrongSignature();
    fake.asked.push(method);
    if (fake.answer !== undefined) return await fake.answer(method);
    return signedAnswer(alipay.privateKey, method, act(fake, method, JSON.parse(content)));
  }, { port: 0, hostname: "127.0.0.1", log, drainMs: 0 });
  const fake: FakeAlipay = {
    url: `http://127.0.0.1:${listener.port}/gateway.do`,
    trades,
    refunds,
    asked: [],
    answer: undefined,
    visit(payUrl) {
      const said = prove(new URL(payUrl).searchParams);
      if (said === undefined) throw new Error("a pay page with a wrong signature");
      const content: Content = JSON.parse(said.biz_content ?? "{}");
      const { out_trade_no: id = "", total_amount = "", subject = "" } = content;
      const trade_no = `ALI${id}`;
      trades.set(id, { trade_status: "WAIT_BUYER_PAY", total_amount, trade_no, subject });
      return said;
    },
    [Symbol.asyncDispose]: () => listener[Symbol.asyncDispose](),
  };
  return fake;
}

/** The answer to a method, signed over its node as it is written. */
export function signedAnswer(
  key: KeyObject,
  method: string,
  node: object | string,
): Response {
  const text = typeof node === "string" ? node : JSON.stringify(node, undefined, 1);
  const signature = sign("sha256", Buffer.from(text), key).toString("base64");
  const name = `${method.replaceAll(".", "_")}_response`;
  return new Response(`{"${name}":${text},"sign":"${signature}"}`);
}

/** A callback with these parameters, signed unless they say otherwise. */
export function alipayCallback(
  key: KeyObject,
  said: Readonly<Record<string, string>>,
): RawCallback {
  const { sign: given, sign_type = "RSA2", ...rest } = said;
  const signature = given ?? sign("sha256", Buffer.from(sortedText(rest)), key).toString("base64");
  const body = new URLSearchParams({ ...rest, sign_type, sign: signature }).toString();
  return { headers: {}, query: "", body: new TextEncoder().encode(body) };
}

function act(fake: FakeAlipay, method: string, content: Content): object {
  const { out_trade_no: id = "", out_request_no: refundId = "", refund_amount = "" } = content;
  const trade = fake.trades.get(id);
  if (trade === undefined) return failed("ACQ.TRADE_NOT_EXIST");
  const ok = { code: "10000", msg: 'Success "}{" \\/', out_trade_no: id, trade_no: trade.trade_no };
  if (method === "alipay.trade.query") return { ...ok, ...trade };
  const known = fake.refunds.get(refundId);
  if (method === "alipay.trade.fastpay.refund.query") {
    return { ...ok, ...(known === undefined ? {} : { out_request_no: refundId, ...known }) };
  }
  if (known !== undefined) {
    if (known.refund_amount !== refund_amount) return failed("ACQ.DISCORDANT_REPEAT_REQUEST");
    return { ...ok, fund_change: "N" };
  }
  if (trade.trade_status !== "TRADE_SUCCESS") return failed("ACQ.TRADE_STATUS_ERROR");
  fake.refunds.set(refundId, { refund_amount, refund_status: "REFUND_SUCCESS" });
  return { ...ok, fund_change: "Y", refund_fee: refund_amount };
}

function failed(sub_code: string): object {
  return { code: "40004", msg: "Business Failed", sub_code, sub_msg: "没有" };
}

function wrongSignature(): Response {
  const error = { code: "40002", msg: "Invalid Arguments", sub_code: "isv.invalid-signature" };
  return new Response(JSON.stringify({ error_response: error }));
}

function sortedText(said: Readonly<Record<string, string>>): string {
  const names = Object.keys(said).filter((name) => said[name] !== "").sort();
  return names.map((name) => `${name}=${said[name]}`).join("&");
}
