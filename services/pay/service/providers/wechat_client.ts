/** WeChat Pay's API v3: signed requests, signed answers. */
import type { KeyObject } from "node:crypto";
import { z } from "@hono/zod-openapi";
import { askPlatform, jsonOf, type PlatformAnswer, readJson } from "./platform_http.ts";
import { platformAway } from "./refusals.ts";
import { isRsaSigned, signRsa } from "./rsa.ts";

export interface WechatClientOptions {
  readonly mchId: string;
  /** The serial number of the merchant's certificate, whose key signs what we ask. */
  readonly serial: string;
  readonly privateKey: KeyObject;
  /** WeChat Pay's own: it proves what WeChat Pay says. */
  readonly publicKey: KeyObject;
  readonly publicKeyId: string;
  /** Where its API is, without a path. */
  readonly apiUrl: string;
}

export interface WechatQuestion {
  readonly method: "GET" | "POST";
  /** With the query, as it is signed. */
  readonly path: string;
  readonly content?: object;
  readonly signal?: AbortSignal;
}

/** An answer, or WeChat Pay's word for why there is none, such as ORDER_NOT_EXIST. */
export type WechatAnswer<T> = { readonly found: T } | { readonly problem: string };

const scheme = "WECHATPAY2-SHA256-RSA2048";
/** How old, or how far ahead, a signature may be. */
const ageMaxSeconds = 300;
/** The business says no. Other statuses are of a wrong key of ours, too much haste, or its trouble. */
const problemStatuses: ReadonlySet<number> = new Set([400, 403, 404]);
const Problem = z.object({ code: z.string().regex(/^\w{1,64}$/) });

/**
 * Asks and proves the answer. Rejects with Unavailable PLATFORM_UNAVAILABLE for what is not signed,
 * is not of the schema, or may be otherwise in a while.
 */
export async function askWechat<T>(
  options: WechatClientOptions,
  question: WechatQuestion,
  schema: z.ZodType<T>,
): Promise<WechatAnswer<T>> {
  const { method, path, content, signal } = question;
  const body = content === undefined ? "" : jsonOf(content);
  const answer = await askPlatform({
    url: `${options.apiUrl}${path}`,
    method,
    headers: {
      "accept": "application/json",
      "user-agent": "mall",
      "authorization": authorization(options, question, body),
      // So that it signs with this key, while an account also has a certificate of the platform.
      "wechatpay-serial": options.publicKeyId,
      ...(body === "" ? {} : { "content-type": "application/json" }),
    },
    ...(body === "" ? {} : { body }),
    ...(signal === undefined ? {} : { signal }),
  });
  return readAnswer(options, answer, schema);
}

/** Whether WeChat Pay has signed this body just now. `header` gives "" for what there is not. */
export function isWechatSigned(
  { publicKey, publicKeyId }: WechatClientOptions,
  body: string,
  header: (name: string) => string,
): boolean {
  const time = header("wechatpay-timestamp");
  if (header("wechatpay-serial") !== publicKeyId || !/^\d{1,12}$/.test(time)) return false;
  if (Math.abs(Date.now() / 1_000 - Number(time)) > ageMaxSeconds) return false;
  const text = `${time}\n${header("wechatpay-nonce")}\n${body}\n`;
  return isRsaSigned(publicKey, text, header("wechatpay-signature"));
}

function authorization(
  { mchId, serial, privateKey }: WechatClientOptions,
  { method, path }: WechatQuestion,
  body: string,
): string {
  const time = Math.floor(Date.now() / 1_000);
  const nonce = crypto.randomUUID().replaceAll("-", "");
  const signature = signRsa(privateKey, `${method}\n${path}\n${time}\n${nonce}\n${body}\n`);
  return `${scheme} mchid="${mchId}",nonce_str="${nonce}",signature="${signature}",` +
    `timestamp="${time}",serial_no="${serial}"`;
}

/**
 * It does not sign every problem, and its own SDKs prove only what succeeded: a problem without a
 * signature is believed, as TLS has it, and says at worst "not yet" or "ask an operator".
 */
function readAnswer<T>(
  options: WechatClientOptions,
  { status, headers, bytes }: PlatformAnswer,
  schema: z.ZodType<T>,
): WechatAnswer<T> {
  const text = new TextDecoder().decode(bytes);
  const isProblem = problemStatuses.has(status);
  const problem = readJson(text, Problem)?.code;
  if (status !== 200 && (!isProblem || problem === undefined)) {
    throw platformAway(new Error(`it answered ${status} ${problem ?? ""}`));
  }
  const mustProve = !isProblem || headers.has("wechatpay-signature");
  if (mustProve && !isWechatSigned(options, text, (name) => headers.get(name) ?? "")) {
    throw platformAway(new Error("a forged answer"));
  }
  if (isProblem && problem !== undefined) return { problem };
  const found = readJson(text, schema);
  if (found === undefined) throw platformAway(new Error("it answered nonsense"));
  return { found };
}
