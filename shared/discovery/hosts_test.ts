import assert from "node:assert/strict";
import { Refusal } from "../errors.ts";
import { createHostList, type Host } from "./hosts.ts";

function host(instanceId: string): Host {
  return { instanceId, url: `http://${instanceId}:1`, version: "1.0.0", weight: 1, startedMs: 0 };
}

Deno.test("HostList.waitFor() answers when there are enough, and not before", async () => {
  const list = createHostList("order");
  const waiting = list.waitFor(2, 5_000);
  list.replace([host("a")]);
  list.replace([host("a"), host("b")]);
  assert.deepEqual(await waiting, [host("a"), host("b")]);
});

Deno.test("HostList.waitFor() refuses as unavailable after its time", async () => {
  const list = createHostList("order");
  await assert.rejects(
    list.waitFor(1, 5),
    (error) => error instanceof Refusal && error.reason === "ORDER_UNAVAILABLE",
  );
});

Deno.test("HostList.onChange() tells of changes until it is left", () => {
  const list = createHostList("order");
  const seen: number[] = [];
  const leave = list.onChange(() => seen.push(list.list().length));
  list.replace([host("a")]);
  leave();
  list.replace([]);
  assert.deepEqual(seen, [1]);
});
