import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { duration, megabytes, renderTable } from "./table.ts";

Deno.test("renderTable() aligns columns, numbers at the right, no spaces at the end", () => {
  const rows = [{ name: "order", ready: "812 ms" }, { name: "product", ready: "1.4 s" }];
  strictEqual(
    renderTable(rows, [
      { title: "name", value: (row) => row.name },
      { title: "ready in", value: (row) => row.ready, right: true },
      { title: "note", value: () => "" },
    ]),
    [
      "name      ready in   note",
      "order       812 ms",
      "product      1.4 s",
      "",
    ].join("\n"),
  );
});

Deno.test("duration() and megabytes() are short", () => {
  deepStrictEqual(
    [duration(811.6), duration(3_449), megabytes(61_400_000), megabytes(undefined)],
    ["812 ms", "3.4 s", "61 MB", "-"],
  );
});
