import assert from "node:assert/strict";
import { anchorsOf, codeOf, linksOf, rowsUnder, tasksOf } from "./markdown.ts";

Deno.test("linksOf() finds links and images, none in code", () => {
  const page = [
    'See [a](docs/a.md), ![b](b.svg "title") and <img alt="c" src="c.svg">, not `[d](d.md)`.',
    "```sh",
    "[e](e.md)",
    "```",
  ].join("\n");
  assert.deepEqual(linksOf(page), ["docs/a.md", "b.svg", "c.svg"]);
});

Deno.test("anchorsOf() makes GitHub's anchors, also of equal headings", () => {
  const page = "# What works?\n## `deno task dev`, twice\n```\n# no heading\n```\n## What works\n";
  assert.deepEqual([...anchorsOf(page)], ["what-works", "deno-task-dev-twice", "what-works-1"]);
});

Deno.test("tasksOf() finds tasks in prose and code, however deno is called", () => {
  const page = "Run `deno task dev`.\n```\nnpx -y deno@2.9.6 task start:bff\n```\n" +
    'and `deno task --quiet "ok"`, not deno tasks';
  assert.deepEqual(tasksOf(page), ["dev", "start:bff", "ok"]);
});

Deno.test("rowsUnder() ends at the next heading of its level", () => {
  const page =
    "# A\n| x |\n# B\n| h | i |\n| --- | :-: |\n| `1` | 2 |\n## C\n| 3 | |\n# D\n| 4 |\n";
  assert.deepEqual(rowsUnder(page, "B"), [["h", "i"], ["`1`", "2"], ["3", ""]]);
  assert.deepEqual(rowsUnder(page, "E"), []);
});

Deno.test("codeOf() gives the words in code", () => {
  assert.deepEqual(codeOf("`A`, `B` or c"), ["A", "B"]);
  assert.deepEqual(codeOf(undefined), []);
});
