/**
 * For tests: as much of Stripe's API as the mall uses, on loopback. It keeps to Stripe's rules: the
 * key, whole amounts, sessions of 30 minutes to 24 hours, idempotency keys with their parameters.
 */
import { listen } from "../../shared/http/listener.ts";
import { createLogger } from "../../shared/log.ts";

/** A request as it came. */
export interface StripeRequest {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  /** "" when there is none. */
  readonly idempotencyKey: string;
  readonly telemetry: string | null;
  readonly form: Readonly<Record<string, string>>;
}

interface FakeSession {
  readonly id: string;
  readonly amount: number;
  readonly currency: string;
  readonly paymentId: string;
  status: string;
  intent: FakeIntent | null;
}

interface FakeIntent {
  readonly id: string;
  readonly paymentId: string;
  readonly amount: number;
  readonly currency: string;
  readonly created: number;
  status: string;
}

interface FakeRefund {
  readonly id: string;
  readonly intent: string;
  readonly amount: number;
  readonly metadata: Readonly<Record<string, string>>;
  status: string;
}

export interface FakeStripe extends AsyncDisposable {
  readonly url: string;
  /** The oldest first. */
  readonly requests: StripeRequest[];
  readonly refunds: FakeRefund[];
  /** What new refunds are. */
  refundStatus: string;
  /** The buyer has paid, which takes the money when `status` is "succeeded"; the intent's id. */
  pay(sessionId: string, status?: string): string;
  /** Nobody has paid in time. */
  expire(sessionId: string): void;
  /** What became of a payment that took its time. */
  setIntent(intentId: string, status: string): void;
  /** As Stripe does after a day. */
  forgetKeys(): void;
}

/** The key that it takes. */
export const stripeTestKey = "sk_test_of_the_mall";

/** When every payment is made, in seconds. */
export const paidSeconds = 1_700_000_000;

const log = createLogger({ level: "error", write: () => {} });

/** Starts it. Use with `await using`. */
export function startFakeStripe(): FakeStripe {
  const books = {
    sessions: new Map<string, FakeSession>(),
    intents: new Map<string, FakeIntent>(),
    refunds: [] as FakeRefund[],
    keys: new Map<string, { readonly asked: string; readonly answer: StripeAnswer }>(),
    refundStatus: "succeeded",
  };
  const requests: StripeRequest[] = [];
  const listener = listen(async (request) => {
    const read = await readRequest(request);
    requests.push(read);
    const isKey = request.headers.get("authorization") === `Bearer ${stripeTestKey}`;
    return toResponse(isKey ? once(books, read) : failure(401, "Invalid API Key provided"));
  }, { port: 0, hostname: "127.0.0.1", log, drainMs: 0 });
  return {
    url: `http://127.0.0.1:${listener.port}`,
    requests,
    refunds: books.refunds,
    get refundStatus() {
      return books.refundStatus;
    },
    set refundStatus(status) {
      books.refundStatus = status;
    },
    pay: (sessionId, status = "succeeded") => pay(books, sessionId, status),
    expire: (sessionId) => void (known(books.sessions, sessionId).status = "expired"),
    setIntent: (intentId, status) => void (known(books.intents, intentId).status = status),
    forgetKeys: () => books.keys.clear(),
    [Symbol.asyncDispose]: () => listener[Symbol.asyncDispose](),
  };
}

interface Books {
  readonly sessions: Map<string, FakeSession>;
  readonly intents: Map<string, FakeIntent>;
  readonly refunds: FakeRefund[];
  readonly keys: Map<string, { readonly asked: string; readonly answer: StripeAnswer }>;
  refundStatus: string;
}

interface StripeAnswer {
  readonly status: number;
  readonly body: object;
}

async function readRequest(request: Request): Promise<StripeRequest> {
  const { pathname: path, search } = new URL(request.url);
  return {
    method: request.method,
    path,
    query: decodeURIComponent(search),
    idempotencyKey: request.headers.get("idempotency-key") ?? "",
    telemetry: request.headers.get("x-stripe-client-telemetry"),
    form: Object.fromEntries(new URLSearchParams(await request.text())),
  };
}

function once(books: Books, request: StripeRequest): StripeAnswer {
  const { idempotencyKey: key, path, form } = request;
  if (key === "") return route(books, request);
  const asked = JSON.stringify([path, form]);
  const first = books.keys.get(key);
  if (first !== undefined && first.asked !== asked) {
    return failure(400, "Keys can only be used with the same parameters", "idempotency_error");
  }
  const answer = first?.answer ?? route(books, request);
  books.keys.set(key, { asked, answer });
  return answer;
}

function route(books: Books, request: StripeRequest): StripeAnswer {
  const { method, path } = request;
  const [, resource = "", id = ""] = /^\/v1\/(checkout\/sessions|\w+)\/?(\w*)$/.exec(path) ?? [];
  switch (`${method} ${resource}`) {
    case "POST checkout/sessions":
      return openSession(books, request);
    case "GET checkout/sessions":
      return found(books.sessions.get(id), (session) => sessionJson(session, request));
    case "GET payment_intents":
      if (id === "search") return searchIntents(books, request);
      return found(books.intents.get(id), (intent) => intentJson(intent, request, "latest_charge"));
    case "POST refunds":
      return createRefund(books, request);
    case "GET refunds":
      return listRefunds(books, request);
    default:
      return failure(404, `Unrecognized request URL (${method}: ${path})`);
  }
}

function openSession(books: Books, { form }: StripeRequest): StripeAnswer {
  const end = Number(form["expires_at"]) - Date.now() / 1_000;
  if (!(end > 1_800 && end < 86_400)) return failure(400, "expires_at must be within a day");
  if (form["mode"] !== "payment" || !form["success_url"]) return failure(400, "Missing parameter");
  const session: FakeSession = {
    id: `cs_test_${books.sessions.size + 1}`,
    amount: Number(form["line_items[0][price_data][unit_amount]"]),
    currency: form["line_items[0][price_data][currency]"] ?? "",
    paymentId: form["metadata[payment_id]"] ?? "",
    status: "open",
    intent: null,
  };
  if (!(session.amount > 0 && session.amount < 1e8)) return failure(400, "Invalid amount");
  books.sessions.set(session.id, session);
  return { status: 200, body: { id: session.id, url: `https://checkout.example/${session.id}` } };
}

function pay(books: Books, sessionId: string, status: string): string {
  const session = known(books.sessions, sessionId);
  const { amount, currency, paymentId } = session;
  const id = `pi_test_${books.intents.size + 1}`;
  session.intent = { id, paymentId, amount, currency, status, created: paidSeconds - 60 };
  session.status = "complete";
  books.intents.set(id, session.intent);
  return id;
}

function searchIntents(books: Books, request: StripeRequest): StripeAnswer {
  const { query } = request;
  const [, paymentId = ""] = /metadata\["payment_id"\]:"(\d+)"/.exec(query) ?? [];
  const data = [...books.intents.values()].filter((intent) => intent.paymentId === paymentId)
    .map((intent) => intentJson(intent, request, "data.latest_charge"));
  return { status: 200, body: { object: "search_result", data, has_more: false } };
}

function createRefund(books: Books, { form }: StripeRequest): StripeAnswer {
  const intent = books.intents.get(form["payment_intent"] ?? "");
  const amount = Number(form["amount"]);
  const back = books.refunds.filter((refund) => refund.intent === intent?.id)
    .reduce((sum, refund) => sum + refund.amount, 0);
  if (intent?.status !== "succeeded") return failure(400, "This has no successful charge");
  if (back + amount > intent.amount) return failure(400, "Refund amount is greater than is left");
  const metadata = Object.fromEntries(
    Object.entries(form).flatMap(([name, value]) => {
      const [, key] = /^metadata\[(\w+)\]$/.exec(name) ?? [];
      return key === undefined ? [] : [[key, value]];
    }),
  );
  const id = `re_test_${books.refunds.length + 1}`;
  const refund = { id, intent: intent.id, amount, metadata, status: books.refundStatus };
  books.refunds.push(refund);
  return { status: 200, body: { ...refund } };
}

function listRefunds(books: Books, { query }: StripeRequest): StripeAnswer {
  const asked = new URLSearchParams(query);
  const intent = asked.get("payment_intent") ?? "";
  if (!books.intents.has(intent)) return failure(404, "No such payment_intent");
  const all = books.refunds.filter((refund) => refund.intent === intent).toReversed();
  const limit = Number(asked.get("limit") ?? 10);
  const body = { object: "list", data: all.slice(0, limit), has_more: all.length > limit };
  return { status: 200, body };
}

function sessionJson(session: FakeSession, request: StripeRequest): object {
  const { id, status, intent } = session;
  const isExpanded = request.query.includes("=payment_intent.latest_charge");
  return {
    id,
    status,
    payment_intent: isExpanded && intent !== null
      ? intentJson(intent, request, "payment_intent.latest_charge")
      : intent?.id ?? null,
  };
}

/** Like Stripe, it tells of the charge only whom asked to expand it. */
function intentJson(intent: FakeIntent, { query }: StripeRequest, expansion: string): object {
  const { id, status, amount, currency, created } = intent;
  const charge = { id: "ch_test", created: paidSeconds };
  const isTaken = status === "succeeded";
  return {
    id,
    status,
    created,
    currency,
    amount_received: isTaken ? amount : 0,
    latest_charge: !isTaken ? null : query.includes(`=${expansion}`) ? charge : charge.id,
  };
}

function found<T>(one: T | undefined, toJson: (one: T) => object): StripeAnswer {
  return one === undefined ? failure(404, "No such thing") : { status: 200, body: toJson(one) };
}

function failure(status: number, message: string, type = "invalid_request_error"): StripeAnswer {
  return { status, body: { error: { type, message } } };
}

function toResponse({ status, body }: StripeAnswer): Response {
  return Response.json(body, { status, headers: { "request-id": "req_test" } });
}

function known<T>(all: ReadonlyMap<string, T>, id: string): T {
  const one = all.get(id);
  if (one === undefined) throw new Error(`there is no ${id}`);
  return one;
}
