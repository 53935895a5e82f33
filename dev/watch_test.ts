import { deepStrictEqual, ok } from "node:assert/strict";
import { poll } from "./wait.ts";
import { concerned, watchFiles } from "./watch.ts";

const watched = [
  { name: "order", paths: ["services/order", "shared"] },
  { name: "bff", paths: ["bff", "shared"] },
];

Deno.test("concerned() names who watches a path, and nobody for a similar one", () => {
  deepStrictEqual(
    [["services/order/store.ts"], ["shared/log.ts"], ["services/orders/x.ts"], ["bff", "shared"]]
      .map((paths) => concerned(watched, paths)),
    [["order"], ["order", "bff"], [], ["order", "bff"]],
  );
});

Deno.test("watchFiles() tells once about many changes, and passes tests and drafts over", async () => {
  const root = await Deno.realPath(await Deno.makeTempDir());
  await Deno.mkdir(`${root}/services/order`, { recursive: true });
  const told: (readonly string[])[] = [];
  const watcher = watchFiles({ root, watched, onChange: (names) => told.push(names), quietMs: 50 });
  try {
    const dir = `${root}/services/order`;
    await Deno.writeTextFile(`${dir}/store_test.ts`, "");
    await Deno.writeTextFile(`${dir}/.draft.ts`, "");
    for (let i = 0; i < 5; i++) await Deno.writeTextFile(`${dir}/store.ts`, `${i}`);
    ok(await poll(() => told.length > 0, { timeoutMs: 5_000 }));
    deepStrictEqual(told, [["order"]]);
  } finally {
    watcher[Symbol.dispose]();
    await Deno.remove(root, { recursive: true });
  }
});
