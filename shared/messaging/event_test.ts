import assert from "node:assert/strict";
import { StringValueSchema } from "@bufbuild/protobuf/wkt";
import fc from "fast-check";
import { headers } from "nats";
import { eventHeaders, eventMessage, newEvent, payloadMax, readEvent } from "./event.ts";
import { backoffMs, Bell, within } from "./pause.ts";
import { isUuid, newUuid } from "./uuid.ts";

const subject = "thing.happened";

Deno.test("an event comes through the wire as it was", () => {
  const time = fc.date({ min: new Date(0), max: new Date(4e12), noInvalidDate: true });
  fc.assert(fc.property(fc.string(), time, fc.option(fc.constant("a-b")), (value, now, to) => {
    const target = to ?? undefined;
    const { payload, ...event } = newEvent(StringValueSchema, { value }, { subject, now });
    const made = eventHeaders({ ...event, source: "maker", target });
    const read = readEvent({ subject, data: payload, headers: made });
    assert.deepEqual(read, { ...event, source: "maker", target, payload });
    assert.equal(eventMessage(StringValueSchema, payload).value, value);
  }));
});

Deno.test("newEvent() refuses a payload or a subject that would not travel", () => {
  const make = (value: string, to = subject) =>
    newEvent(StringValueSchema, { value }, { subject: to });
  assert.throws(() => make("x".repeat(payloadMax)), /262\d+ bytes, 262144 at most/);
  for (const bad of ["", "one", "Thing.Happened", "a..b", "a.*", "a.>", "a. b"]) {
    assert.throws(() => make("x", bad), RangeError, bad);
  }
});

Deno.test("readEvent() says what is wrong", () => {
  const { payload: data, ...event } = newEvent(StringValueSchema, {}, { subject });
  const read = (change: Record<string, string>) => {
    const made = eventHeaders({ ...event, source: "s", target: undefined });
    for (const [name, value] of Object.entries(change)) made.set(name, value);
    return readEvent({ subject, data, headers: made });
  };
  assert.equal(read({ "ce-id": "7" }), "ce-id is not a UUID");
  assert.equal(read({ "ce-time": "yesterday" }), "ce-time is not a time");
  assert.equal(read({ "ce-specversion": "2.0" }), "ce-specversion is not 1.0");
  assert.equal(readEvent({ subject, data, headers: headers() }), "ce-specversion is not 1.0");
  assert.equal(readEvent({ subject, data }), "ce-specversion is not 1.0");
});

Deno.test("newUuid() sorts in the order of making and tells its time", () => {
  const ids = Array.from({ length: 20_000 }, () => newUuid());
  assert.deepEqual(ids, ids.toSorted());
  assert.equal(new Set(ids).size, ids.length);
  for (const id of ids.slice(0, 100)) {
    assert.ok(isUuid(id));
    assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  }
  const ahead = Date.now() + 3_600_000;
  assert.equal(parseInt(newUuid(ahead).replaceAll("-", "").slice(0, 12), 16), ahead);
});

Deno.test("backoffMs() grows, varies and stays within its limits", () => {
  const numbers = fc.integer({ min: 1, max: 10_000 });
  fc.assert(fc.property(numbers, numbers, fc.integer({ min: 1, max: 99 }), (a, b, failures) => {
    const [firstMs, maxMs] = [Math.min(a, b), Math.max(a, b)];
    const pauseMs = backoffMs(failures, { firstMs, maxMs });
    assert.ok(pauseMs >= firstMs / 2 && pauseMs <= maxMs);
  }));
});

Deno.test("a Bell keeps a ring that nobody waited for, once", async () => {
  const bell = new Bell();
  const never = new AbortController().signal;
  bell.ring();
  bell.ring();
  await bell.wait(60_000, never);
  const start = performance.now();
  await bell.wait(30, never);
  assert.ok(performance.now() - start >= 25);
  const waiting = bell.wait(60_000, never);
  bell.ring();
  await waiting;
  await bell.wait(60_000, AbortSignal.abort());
});

Deno.test("within() gives the result or, after its time, an error", async () => {
  assert.equal(await within("work", 1_000, Promise.resolve(1)), 1);
  await assert.rejects(within("work", 10, new Promise(() => {})), /work: not within 10 ms/);
});
