import assert from "node:assert/strict";
import { newSigningKey } from "../../shared/auth/signing_key.ts";
import { ConfigError } from "../../shared/config.ts";
import { readConfig } from "./config.ts";

async function stripeOf(values: Readonly<Record<string, string>>) {
  const own = await newSigningKey();
  const required = {
    PAY_POSTGRES_URL: "postgres://pay:secret-of-postgres@localhost/mall_pay",
    NATS_URL: "nats://localhost:4222",
    PAY_NOTIFY_URL: "https://mall.example",
    PAY_SERVICE_KEY: own.pkcs8,
    SERVICE_KEYS: `pay=${own.publicKey}`,
  };
  return readConfig(new Map(Object.entries({ ...required, ...values }))).stripe;
}

const keys = { PAY_STRIPE_SECRET_KEY: "sk_test_1", PAY_STRIPE_WEBHOOK_SECRET: "whsec_1" };

Deno.test("readConfig() takes Stripe with both secrets, at its own address unless told", async () => {
  const [secretKey, webhookSecret] = ["sk_test_1", "whsec_1"];
  assert.equal(await stripeOf({}), undefined);
  const usual = { secretKey, webhookSecret, apiUrl: "https://api.stripe.com" };
  assert.deepEqual(await stripeOf(keys), usual);
  const apiUrl = "http://127.0.0.1:12111";
  const told = await stripeOf({ ...keys, PAY_STRIPE_API: apiUrl });
  assert.deepEqual(told, { ...usual, apiUrl });
});

Deno.test("readConfig() refuses half of Stripe, or an address that it could not use", async () => {
  const table: readonly [Readonly<Record<string, string>>, readonly string[]][] = [
    [{ ...keys, PAY_STRIPE_SECRET_KEY: "" }, ["PAY_STRIPE_SECRET_KEY is required"]],
    [{ ...keys, PAY_STRIPE_WEBHOOK_SECRET: " " }, ["PAY_STRIPE_WEBHOOK_SECRET is required"]],
    [
      { PAY_STRIPE_API: "https://api.stripe.com" },
      ["PAY_STRIPE_SECRET_KEY is required", "PAY_STRIPE_WEBHOOK_SECRET is required"],
    ],
    [
      { ...keys, PAY_STRIPE_API: "api.stripe.com" },
      ["PAY_STRIPE_API must be a URL starting with http:// or https://"],
    ],
    [{ ...keys, PAY_STRIPE_API: "https://a.example/v1" }, ["PAY_STRIPE_API must have no path"]],
    [{ ...keys, PAY_NOTIFY_URL: "" }, ["PAY_NOTIFY_URL is required"]],
  ];
  for (const [values, problems] of table) {
    const error = await stripeOf(values).then(() => undefined, (error) => error);
    assert.ok(error instanceof ConfigError);
    assert.deepEqual(error.problems, problems);
  }
});
