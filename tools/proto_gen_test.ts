import assert from "node:assert/strict";
import { checkGenerated, generate, updateGenerated } from "./proto_gen.ts";
import { repositoryRoot } from "./buf.ts";

/** A small module with the repository's own generator settings. */
async function withModule(test: (root: string) => Promise<void>): Promise<void> {
  // Below the repository, because Deno finds the plugin's version from buf's working folder.
  const root = await Deno.makeTempDir({ dir: `${repositoryRoot}/node_modules`, prefix: ".proto_" });
  try {
    for (const file of ["buf.yaml", "buf.gen.yaml"]) {
      await Deno.copyFile(`${repositoryRoot}/${file}`, `${root}/${file}`);
    }
    await Deno.mkdir(`${root}/proto/pet/v1`, { recursive: true });
    await writeProto(root, "string name = 1;");
    await test(root);
  } finally {
    await Deno.remove(root, { recursive: true });
  }
}

async function writeProto(root: string, field: string): Promise<void> {
  const text = `syntax = "proto3";\npackage pet.v1;\nmessage Pet {\n  ${field}\n}\n`;
  await Deno.writeTextFile(`${root}/proto/pet/v1/pet.proto`, text);
}

Deno.test("updateGenerated() writes what checkGenerated() finds wrong, and nothing else", () =>
  withModule(async (root) => {
    const file = "pet/v1/pet_pb.ts";
    assert.deepEqual(await checkGenerated(root), [{ path: file, kind: "missing" }]);
    assert.deepEqual(await updateGenerated(root), [{ path: file, kind: "missing" }]);
    assert.deepEqual(await checkGenerated(root), []);

    await Deno.writeTextFile(`${root}/proto/gen/${file}`, "// edited\n", { append: true });
    await Deno.writeTextFile(`${root}/proto/gen/pet/v1/cat_pb.ts`, "");
    const wrong = [{ path: "pet/v1/cat_pb.ts", kind: "extra" }, { path: file, kind: "stale" }];
    assert.deepEqual(await checkGenerated(root), wrong);
    assert.deepEqual(await updateGenerated(root), wrong);
    assert.deepEqual(await checkGenerated(root), []);
  }));

Deno.test("generate() fails with buf's words for a proto that does not compile", () =>
  withModule(async (root) => {
    await updateGenerated(root);
    await writeProto(root, "Unknown name = 1;");
    await assert.rejects(generate(root), /buf generate failed:\n.*pet\.proto:4.*Unknown/s);
    assert.ok((await Deno.stat(`${root}/proto/gen/pet/v1/pet_pb.ts`)).isFile);
  }));
