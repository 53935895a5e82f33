import assert from "node:assert/strict";
import fc from "fast-check";
import type { Sql } from "../../../shared/postgres/pool.ts";
import { inTransaction } from "../../../shared/postgres/transaction.ts";
import { insertOrders, testOrderId, testPriceFen } from "../../../tests/support/order_rows.ts";
import { createServiceDatabase } from "../../../tests/support/service_database.ts";
import { createOrderStepStore, makeReady } from "./order_steps.ts";
import { type Capture, payOrder } from "./payments.ts";

const actions = [
  ...["pay one", "pay other", "pay too little", "cancel", "expire", "close"] as const,
  ...["make ready", "ship", "receive", "confirm"] as const,
] as const;
type Action = (typeof actions)[number];

/** An order as the model has it. */
interface Model {
  readonly status: number;
  readonly paidBy: string;
}

/** What an action does to it: nothing, or a step with its event, or an event alone. */
interface Effect {
  readonly after: Model;
  readonly answer: string;
  readonly event?: string;
}

const moves: Readonly<Record<Action, readonly (readonly [from: number, to: number])[]>> = {
  "pay one": [[10, 20]],
  "pay other": [[10, 20]],
  "pay too little": [],
  cancel: [[10, 0]],
  expire: [[10, 60]],
  close: [[10, 60], [20, 60], [30, 60]],
  "make ready": [[20, 30]],
  ship: [[30, 40]],
  receive: [[40, 50]],
  confirm: [[40, 50]],
};

const events: Readonly<Record<Action, string>> = {
  "pay one": "order.paid",
  "pay other": "order.paid",
  "pay too little": "order.payment_rejected",
  cancel: "order.cancelled",
  expire: "order.closed",
  close: "order.closed",
  "make ready": "order.ready_to_ship",
  ship: "order.shipped",
  receive: "order.completed",
  confirm: "order.completed",
};

function effectOf(action: Action, before: Model): Effect {
  const isPayment = action.startsWith("pay");
  const move = moves[action].find(([from]) => from === before.status);
  if (move !== undefined) {
    const paidBy = isPayment ? action : before.paidBy;
    return { after: { status: move[1], paidBy }, answer: "done", event: events[action] };
  }
  if (!isPayment || before.paidBy === action) return { after: before, answer: "nothing" };
  return { after: before, answer: "rejected", event: "order.payment_rejected" };
}

interface Outcome extends Model {
  readonly answers: readonly string[];
  readonly events: readonly string[];
}

/** What may come of actions that are taken one after the other; the answers stand as they do. */
function outcomeOf(before: Model, order: readonly Action[], asked: readonly Action[]): Outcome {
  const answers = new Map<Action, string>(asked.map((action) => [action, "nothing"]));
  const subjects: string[] = [];
  let model = before;
  for (const action of order) {
    const { after, answer, event } = effectOf(action, model);
    answers.set(action, answer);
    if (event !== undefined) subjects.push(event);
    model = after;
  }
  return { ...model, answers: asked.map((a) => answers.get(a) ?? ""), events: subjects.sort() };
}

/** One after the other in either order; a timer passes over an order that somebody works on. */
function outcomesOf(before: Model, asked: readonly Action[]): Outcome[] {
  const orders = [asked, asked.toReversed()];
  const skipping = orders.map((order) => order.filter((one) => !timers.includes(one)));
  return (asked.length > 1 ? [...orders, ...skipping] : orders)
    .map((order) => outcomeOf(before, order, asked));
}

const timers: readonly Action[] = ["expire", "confirm"];
const orderId = testOrderId(1);

function capture(paymentId: string, capturedFen = testPriceFen): Capture {
  const captureTime = 1_700_000_000_000n;
  return { orderId, paymentId, platform: 9, capturedFen, currency: "CNY", captureTime };
}

function createActions(sql: Sql): Readonly<Record<Action, () => Promise<string>>> {
  const steps = createOrderStepStore(sql);
  const options = { actor: "user:123" };
  const stepOf = async (stepped: Promise<{ kind: string }>) => {
    return (await stepped).kind === "done" ? "done" : "nothing";
  };
  const counted = async (taken: Promise<number>) => await taken === 1 ? "done" : "nothing";
  const pay = async (money: Capture) => {
    const became = await inTransaction(sql, (tx) => payOrder(tx, money, ""));
    return became === "paid" ? "done" : became === "known" ? "nothing" : "rejected";
  };
  return {
    "pay one": () => pay(capture("pay one")),
    "pay other": () => pay(capture("pay other")),
    "pay too little": () => pay(capture("pay too little", testPriceFen - 1n)),
    cancel: () => stepOf(steps.cancel(orderId, "", options)),
    expire: () => counted(steps.expire(10)),
    close: () => stepOf(steps.close(orderId, "broken", options)),
    "make ready": () => stepOf(inTransaction(sql, (tx) => makeReady(tx, orderId, options))),
    ship: () => {
      const parcel = { carrier: "SF", trackingNumber: "1" };
      return stepOf(steps.ship(orderId, parcel, { ...options, confirmWithinMs: 1 }));
    },
    receive: () => stepOf(steps.receive(orderId, options)),
    confirm: () => counted(steps.confirmOld(0, 10)),
  };
}

async function restart(sql: Sql): Promise<void> {
  await sql`TRUNCATE orders, order_item, order_receiver, order_status_history, outbox`;
  await insertOrders(sql, [{ id: orderId }]);
}

async function read(sql: Sql): Promise<Model> {
  const [row] = await sql<{ status: number; payment_id: string }[]>`
    SELECT status, payment_id FROM orders`;
  return { status: row?.status ?? -1, paidBy: row?.payment_id ?? "" };
}

/** The events that were written since the last look. */
async function takeEvents(sql: Sql): Promise<string[]> {
  const rows = await sql<{ subject: string }[]>`DELETE FROM outbox RETURNING subject`;
  return rows.map(({ subject }) => subject).sort();
}

/** Each of the steps that were taken, with where it began and ended. */
async function historyOf(sql: Sql): Promise<(readonly [step: number, from: number, to: number])[]> {
  const rows = await sql<{ step: number; from_status: number; to_status: number }[]>`
    SELECT step, from_status, to_status FROM order_status_history ORDER BY step`;
  return rows.map(({ step, from_status, to_status }) => [step, from_status, to_status] as const);
}

Deno.test("steps, one or two at once, end as a model of them allows", async () => {
  await using database = await createServiceDatabase("order");
  const { sql } = database;
  const act = createActions(sql);
  const turns = fc.array(
    fc.uniqueArray(fc.constantFrom(...actions), { minLength: 1, maxLength: 2 }),
    {
      minLength: 1,
      maxLength: 12,
    },
  );
  const property = fc.asyncProperty(turns, async (turns) => {
    await restart(sql);
    let model: Model = { status: 10, paidBy: "" };
    let taken = 0;
    for (const asked of turns) {
      const answers = await Promise.all(asked.map((action) => act[action]()));
      const after = await read(sql);
      const became: Outcome = { ...after, answers, events: await takeEvents(sql) };
      const allowed = outcomesOf(model, asked);
      const matches = allowed.some((outcome) => {
        return JSON.stringify(told(outcome)) === JSON.stringify(told(became));
      });
      if (!matches) assert.deepEqual({ asked, ...became }, { from: model, allowed });
      taken += answers.filter((answer) => answer === "done").length;
      model = after;
    }
    const history = await historyOf(sql);
    assert.deepEqual(history.map(([step]) => step), history.map((_, index) => index + 1));
    assert.equal(history.length, taken);
    for (const [index, [, from]] of history.entries()) {
      assert.equal(from, index === 0 ? 10 : history[index - 1]?.[2]);
    }
    if (history.length > 0) assert.equal(history.at(-1)?.[2], model.status);
  });
  await fc.assert(property, { numRuns: 80 });
});

function told({ status, paidBy, answers, events }: Outcome) {
  return [status, paidBy, answers, events];
}

Deno.test("a step that is taken again changes nothing", async () => {
  await using database = await createServiceDatabase("order");
  const { sql } = database;
  const act = createActions(sql);
  const lives: readonly (readonly Action[])[] = [
    ["cancel"],
    ["expire"],
    ["close"],
    ["pay one", "make ready", "ship", "receive"],
    ["pay other", "make ready", "ship", "confirm"],
    ["pay one", "make ready", "close"],
  ];
  for (const life of lives) {
    await restart(sql);
    for (const action of life) {
      assert.deepEqual([life, action, await act[action]()], [life, action, "done"]);
      const rows = async () => await sql`SELECT * FROM orders, order_status_history`;
      const before = await rows();
      await takeEvents(sql);
      assert.deepEqual([action, await act[action]()], [action, "nothing"]);
      assert.deepEqual([...await rows()], [...before]);
      assert.deepEqual(await takeEvents(sql), []);
    }
  }
});

Deno.test("paying, cancelling and closing at once have one winner, whose event is the only one", async () => {
  await using database = await createServiceDatabase("order");
  const { sql } = database;
  const act = createActions(sql);
  const winners = new Set<string>();
  const racers = ["pay one", "cancel", "expire"] as const;
  for (let race = 0; race < 40; race++) {
    await restart(sql);
    const field = racers.map((_, index) => racers[(index + race) % 3] ?? "cancel");
    const answers = await Promise.all(field.map((action) => act[action]()));
    const won = field.filter((_, index) => answers[index] === "done");
    const [winner] = won;
    assert.ok(won.length === 1 && winner !== undefined, `${won} won`);
    winners.add(winner);
    const lostMoney = winner === "pay one" ? [] : ["order.payment_rejected"];
    assert.deepEqual(await takeEvents(sql), [events[winner], ...lostMoney].sort());
    assert.deepEqual(await historyOf(sql), [[1, 10, moves[winner][0]?.[1]]]);
  }
  assert.ok(winners.size > 1, "the same one always won: this was no race");
});
