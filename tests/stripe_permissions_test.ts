import assert from "node:assert/strict";
import Stripe from "stripe";
import { startArguments } from "../dev/command.ts";
import { repositoryRoot as root } from "../tools/buf.ts";
import { startFakeStripe, stripeTestKey as secretKey } from "./support/fake_stripe.ts";

const webhookSecret = "whsec_of_this_test";
const homeUrl = "https://shop.example";

/** A program that starts a payment and reads a webhook. */
async function programOf(apiUrl: string): Promise<string> {
  const payload = JSON.stringify({ object: "event", type: "customer.created" });
  const signature = await Stripe.webhooks.generateTestHeaderStringAsync({
    payload,
    secret: webhookSecret,
    timestamp: Math.floor(Date.now() / 1_000),
    scheme: "v1",
    signature: "",
    cryptoProvider: Stripe.createSubtleCryptoProvider(),
  });
  const options = { secretKey, webhookSecret, homeUrl, apiUrl };
  const texts = { paymentId: "42", currency: "CNY", subject: "", returnUrl: "" };
  return `
    import { createStripeProvider } from "./services/pay/service/providers/stripe.ts";
    const provider = await createStripeProvider(${JSON.stringify(options)});
    const payment = { ...${JSON.stringify(texts)}, amountFen: 100n, expireTime: 0n };
    const { platformNumber } = await provider.start(payment);
    const headers = { "stripe-signature": ${JSON.stringify(signature)} };
    const body = new TextEncoder().encode(${JSON.stringify(payload)});
    const { kind } = await provider.readCallback({ headers, query: "", body });
    console.log(platformNumber, kind);`;
}

Deno.test("Stripe needs no more permissions than the pay service has", async () => {
  await using fake = startFakeStripe();
  const flags = (await startArguments(root, "pay")).slice(0, -1);
  const pipes = { stdin: "piped", stdout: "piped", stderr: "piped" } as const;
  const child = new Deno.Command(Deno.execPath(), { args: [...flags, "-"], cwd: root, ...pipes })
    .spawn();
  const input = child.stdin.getWriter();
  await input.write(new TextEncoder().encode(await programOf(fake.url)));
  await input.close();
  const { stdout, stderr } = await child.output();
  const [said, warned] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  assert.deepEqual({ said, warned }, { said: "cs_test_1 other\n", warned: "" });
});
