import assert from "node:assert/strict";
import type { KeyObject } from "node:crypto";
import { newSigningKey } from "../../../shared/auth/signing_key.ts";
import { ConfigError } from "../../../shared/config.ts";
import { newRsaPair, type RsaPair } from "../../../tests/support/platform_wishes.ts";
import { type PayConfig, readConfig } from "../config.ts";

type Values = Readonly<Record<string, string>>;

const [ours, theirs, short] = [newRsaPair(), newRsaPair(), newRsaPair(1_024)];

async function read(values: Values): Promise<PayConfig> {
  const own = await newSigningKey();
  const required = {
    PAY_POSTGRES_URL: "postgres://pay:secret-of-postgres@localhost/mall_pay",
    NATS_URL: "nats://localhost:4222",
    PAY_NOTIFY_URL: "https://mall.example",
    PAY_SERVICE_KEY: own.pkcs8,
    SERVICE_KEYS: `pay=${own.publicKey}`,
  };
  return readConfig(new Map(Object.entries({ ...required, ...values })));
}

async function problemsOf(values: Values): Promise<readonly string[]> {
  const error = await read(values).then(() => undefined, (error) => error);
  assert.ok(error instanceof ConfigError, `it was taken: ${error}`);
  return error.problems;
}

function bare(key: KeyObject): string {
  const type = key.type === "private" ? "pkcs8" : "spki";
  return key.export({ format: "der", type }).toString("base64");
}

function pem(key: KeyObject, type: "pkcs1" | "pkcs8" | "spki"): string {
  return key.export({ format: "pem", type }).toString();
}

function same({ privateKey, publicKey }: RsaPair, config: {
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}): boolean {
  return bare(config.privateKey) === bare(privateKey) && bare(config.publicKey) === bare(publicKey);
}

const pair: RsaPair = { privateKey: ours.privateKey, publicKey: theirs.publicKey };

const alipay = {
  PAY_ALIPAY_APP_ID: "2021000000000001",
  PAY_ALIPAY_PRIVATE_KEY: bare(ours.privateKey),
  PAY_ALIPAY_PUBLIC_KEY: bare(theirs.publicKey),
};

const wechat = {
  PAY_WECHAT_APP_ID: "wx0000000000000001",
  PAY_WECHAT_MCH_ID: "1900000001",
  PAY_WECHAT_SERIAL: "5157F09EFDC096DE",
  PAY_WECHAT_PRIVATE_KEY: bare(ours.privateKey),
  PAY_WECHAT_API_V3_KEY: "0123456789abcdef0123456789abcdef",
  PAY_WECHAT_PUBLIC_KEY: bare(theirs.publicKey),
  PAY_WECHAT_PUBLIC_KEY_ID: "PUB_KEY_ID_0100000001",
};

Deno.test("readConfig() takes Alipay and WeChat Pay, at their own addresses unless told", async () => {
  const none = await read({});
  assert.deepEqual([none.alipay, none.wechat], [undefined, undefined]);
  const usual = await read({ ...alipay, ...wechat });
  assert.ok(usual.alipay && usual.wechat);
  assert.ok(same(pair, usual.alipay) && same(pair, usual.wechat));
  const { privateKey: _1, publicKey: _2, ...plainAlipay } = usual.alipay;
  const { privateKey: _3, publicKey: _4, ...plainWechat } = usual.wechat;
  assert.deepEqual(plainAlipay, {
    appId: "2021000000000001",
    sellerId: "",
    gateway: "https://openapi.alipay.com/gateway.do",
  });
  assert.deepEqual(plainWechat, {
    appId: "wx0000000000000001",
    mchId: "1900000001",
    serial: "5157F09EFDC096DE",
    apiV3Key: "0123456789abcdef0123456789abcdef",
    publicKeyId: "PUB_KEY_ID_0100000001",
    apiUrl: "https://api.mch.weixin.qq.com",
  });
  const told = await read({
    ...alipay,
    ...wechat,
    PAY_ALIPAY_SELLER_ID: "2088000000000001",
    PAY_ALIPAY_GATEWAY: "http://127.0.0.1:1/gateway.do",
    PAY_WECHAT_API: "http://127.0.0.1:2/",
  });
  assert.deepEqual([told.alipay?.sellerId, told.alipay?.gateway, told.wechat?.apiUrl], [
    "2088000000000001",
    "http://127.0.0.1:1/gateway.do",
    "http://127.0.0.1:2",
  ]);
});

Deno.test("readConfig() reads keys as consoles give them out", async () => {
  const onOneLine = pem(ours.privateKey, "pkcs8").trimEnd().replaceAll("\n", "\\n");
  const privates = [
    pem(ours.privateKey, "pkcs8"),
    pem(ours.privateKey, "pkcs1"),
    onOneLine,
    onOneLine.replaceAll("\\n", " "),
    onOneLine.replaceAll("\\n", ""),
  ];
  for (const PAY_ALIPAY_PRIVATE_KEY of privates) {
    const config = await read({ ...alipay, PAY_ALIPAY_PRIVATE_KEY });
    assert.ok(config.alipay && same(pair, config.alipay), PAY_ALIPAY_PRIVATE_KEY.slice(0, 30));
  }
  for (const type of ["spki", "pkcs1"] as const) {
    const PAY_ALIPAY_PUBLIC_KEY = pem(theirs.publicKey, type);
    const config = await read({ ...alipay, PAY_ALIPAY_PUBLIC_KEY });
    assert.ok(config.alipay && same(pair, config.alipay), type);
  }
});

Deno.test("readConfig() names what is missing of a platform that is begun", async () => {
  for (const platform of [alipay, wechat]) {
    for (const name of Object.keys(platform)) {
      assert.deepEqual(await problemsOf({ ...platform, [name]: " " }), [`${name} is required`]);
    }
  }
  const missing = (names: object) => Object.keys(names).map((name) => `${name} is required`);
  for (const name of ["PAY_ALIPAY_GATEWAY", "PAY_ALIPAY_SELLER_ID"]) {
    assert.deepEqual(await problemsOf({ [name]: "https://a.example" }), missing(alipay));
  }
  const lone = { PAY_WECHAT_API: "https://a.example" };
  assert.deepEqual(await problemsOf(lone), missing(wechat));
});

Deno.test("readConfig() refuses keys and addresses that it could not use, and tells no value", async () => {
  const privateShape = "an RSA private key of 2048 bits or more: PKCS#8 in PEM, " +
    "or its base64 on one line";
  const publicShape = "an RSA public key of 2048 bits or more: SPKI in PEM, " +
    "or its base64 on one line";
  const ed25519 = (await newSigningKey()).pkcs8;
  const privates = ["secret", bare(short.privateKey), bare(ours.publicKey), ed25519];
  for (const name of ["PAY_ALIPAY_PRIVATE_KEY", "PAY_WECHAT_PRIVATE_KEY"]) {
    for (const value of privates) {
      const problems = await problemsOf({ ...alipay, ...wechat, [name]: value });
      assert.deepEqual(problems, [`${name} must be ${privateShape}`]);
    }
  }
  for (const name of ["PAY_ALIPAY_PUBLIC_KEY", "PAY_WECHAT_PUBLIC_KEY"]) {
    for (const value of ["secret", bare(short.publicKey), bare(ours.privateKey)]) {
      const problems = await problemsOf({ ...alipay, ...wechat, [name]: value });
      assert.deepEqual(problems, [`${name} must be ${publicShape}`]);
    }
  }
  const table: readonly [Values, string][] = [
    [{ PAY_WECHAT_API_V3_KEY: "short" }, "PAY_WECHAT_API_V3_KEY must have 32 bytes"],
    [{ PAY_WECHAT_API: "https://a.example/v3" }, "PAY_WECHAT_API must have no path"],
    [
      { PAY_ALIPAY_GATEWAY: "openapi.alipay.com" },
      "PAY_ALIPAY_GATEWAY must be a URL starting with http:// or https://",
    ],
  ];
  for (const [values, problem] of table) {
    assert.deepEqual(await problemsOf({ ...alipay, ...wechat, ...values }), [problem]);
  }
});
