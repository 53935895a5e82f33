import assert from "node:assert/strict";
import { eventually } from "../../tests/support/eventually.ts";
import { createSecondDrops } from "./second_drops.ts";

function dropped(options: { delayMs: number; waitingMax?: number }) {
  const heard: string[] = [];
  const drops = createSecondDrops({
    drop: (tags) => heard.push(...tags),
    dropAll: () => heard.push("everything"),
    ...options,
  });
  return { drops, heard };
}

Deno.test("SecondDrops.add() drops after the delay, each tag once", async () => {
  const { drops, heard } = dropped({ delayMs: 30 });
  using _drops = drops;
  const addedMs = performance.now();
  drops.add(["a", "b"]);
  drops.add(["a"]);
  drops.add([]);
  assert.deepEqual([heard, drops.waiting], [[], 2]);
  await eventually("all are dropped", () => drops.waiting === 0);
  assert.ok(performance.now() - addedMs >= 30);
  assert.deepEqual(heard, ["b", "a"]);
});

Deno.test("SecondDrops drops everything in place of too many, at once and after the delay", async () => {
  const { drops, heard } = dropped({ delayMs: 10, waitingMax: 1_000 });
  using _drops = drops;
  for (let n = 0; n < 1_001; n++) drops.add([`tag ${n}`]);
  assert.deepEqual([heard, drops.waiting], [["everything"], 1]);
  await eventually("all are dropped", () => drops.waiting === 0);
  assert.deepEqual(heard, ["everything", "everything"]);
});

Deno.test("SecondDrops forgets what waits when it is disposed of", async () => {
  const { drops, heard } = dropped({ delayMs: 1 });
  drops.add(["a"]);
  drops[Symbol.dispose]();
  const { drops: next, heard: heardNext } = dropped({ delayMs: 20 });
  using _next = next;
  next.add(["b"]);
  await eventually("the next is dropped", () => heardNext.length === 1);
  assert.deepEqual(heard, []);
});
