import assert from "node:assert/strict";
import { createFlights, type IsOld, type Landed } from "./flights.ts";

/** Flights that land when told; each brings its number. */
function airport() {
  const flights = createFlights<number>();
  const landings: ((tags?: readonly string[]) => void)[] = [];
  const olds: boolean[] = [];
  function make(isOld: IsOld): Promise<Landed<number>> {
    const { promise, resolve } = Promise.withResolvers<Landed<number>>();
    const value = landings.length;
    landings.push((tags = ["a"]) => {
      olds.push(isOld(tags));
      resolve({ value, tags });
    });
    return promise;
  }
  return { flights, fly: () => flights.fly("key", make), landings, olds };
}

Deno.test("Flights.fly() makes a value once for everybody, and again for the next", async () => {
  const { fly, landings, olds } = airport();
  const passengers = Array.from({ length: 200 }, fly);
  landings[0]?.();
  assert.deepEqual(new Set(await Promise.all(passengers)), new Set([0]));
  const next = fly();
  landings[1]?.();
  assert.deepEqual([await next, landings.length, olds], [1, 2, [false, false]]);
});

Deno.test("Flights.drop() makes old what is under way and has the tag", async () => {
  const { flights, fly, landings, olds } = airport();
  flights.drop(["a"]);
  const before = fly();
  flights.drop(["b"]);
  landings[0]?.();
  await before;
  const during = fly();
  flights.drop(["a"]);
  landings[1]?.();
  assert.deepEqual([await during, olds], [1, [false, true]]);
});

Deno.test("Flights.fly() gives who comes after a drop what was made after it", async () => {
  const { flights, fly, landings } = airport();
  const early = fly();
  flights.drop(["a"]);
  const late = [fly(), fly()];
  landings[0]?.();
  assert.equal(await early, 0);
  landings[1]?.();
  assert.deepEqual([await Promise.all(late), landings.length], [[1, 1], 2]);
});

Deno.test("Flights.dropAll() makes everything old that is under way", async () => {
  const { flights, fly, landings, olds } = airport();
  const before = fly();
  flights.dropAll();
  landings[0]?.(["z"]);
  await before;
  const after = fly();
  landings[1]?.(["z"]);
  await after;
  assert.deepEqual(olds, [true, false]);
});

Deno.test("Flights counts every tag as dropped when too many were", async () => {
  const { flights, fly, landings, olds } = airport();
  const passenger = fly();
  for (let n = 0; n < 10_002; n++) flights.drop([`tag ${n}`]);
  landings[0]?.(["another"]);
  await passenger;
  assert.deepEqual(olds, [true]);
});

Deno.test("Flights.fly() rejects for everybody, and tries again for the next", async () => {
  const flights = createFlights<number>();
  let tries = 0;
  const make = () => Promise.reject(new Error(`try ${++tries}`));
  const outcomes = await Promise.allSettled([flights.fly("key", make), flights.fly("key", make)]);
  const messages = outcomes.map((o) => o.status === "rejected" && o.reason.message);
  assert.deepEqual(messages, ["try 1", "try 1"]);
  await assert.rejects(flights.fly("key", make), /try 2/);
  assert.equal(flights.has("key"), false);
});
