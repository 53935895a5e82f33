import assert from "node:assert/strict";
import { compareTrees, mendTree, readTree } from "./file_tree.ts";

const wanted = new Map([["a.ts", "a"], ["deep/er/b.ts", "b"], ["c.ts", "c"]]);
const actual = new Map([["a.ts", "a"], ["c.ts", "old"], ["deep/gone.ts", "x"]]);

Deno.test("compareTrees() names every file that is missing, stale or too many, by path", () => {
  assert.deepEqual(compareTrees(wanted, actual), [
    { path: "c.ts", kind: "stale" },
    { path: "deep/er/b.ts", kind: "missing" },
    { path: "deep/gone.ts", kind: "extra" },
  ]);
  assert.deepEqual(compareTrees(wanted, wanted), []);
});

Deno.test("mendTree() makes a folder what it should be and leaves what is right alone", async () => {
  const folder = await Deno.makeTempDir();
  try {
    assert.deepEqual(await readTree(`${folder}/none`), new Map());
    await mendTree(folder, actual, compareTrees(actual, new Map()));
    await Deno.chmod(`${folder}/a.ts`, 0o444);
    const before = await Deno.stat(`${folder}/a.ts`);
    await mendTree(folder, wanted, compareTrees(wanted, await readTree(folder)));
    assert.deepEqual(new Map([...await readTree(folder)].sort()), new Map([...wanted].sort()));
    assert.deepEqual((await Deno.stat(`${folder}/a.ts`)).mtime, before.mtime);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
