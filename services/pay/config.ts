import { EnvReader, type EnvSource } from "../../shared/config.ts";
import { readServiceConfig, type ServiceConfig } from "../../shared/service/config.ts";
import { type AlipayConfig, readAlipay } from "./config/alipay.ts";
import { readWechat, type WechatConfig } from "./config/wechat.ts";

export interface PayConfig extends ServiceConfig {
  /** The sandbox platform, for development; undefined where no sandbox is taken. */
  readonly sandbox: SandboxConfig | undefined;
  /** Undefined where Stripe is not taken. */
  readonly stripe: StripeConfig | undefined;
  /** Undefined where Alipay is not taken. */
  readonly alipay: AlipayConfig | undefined;
  /** Undefined where WeChat Pay is not taken. */
  readonly wechat: WechatConfig | undefined;
  /** Where platforms call back: the BFF as they reach it. */
  readonly notifyUrl: string;
  /** Origins that a pay page may lead back to; "*" for any. */
  readonly returnOrigins: readonly string[];
  /** How often open payments and refunds are looked for, in milliseconds. */
  readonly lookEveryMs: number;
}

export interface SandboxConfig {
  readonly baseUrl: string;
  readonly secret: string;
}

export interface StripeConfig {
  readonly secretKey: string;
  /** What its webhooks are signed with. */
  readonly webhookSecret: string;
  /** Where its API is, without a path. */
  readonly apiUrl: string;
}

const http = ["http", "https"];

/** Reads `PAY_*` and the variables that every process shares. Throws `ConfigError`. */
export function readConfig(source: EnvSource): PayConfig {
  const env = new EnvReader(source);
  const platforms = { stripe: readStripe(env), alipay: readAlipay(env), wechat: readWechat(env) };
  const isReal = Object.values(platforms).some((platform) => platform !== undefined);
  // A real platform never reaches this machine by its own name: without callbacks money is late.
  const ownBff = isReal ? [] as const : ["http://127.0.0.1:8888"] as const;
  const config = {
    ...readServiceConfig("pay", env, { port: 8084 }),
    sandbox: readSandbox(env),
    ...platforms,
    notifyUrl: env.url("PAY_NOTIFY_URL", http, ...ownBff).replace(/\/$/, ""),
    returnOrigins: env.string("PAY_RETURN_ORIGINS", "*").split(",").map((one) => one.trim()),
    lookEveryMs: env.int("PAY_LOOK_EVERY_MS", { min: 50, max: 3_600_000, fallback: 1_000 }),
  };
  env.done();
  return config;
}

/** Both or none: a sandbox that takes unsigned payments would be a way to shop for nothing. */
function readSandbox(env: EnvReader): SandboxConfig | undefined {
  const baseUrl = env.string("PAY_SANDBOX_URL", "");
  if (baseUrl === "") return undefined;
  return {
    baseUrl: env.url("PAY_SANDBOX_URL", http).replace(/\/$/, ""),
    secret: env.string("PAY_SANDBOX_SECRET"),
  };
}

/** All or none, as for the sandbox. */
function readStripe(env: EnvReader): StripeConfig | undefined {
  const names = ["PAY_STRIPE_SECRET_KEY", "PAY_STRIPE_WEBHOOK_SECRET", "PAY_STRIPE_API"];
  if (names.every((name) => env.string(name, "") === "")) return undefined;
  const apiUrl = env.url("PAY_STRIPE_API", http, "https://api.stripe.com");
  const { pathname, search } = URL.parse(apiUrl) ?? { pathname: "/", search: "" };
  if (pathname !== "/" || search !== "") env.problem("PAY_STRIPE_API must have no path");
  return {
    secretKey: env.string("PAY_STRIPE_SECRET_KEY"),
    webhookSecret: env.string("PAY_STRIPE_WEBHOOK_SECRET"),
    apiUrl,
  };
}
