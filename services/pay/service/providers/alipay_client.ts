/** Alipay's gateway: one address, signed parameters, signed answers. */
import type { KeyObject } from "node:crypto";
import { z } from "@hono/zod-openapi";
import { askPlatform, jsonOf, readJson } from "./platform_http.ts";
import { platformAway } from "./refusals.ts";
import { isRsaSigned, signRsa } from "./rsa.ts";
import { shanghaiText } from "./shanghai_time.ts";

export interface AlipayClientOptions {
  readonly appId: string;
  /** The app's own: it signs what we ask. */
  readonly privateKey: KeyObject;
  /** Alipay's, not the app's: it proves what Alipay says. */
  readonly publicKey: KeyObject;
  readonly gateway: string;
}

/** What is asked: a method of the API, its business parameters, and when to give up. */
export interface AlipayQuestion {
  readonly method: string;
  readonly content: object;
  readonly signal?: AbortSignal;
}

/** An answer that is signed, or Alipay's word for why there is none, such as ACQ.TRADE_NOT_EXIST. */
export type AlipayAnswer<T> = { readonly found: T } | { readonly problem: string };

const Signed = z.object({ sign: z.string() });
const Outcome = z.object({ code: z.string(), sub_code: z.string().default("") });
const succeeded = "10000";
/** The business says no; other codes are of the gateway, or of a wrong key or right of ours. */
const businessFailed = "40004";
/** Alipay's own trouble, though it comes as a failure of the business. */
const troublePattern = /^isp\.|SYSTEM_ERROR$/;

/**
 * What is signed: parameters that have a value, by name, as they are before encoding. By hand, as
 * the signing of `alipay-sdk` fails on Deno: it hands over a PEM of one long line.
 */
export function signedText(parameters: Readonly<Record<string, string>>): string {
  return Object.keys(parameters).sort()
    .filter((name) => parameters[name] !== "")
    .map((name) => `${name}=${parameters[name]}`)
    .join("&");
}

/** An address of the gateway that carries a signed question, for the buyer's browser. */
export function signedUrl(
  options: AlipayClientOptions,
  { method, content }: AlipayQuestion,
  addresses: Readonly<Record<string, string>>,
): string {
  const url = new URL(options.gateway);
  const parameters = parametersOf(options, method, { ...addresses, biz_content: jsonOf(content) });
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  return url.href;
}

/**
 * Asks the gateway and proves the answer. Rejects with Unavailable PLATFORM_UNAVAILABLE for what is
 * not signed, is not of the schema, or may be otherwise in a while.
 */
export async function askAlipay<T>(
  options: AlipayClientOptions,
  { method, content, signal }: AlipayQuestion,
  schema: z.ZodType<T>,
): Promise<AlipayAnswer<T>> {
  const url = new URL(options.gateway);
  const parameters = parametersOf(options, method, { biz_content: jsonOf(content) });
  const { biz_content: asked = "", ...rest } = parameters;
  for (const [name, value] of Object.entries(rest)) url.searchParams.set(name, value);
  const { status, bytes } = await askPlatform({
    url: url.href,
    method: "POST",
    headers: { "content-type": "application/x-www-form-urlencoded;charset=utf-8" },
    body: new URLSearchParams({ biz_content: asked }).toString(),
    ...(signal === undefined ? {} : { signal }),
  });
  const text = new TextDecoder().decode(bytes);
  const said = status === 200 ? provenNode(text, method, options.publicKey) : undefined;
  if (said === undefined) throw platformAway(new Error(`it answered ${status} ${codeIn(text)}`));
  return answerOf(said, schema);
}

function parametersOf(
  { appId, privateKey }: AlipayClientOptions,
  method: string,
  more: Readonly<Record<string, string>>,
): Record<string, string> {
  const parameters = {
    app_id: appId,
    method,
    format: "JSON",
    charset: "utf-8",
    sign_type: "RSA2",
    timestamp: shanghaiText(Date.now()),
    version: "1.0",
    ...more,
  };
  const valued = Object.entries(parameters).filter(([, value]) => value !== "");
  return { ...Object.fromEntries(valued), sign: signRsa(privateKey, signedText(parameters)) };
}

function answerOf<T>(said: string, schema: z.ZodType<T>): AlipayAnswer<T> {
  const { code, sub_code: problem } = readJson(said, Outcome) ?? { code: "", sub_code: "" };
  if (code === businessFailed && !troublePattern.test(problem)) return { problem };
  if (code !== succeeded) throw platformAway(new Error(`it answered ${code} ${problem}`));
  const found = readJson(said, schema);
  if (found === undefined) throw platformAway(new Error("it answered nonsense"));
  return { found };
}

/**
 * The answer's node as it is written, which is what is signed; undefined unless it is. Nothing else
 * of the answer is read, so it does not matter how it was found.
 */
function provenNode(text: string, method: string, publicKey: KeyObject): string | undefined {
  const name = `"${method.replaceAll(".", "_")}_response":`;
  const at = text.indexOf(name);
  const node = at < 0 ? undefined : firstObject(text.slice(at + name.length).trimStart());
  const sign = readJson(text, Signed)?.sign;
  if (node === undefined || sign === undefined) return undefined;
  return isRsaSigned(publicKey, node, sign) ? node : undefined;
}

/** The object that the text begins with, up to its closing brace. */
function firstObject(text: string): string | undefined {
  let depth = 0;
  for (const { 0: token, index } of text.matchAll(/"[^"\\]*(?:\\.[^"\\]*)*"|[{}]/g)) {
    if (token === "{") depth++;
    if (token === "}") depth--;
    if (depth === 0) return text.slice(0, index + token.length);
  }
  return undefined;
}

/** For the log only: failures of the gateway itself are not signed. */
function codeIn(text: string): string {
  return /"sub_code":"([\w.-]{1,64})"/.exec(text)?.[1] ?? "";
}
