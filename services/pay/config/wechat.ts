import { Buffer } from "node:buffer";
import type { EnvReader } from "../../../shared/config.ts";
import type { WechatProviderOptions } from "../service/providers/wechat.ts";
import { readRsaKey } from "./rsa_key.ts";

export type WechatConfig = Omit<WechatProviderOptions, "notifyUrl">;

const sealKeyBytes = 32;
const names = [
  "PAY_WECHAT_APP_ID",
  "PAY_WECHAT_MCH_ID",
  "PAY_WECHAT_SERIAL",
  "PAY_WECHAT_PRIVATE_KEY",
  "PAY_WECHAT_API_V3_KEY",
  "PAY_WECHAT_PUBLIC_KEY",
  "PAY_WECHAT_PUBLIC_KEY_ID",
  "PAY_WECHAT_API",
];

/** Reads `PAY_WECHAT_*`: all that is required, or none where WeChat Pay is not taken. */
export function readWechat(env: EnvReader): WechatConfig | undefined {
  if (names.every((name) => env.string(name, "") === "")) return undefined;
  const appId = env.string("PAY_WECHAT_APP_ID");
  const mchId = env.string("PAY_WECHAT_MCH_ID");
  const serial = env.string("PAY_WECHAT_SERIAL");
  const privateKey = readRsaKey(env, "PAY_WECHAT_PRIVATE_KEY", "private");
  const apiV3Key = readSealKey(env);
  const publicKey = readRsaKey(env, "PAY_WECHAT_PUBLIC_KEY", "public");
  const publicKeyId = env.string("PAY_WECHAT_PUBLIC_KEY_ID");
  const apiUrl = readApiUrl(env);
  if (privateKey === undefined || publicKey === undefined) return undefined;
  return { appId, mchId, serial, privateKey, apiV3Key, publicKey, publicKeyId, apiUrl };
}

function readSealKey(env: EnvReader): string {
  const key = env.string("PAY_WECHAT_API_V3_KEY");
  if (key !== "" && Buffer.byteLength(key) !== sealKeyBytes) {
    env.problem(`PAY_WECHAT_API_V3_KEY must have ${sealKeyBytes} bytes`);
  }
  return key;
}

/** The path is signed, so a proxy may not put its own before it. */
function readApiUrl(env: EnvReader): string {
  const apiUrl = env.url("PAY_WECHAT_API", ["http", "https"], "https://api.mch.weixin.qq.com");
  const { pathname, search } = URL.parse(apiUrl) ?? { pathname: "/", search: "" };
  if (pathname !== "/" || search !== "") env.problem("PAY_WECHAT_API must have no path");
  return apiUrl.replace(/\/$/, "");
}
