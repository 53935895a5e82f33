/**
 * A platform for development that behaves like the real ones: a signed API for merchants, a pay page
 * for buyers, signed callbacks until they are heard, refunds; and mischief on demand, so that tests
 * see callbacks that come late, twice, forged or with a wrong amount.
 */
import { z } from "@hono/zod-openapi";
import { Hono } from "hono";
import { setTimeout as sleep } from "node:timers/promises";
import { listen } from "../../shared/http/listener.ts";
import type { Logger } from "../../shared/log.ts";
import { isSigned, signBody } from "../../shared/signature.ts";
import {
  addMischief,
  addPayment,
  addRefund,
  type Books,
  createBooks,
  decide,
  type Mischief,
  mischiefOf,
  type SandboxPayment,
} from "./books.ts";
import { type CallbackOptions, paymentJson, sendCallbacks } from "./callbacks.ts";
import { readBooks, writeBooks } from "./kept_books.ts";
import { pagePolicy, payPage } from "./page.ts";

export interface SandboxOptions {
  /** 0 takes a free one. */
  readonly port: number;
  readonly hostname: string;
  /** What both sides sign with. */
  readonly secret: string;
  readonly log: Logger;
  /** The first pause between two tries of a callback, in milliseconds. */
  readonly pauseMs?: number;
  /** Where the books are kept; in memory alone unless told. */
  readonly file?: string;
}

export interface Sandbox extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  readonly books: Books;
  /** The buyer pays, or refuses to. Resolves when every callback was heard or given up. */
  decide(paymentId: string, pays: boolean): Promise<void>;
}

const slowMaxMs = 60_000;

const amount = z.int().min(1);
const Query = z.object({ payment_id: z.string().min(1) });
const NewRefund = Query.extend({ refund_id: z.string().min(1), amount_fen: amount });
const NewPayment = Query.extend({
  amount_fen: amount,
  currency: z.string().length(3),
  subject: z.string(),
  expire_time: z.int(),
  return_url: z.string(),
  notify_url: z.string(),
});

/** Starts it. Dispose of it to stop. */
export function startSandbox(options: SandboxOptions): Sandbox {
  const { secret, log, pauseMs = 200, file } = options;
  const books = createBooks();
  if (file !== undefined) readBooks(file, books);
  const keep = () => {
    if (file !== undefined) writeBooks(file, books);
  };
  const stopped = new AbortController();
  const callbacks = { books, secret, log, pauseMs, signal: stopped.signal };
  const sending = new Set<Promise<void>>();
  function send(payment: SandboxPayment): Promise<void> {
    const sent = sendCallbacks(callbacks, payment).finally(() => sending.delete(sent));
    sending.add(sent);
    return sent;
  }
  const app = createApp({ ...callbacks, keep }, send);
  const listener = listen((request) => app.fetch(request), options);
  return {
    url: `http://${options.hostname}:${listener.port}`,
    port: listener.port,
    books,
    async decide(paymentId, pays) {
      const payment = books.payments.get(paymentId);
      if (payment === undefined) throw new Error(`the sandbox knows no payment ${paymentId}`);
      decide(books, payment, pays);
      keep();
      await send(payment);
    },
    async [Symbol.asyncDispose]() {
      stopped.abort();
      await listener[Symbol.asyncDispose]();
      await Promise.all(sending);
    },
  };
}

interface AppOptions extends CallbackOptions {
  /** Called when the books have changed, before anybody is told. */
  readonly keep: () => void;
}

function createApp(options: AppOptions, send: (payment: SandboxPayment) => unknown) {
  const { books, keep } = options;
  const app = new Hono();
  const api = createApi(options);
  app.get("/", (c) => c.text("The sandbox of payments. Pay pages are at /pay/<payment id>.\n"));
  app.get("/readyz", (c) => c.json({ ready: true }));
  app.post("/api/payments", (c) => {
    return api(c.req.raw, NewPayment, (body) => {
      const payment = addPayment(books, body);
      if (payment === "conflict") return undefined;
      const payUrl = `${new URL(c.req.url).origin}/pay/${payment.payment_id}`;
      return { ...paymentJson(payment), pay_url: payUrl };
    });
  });
  app.post("/api/payments/query", (c) => {
    return api(c.req.raw, Query, ({ payment_id }) => {
      const payment = books.payments.get(payment_id);
      return payment === undefined ? { status: "unknown" } : paymentJson(payment);
    });
  });
  app.post("/api/refunds", (c) => {
    return api(c.req.raw, NewRefund, (body) => {
      const refund = addRefund(books, body);
      return refund === "conflict" ? undefined : { ...refund };
    });
  });
  app.post("/control/:id?", async (c) => {
    const wish: Mischief = await c.req.json();
    const id = c.req.param("id");
    if (id === undefined) books.mischief = wish;
    else addMischief(books, id, wish);
    return c.json({ ok: true });
  });
  app.get("/pay/:id", (c) => {
    const payment = books.payments.get(c.req.param("id"));
    if (payment === undefined) return c.text("there is no such payment", 404);
    return c.html(payPage(payment), 200, { "content-security-policy": pagePolicy });
  });
  app.post("/pay/:id", async (c) => {
    const payment = books.payments.get(c.req.param("id"));
    if (payment === undefined) return c.text("there is no such payment", 404);
    const { action } = await c.req.parseBody();
    decide(books, payment, action === "pay");
    keep();
    send(payment);
    return c.redirect(payment.return_url || `/pay/${payment.payment_id}`, 303);
  });
  return app;
}

/** Undefined for what is not JSON, or not of the schema. */
function readJson<T>(text: string, schema: z.ZodType<T>): T | undefined {
  try {
    return schema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

/** Takes signed requests only, and signs its answers; undefined is a conflict. */
function createApi({ books, secret, keep }: AppOptions) {
  return async <T extends { readonly payment_id: string }>(
    request: Request,
    schema: z.ZodType<T>,
    answer: (body: T) => object | undefined,
  ): Promise<Response> => {
    const text = await request.text();
    if (!isSigned(secret, text, request.headers.get("sandbox-signature") ?? "")) {
      return new Response("bad signature", { status: 401 });
    }
    const body = readJson(text, schema);
    if (body === undefined) return new Response("this makes no sense", { status: 400 });
    const { slow_api_ms = 0, api_down } = mischiefOf(books, body.payment_id);
    if (slow_api_ms > 0) await sleep(Math.min(slow_api_ms, slowMaxMs));
    if (api_down) return new Response("out of order", { status: 503 });
    const said = answer(body);
    keep();
    const json = JSON.stringify(said ?? { conflict: true });
    const headers = {
      "content-type": "application/json",
      "sandbox-signature": signBody(secret, json),
    };
    return new Response(json, { status: said === undefined ? 409 : 200, headers });
  };
}
