import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { anchorOf, dayMs, hourMs } from "./anchor.ts";
import { demoData, demoDataVersion } from "./demo_data.ts";

const anchor = new Date(Date.UTC(2026, 1, 28, 23));
const data = demoData(anchor);

function serialized(value: unknown): string {
  return JSON.stringify(value, (_key, each) => typeof each === "bigint" ? `${each}` : each);
}

function hashOf(value: unknown): string {
  return createHash("sha256").update(serialized(value)).digest("hex");
}

Deno.test("demoData() is the same on every machine, until its version is raised", () => {
  assert.deepEqual([demoDataVersion, hashOf(data)], [
    3,
    "d2aba593b2c5cf7a40f4b95e1420212791456e5b974a62010cf6756e21386ab9",
  ]);
});

Deno.test("demoData() does not depend on the time zone or the language of the machine", async () => {
  const program = `
    const { demoData } = await import(${serialized(new URL("demo_data.ts", import.meta.url))});
    const text = JSON.stringify(demoData(new Date(${anchor.getTime()})),
      (_key, each) => typeof each === "bigint" ? String(each) : each);
    await Deno.stdout.write(new TextEncoder().encode(text));`;
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["eval", program],
    env: { TZ: "Pacific/Kiritimati", LC_ALL: "tr_TR.UTF-8" },
  }).output();
  assert.equal(
    createHash("sha256").update(stdout).digest("hex"),
    createHash("sha256").update(serialized(data)).digest("hex"),
  );
});

Deno.test("demoData() with another anchor moves times and order ids, and nothing else", () => {
  const movedMs = 37 * dayMs + 5 * hourMs;
  const moved = demoData(new Date(anchor.getTime() + movedMs));
  assert.equal(timeless(moved), timeless(data));
  assert.deepEqual(
    moved.order.orders.map((order) => order.create_time.getTime() - movedMs),
    data.order.orders.map((order) => order.create_time.getTime()),
  );
});

/** Without times and the time in order ids; what stays of the id still tells orders apart. */
function timeless(value: unknown): string {
  return serialized(value)
    .replaceAll(/"\d{4}-\d\d-\d\dT[\d:.]+Z"/g, '"time"')
    .replaceAll(/"(order_id|id)":"\d{17}(\d{11})"/g, '"$1":"$2"');
}

Deno.test("anchorOf() is the full hour", () => {
  const hours = ["2026-02-28T23:59:59.999Z", "2026-02-28T23:00:00Z"].map((at) => new Date(at));
  assert.deepEqual(hours.map(anchorOf), [anchor, anchor]);
});

Deno.test("demoData() has no word of the future but what is to come", () => {
  const { user, product, order, cart, pay } = data;
  const past = [
    ...user.users.map((row) => row.create_time),
    ...user.address.map((row) => row.create_time),
    ...user.favourite.map((row) => row.create_time),
    ...product.product.flatMap((row) => [row.create_time, row.update_time, row.recommend_time]),
    ...product.comment.flatMap((row) => [row.create_time, row.update_time]),
    ...product.reservation.flatMap((row) => [row.create_time, row.update_time]),
    ...order.orders.flatMap((row) => [row.create_time, row.update_time, row.end_time]),
    ...order.order_status_history.map((row) => row.at),
    ...cart.cart.map((row) => row.use_time),
    ...cart.cart_item.flatMap((row) => [row.added_time, row.update_time]),
    ...pay.payment.flatMap((row) => [row.create_time, row.update_time, row.capture_time]),
  ];
  assert.deepEqual(past.filter((time) => time !== null && time > anchor), []);
});
