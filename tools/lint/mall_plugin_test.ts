import assert from "node:assert/strict";
import plugin from "./mall_plugin.ts";
import { root } from "./imports.ts";

/** The codes that `deno lint`, with this repository's own deno.json, tells of a snippet. */
async function codesOf(source: string): Promise<readonly string[]> {
  const file = await Deno.makeTempFile({ suffix: ".ts" });
  await Deno.writeTextFile(file, source);
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["lint", "--json", "--config", `${root}deno.json`, file],
    stderr: "null",
  }).output();
  await Deno.remove(file);
  const report: { diagnostics: { code: string }[] } = JSON.parse(new TextDecoder().decode(stdout));
  return report.diagnostics.map((each) => each.code).sort();
}

Deno.test("deno.json turns on the plugin, and Deno's rules for any and non-null", async () => {
  const codes = await codesOf(`
    export default class A extends B {}
    export const a = (b: any) => b!.c;
  `);
  assert.deepEqual(codes, [
    "mall/no-base-class",
    "mall/no-default-export",
    "no-explicit-any",
    "no-non-null-assertion",
  ]);
});

Deno.test("every rule file is in the plugin", async () => {
  const files: string[] = [];
  for await (const { name } of Deno.readDir(new URL(".", import.meta.url))) {
    const text = await Deno.readTextFile(new URL(name, import.meta.url));
    const rule = /^(?:\/\*\* mall\/| \* mall\/)([\w-]+):/m.exec(text)?.[1];
    if (rule !== undefined && !name.endsWith("_test.ts")) files.push(rule);
  }
  assert.deepEqual(Object.keys(plugin.rules).sort(), files.sort());
});
