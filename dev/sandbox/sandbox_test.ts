import assert from "node:assert/strict";
import { createLogger } from "../../shared/log.ts";
import { listen } from "../../shared/http/listener.ts";
import { isSigned, signBody } from "../../shared/signature.ts";
import type { Mischief } from "./books.ts";
import { startSandbox } from "./server.ts";

const log = createLogger({ level: "error", write: () => {} });
const secret = "a secret of this test";
let nextId = 1;

/** What a merchant heard of. */
interface Heard {
  readonly isSigned: boolean;
  readonly body: string;
}

/** A shop that takes a callback at the given try only. */
function startMerchant(answers: readonly Response[]) {
  const heard: Heard[] = [];
  const listener = listen(async (request) => {
    const body = await request.text();
    const signature = request.headers.get("sandbox-signature") ?? "";
    heard.push({ isSigned: isSigned(secret, body, signature), body });
    return answers[heard.length - 1]?.clone() ?? new Response("success");
  }, { port: 0, hostname: "127.0.0.1", log });
  return {
    heard,
    url: `http://127.0.0.1:${listener.port}/`,
    [Symbol.asyncDispose]: () => listener[Symbol.asyncDispose](),
  };
}

function wish(more: object = {}) {
  return {
    payment_id: `${nextId++}`.padStart(28, "0"),
    amount_fen: 1_000,
    currency: "CNY",
    subject: 'a <b>thing</b> & "more"',
    expire_time: Date.now() + 60_000,
    return_url: "",
    notify_url: "",
    ...more,
  };
}

Deno.test("sandbox", async (t) => {
  await using sandbox = startSandbox({ port: 0, hostname: "127.0.0.1", secret, log, pauseMs: 1 });

  async function post(path: string, body: unknown, signature?: string) {
    const text = typeof body === "string" ? body : JSON.stringify(body);
    const response = await fetch(`${sandbox.url}${path}`, {
      method: "POST",
      headers: { "sandbox-signature": signature ?? signBody(secret, text) },
      body: text,
    });
    const said = await response.text();
    const signed = isSigned(secret, said, response.headers.get("sandbox-signature") ?? "");
    return { status: response.status, isSigned: signed, body: signed ? JSON.parse(said) : said };
  }

  /** A payment that was paid. */
  async function paid(more: object = {}, mischief: Mischief = {}): Promise<string> {
    const payment = wish(more);
    await post("/api/payments", payment);
    sandbox.books.mischiefs.set(payment.payment_id, mischief);
    await sandbox.decide(payment.payment_id, true);
    return payment.payment_id;
  }

  async function refund(payment_id: string, refund_id: string, amount_fen: number) {
    const { status, body } = await post("/api/refunds", { refund_id, payment_id, amount_fen });
    return status === 200 ? body.status : status;
  }

  await t.step("a payment is started once, by a signed request with a signed answer", async () => {
    const payment = wish();
    const { payment_id } = payment;
    const first = await post("/api/payments", payment);
    assert.deepEqual(first, {
      status: 200,
      isSigned: true,
      body: {
        payment_id,
        number: `SB${payment_id}`,
        status: "pending",
        captured_fen: 0,
        currency: "CNY",
        capture_time: 0,
        pay_url: `${sandbox.url}/pay/${payment_id}`,
      },
    });
    assert.deepEqual(await post("/api/payments", payment), first);
    const other = await post("/api/payments", { ...payment, amount_fen: 1 });
    assert.deepEqual([other.status, other.isSigned], [409, true]);
    const { pay_url: _url, ...state } = first.body;
    assert.deepEqual((await post("/api/payments/query", { payment_id })).body, state);
    assert.deepEqual(
      (await post("/api/payments/query", { payment_id: "x" })).body,
      { status: "unknown" },
    );
  });

  await t.step("what is not signed, or no longer, is refused and changes nothing", async () => {
    const payment = wish();
    const text = JSON.stringify(payment);
    const signatures = [
      "",
      "t=1",
      signBody("another secret", text),
      signBody(secret, `${text} `),
      signBody(secret, text, Date.now() - 301_000),
      signBody(secret, text, Date.now() + 302_000),
    ];
    for (const path of ["/api/payments", "/api/payments/query", "/api/refunds"]) {
      for (const signature of signatures) {
        assert.equal((await post(path, text, signature)).status, 401);
      }
    }
    assert.equal(sandbox.books.payments.has(payment.payment_id), false);
  });

  await t.step("what is signed and makes no sense is refused", async () => {
    const amounts = [0, -1, 1.5, "1000", null];
    const nonsense = ["", "{", "[]", "null", ...amounts.map((amount_fen) => wish({ amount_fen }))];
    for (const body of nonsense) assert.equal((await post("/api/payments", body)).status, 400);
    const payment_id = await paid();
    for (const amount_fen of amounts) {
      const { status } = await post("/api/refunds", { refund_id: "n", payment_id, amount_fen });
      assert.equal(status, 400);
    }
  });

  await t.step("callbacks come until the merchant says that it has heard", async () => {
    await using merchant = startMerchant([
      new Response("again", { status: 503 }),
      new Response("something else"),
      new Response("success", { status: 201 }),
    ]);
    const payment_id = await paid({ notify_url: merchant.url });
    const [first] = merchant.heard;
    assert.deepEqual(merchant.heard, Array(4).fill({ ...first, isSigned: true }));
    const { kind, payment } = JSON.parse(first?.body ?? "");
    assert.equal(kind, "payment");
    assert.deepEqual(payment, (await post("/api/payments/query", { payment_id })).body);
  });

  await t.step("a merchant that never hears is given up after ten tries", async () => {
    const deaf = new Response("again", { status: 503 });
    await using merchant = startMerchant(Array(20).fill(deaf));
    await paid({ notify_url: merchant.url });
    assert.equal(merchant.heard.length, 10);
  });

  await t.step("callbacks misbehave on demand", async () => {
    const cases: [Mischief, Partial<Record<"count" | "signed" | "fen", unknown>>, string][] = [
      [{}, { count: 1, signed: true, fen: 1_000 }, "CNY"],
      [{ copies: 5, delay_ms: 5 }, { count: 5, signed: true, fen: 1_000 }, "CNY"],
      [{ wrong_amount_fen: 7 }, { count: 1, signed: true, fen: 7 }, "CNY"],
      [{ wrong_currency: "USD" }, { count: 1, signed: true, fen: 1_000 }, "USD"],
      [{ forged_signature: true }, { count: 1, signed: false, fen: 1_000 }, "CNY"],
      [{ drop_callbacks: true }, { count: 0, signed: undefined, fen: undefined }, ""],
    ];
    for (const [mischief, expected, currency] of cases) {
      await using merchant = startMerchant([]);
      await paid({ notify_url: merchant.url }, mischief);
      const [first] = merchant.heard;
      const payment = first === undefined ? undefined : JSON.parse(first.body).payment;
      assert.deepEqual(
        { count: merchant.heard.length, signed: first?.isSigned, fen: payment?.captured_fen },
        expected,
      );
      assert.equal(payment?.currency ?? "", currency);
    }
  });

  await t.step("refunds: once an id, never more than was taken", async () => {
    const payment_id = await paid();
    assert.equal(await refund(payment_id, "r1", 600), "succeeded");
    assert.equal(await refund(payment_id, "r1", 600), "succeeded");
    assert.equal(await refund(payment_id, "r1", 599), 409);
    assert.equal(await refund(payment_id, "r2", 401), 409);
    assert.equal(await refund(payment_id, "r2", 400), "succeeded");
    assert.equal(await refund(payment_id, "r3", 1), 409);
    assert.equal(await refund("nobody", "r4", 1), 409);
    assert.equal(sandbox.books.payments.get(payment_id)?.refunded_fen, 1_000);
    const many = await paid();
    const said = await Promise.all(
      Array.from({ length: 10 }, (_, n) => refund(many, `many${n}`, 300)),
    );
    assert.equal(said.filter((one) => one === "succeeded").length, 3);
    const unpaid = wish();
    await post("/api/payments", unpaid);
    assert.equal(await refund(unpaid.payment_id, "r5", 1), 409);
  });

  await t.step("refunds are refused or held on demand, and may be tried again", async () => {
    const payment_id = await paid();
    for (
      const [mischief, said] of [
        [{ refuse_refunds: true }, "refused"],
        [{ hold_refunds: true }, "pending"],
        [{}, "succeeded"],
        [{ refuse_refunds: true }, "succeeded"],
      ] as const
    ) {
      sandbox.books.mischiefs.set(payment_id, mischief);
      assert.equal(await refund(payment_id, "again", 1_000), said);
    }
  });

  await t.step("the pay page shows the payment, escaped, under a policy", async () => {
    const payment = wish({ return_url: "https://shop.example/done" });
    await post("/api/payments", payment);
    const url = `${sandbox.url}/pay/${payment.payment_id}`;
    const page = await fetch(url);
    const html = await page.text();
    const policy = page.headers.get("content-security-policy") ?? "";
    assert.deepEqual(
      [
        page.status,
        policy.includes("default-src 'none'"),
        policy.includes("frame-ancestors 'none'"),
      ],
      [200, true, true],
    );
    assert.ok(html.includes("a &lt;b&gt;thing&lt;/b&gt; &amp; &quot;more&quot;"));
    assert.ok(html.includes("CNY 10.00") && !html.includes("<script"));
    const paying = await fetch(url, {
      method: "POST",
      body: new URLSearchParams({ action: "pay" }),
      redirect: "manual",
    });
    await paying.body?.cancel();
    assert.deepEqual(
      [paying.status, paying.headers.get("location")],
      [303, "https://shop.example/done"],
    );
    assert.ok((await (await fetch(url)).text()).includes("This payment is captured."));
    for (const method of ["GET", "POST"]) {
      const body = method === "POST" ? new URLSearchParams({ action: "pay" }) : null;
      const missing = await fetch(`${sandbox.url}/pay/x`, { method, body });
      await missing.body?.cancel();
      assert.equal(missing.status, 404);
    }
  });

  await t.step("what a buyer decided stays decided", async () => {
    const { payment_id } = wish();
    await post("/api/payments", wish({ payment_id }));
    await sandbox.decide(payment_id, false);
    await sandbox.decide(payment_id, true);
    const { body } = await post("/api/payments/query", { payment_id });
    assert.deepEqual([body.status, body.captured_fen], ["failed", 0]);
  });
});

Deno.test("the sandbox keeps its books", async () => {
  const dir = await Deno.makeTempDir();
  await using stack = new AsyncDisposableStack();
  stack.defer(() => Deno.remove(dir, { recursive: true }));
  const options = { port: 0, hostname: "127.0.0.1", secret, log, file: `${dir}/books.json` };
  const text = JSON.stringify(wish());
  const { payment_id } = JSON.parse(text);
  await (async () => {
    await using before = startSandbox(options);
    const response = await fetch(`${before.url}/api/payments`, {
      method: "POST",
      headers: { "sandbox-signature": signBody(secret, text) },
      body: text,
    });
    await response.body?.cancel();
    await before.decide(payment_id, true);
  })();
  await using after = startSandbox(options);
  assert.equal(after.books.payments.get(payment_id)?.status, "captured");
});
