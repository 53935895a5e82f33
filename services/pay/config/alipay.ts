import type { EnvReader } from "../../../shared/config.ts";
import type { AlipayProviderOptions } from "../service/providers/alipay.ts";
import { readRsaKey } from "./rsa_key.ts";

export type AlipayConfig = Omit<AlipayProviderOptions, "notifyUrl">;

const names = [
  "PAY_ALIPAY_APP_ID",
  "PAY_ALIPAY_SELLER_ID",
  "PAY_ALIPAY_PRIVATE_KEY",
  "PAY_ALIPAY_PUBLIC_KEY",
  "PAY_ALIPAY_GATEWAY",
];

/** Reads `PAY_ALIPAY_*`: all that is required, or none where Alipay is not taken. */
export function readAlipay(env: EnvReader): AlipayConfig | undefined {
  if (names.every((name) => env.string(name, "") === "")) return undefined;
  const appId = env.string("PAY_ALIPAY_APP_ID");
  const sellerId = env.string("PAY_ALIPAY_SELLER_ID", "");
  const privateKey = readRsaKey(env, "PAY_ALIPAY_PRIVATE_KEY", "private");
  const publicKey = readRsaKey(env, "PAY_ALIPAY_PUBLIC_KEY", "public");
  const usual = "https://openapi.alipay.com/gateway.do";
  const gateway = env.url("PAY_ALIPAY_GATEWAY", ["http", "https"], usual);
  if (privateKey === undefined || publicKey === undefined) return undefined;
  return { appId, sellerId, privateKey, publicKey, gateway };
}
