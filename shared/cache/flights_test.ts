import assert from "node:assert/strict";
import { eventually } from "../../tests/support/eventually.ts";
import { createFlights } from "./flights.ts";

Deno.test("Flights.join() takes who came before the read began, and whoever has its proof", async () => {
  const flights = createFlights<number>();
  const before = flights.tick();
  const gate = Promise.withResolvers<number>();
  const landed = flights.start("key", (flight) => {
    flight.begins();
    flight.proof = "lease";
    return gate.promise;
  });
  const later = flights.tick();
  assert.equal(flights.join("key", before), landed);
  assert.equal(flights.join("key", later), undefined);
  assert.equal(flights.join("key", later, "another"), undefined);
  assert.equal(flights.join("key", later, "lease"), landed);
  assert.equal(flights.join("key", 0), landed);
  assert.equal(flights.join("other", 0), undefined);
  gate.resolve(7);
  assert.equal(await landed, 7);
});

Deno.test("Flights.join() takes everybody while a read waits for its turn", () => {
  const flights = createFlights<number>();
  const landed = flights.start("key", () => new Promise<number>(() => {}));
  assert.equal(flights.join("key", flights.tick()), landed);
});

Deno.test("Flights.start() keeps a flight until all is done, and no longer after a failure", async () => {
  const flights = createFlights<number>();
  const gate = Promise.withResolvers<void>();
  const landed = flights.start("key", () => Promise.resolve(7), () => gate.promise);
  assert.equal(await landed, 7);
  assert.equal(flights.join("key", 0), landed);
  gate.resolve();
  await eventually("it has left", () => flights.join("key", 0) === undefined);
  const failed = flights.start("key", () => Promise.reject(new Error("no")), () => gate.promise);
  await assert.rejects(failed, /no/);
  await eventually("it has left", () => flights.join("key", 0) === undefined);
});

Deno.test("Flights.start() lets a later flight take the place of one that began too early", async () => {
  const flights = createFlights<number>();
  const first = Promise.withResolvers<number>();
  const second = Promise.withResolvers<number>();
  const early = flights.start("key", () => first.promise);
  const late = flights.start("key", () => second.promise);
  first.resolve(1);
  assert.equal(await early, 1);
  assert.equal(flights.join("key", 0), late);
  second.resolve(2);
  assert.equal(await late, 2);
});
