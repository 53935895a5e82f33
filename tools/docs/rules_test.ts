import assert from "node:assert/strict";
import { dependencyProblems, linkProblems, taskProblems, variableProblems } from "./rules.ts";

Deno.test("linkProblems() wants files, folders and headings that are there", () => {
  const pages = new Map([
    ["README.md", "[a](docs/a.md#first) [b](docs/) [c](https://example.com/x) [d](#here)\n# Here"],
    ["docs/a.md", "# First\n[up](../README.md#gone) [gone](b.md) [out](../../etc/passwd)"],
  ]);
  assert.deepEqual(linkProblems(pages, ["README.md", "docs/a.md"]), [
    "docs/a.md: ../README.md#gone names no heading of README.md",
    "docs/a.md: b.md leads to nothing",
    "docs/a.md: ../../etc/passwd leads to nothing",
  ]);
});

Deno.test("taskProblems() wants tasks of deno.json", () => {
  const page = "`deno task dev`, `deno task deploy` and `deno task start:<process>`";
  assert.deepEqual(taskProblems(new Map([["a.md", page]]), ["dev", "start:bff"]), [
    "a.md: there is no task deploy in deno.json",
  ]);
});

Deno.test("variableProblems() compares both ways", () => {
  const readme = "# Configuration\n| variable | default |\n| --- | --- |\n" +
    "| `BIND` | `0.0.0.0` |\n| `<SERVICE>_PORT` | |\n| `OLD`, `BFF_PORT` | |\n# Next\n| `X` | |\n";
  const read = new Set(["BIND", "ORDER_PORT", "PAY_PORT", "NEW", "BFF_PORT"]);
  assert.deepEqual(variableProblems(readme, { read, services: ["order", "pay"] }), [
    "README.md: OLD is configured by nobody",
    "README.md: NEW is read, and missing under Configuration",
  ]);
});

Deno.test("dependencyProblems() compares both ways", () => {
  const page = "## Dependencies\n| package | why |\n| --- | --- |\n| `nats` | it |\n| `gone` | |\n";
  assert.deepEqual(dependencyProblems(page, ["nats", "hono"]), [
    "CONTRIBUTING.md: no line for the dependency hono",
    "CONTRIBUTING.md: gone is no dependency any more",
  ]);
});
