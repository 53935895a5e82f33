import assert from "node:assert/strict";
import { checkBreaking } from "./proto_breaking.ts";
import { repositoryRoot } from "./buf.ts";
import { runGit } from "./git.ts";

/** A throw-away folder with the repository's own buf.yaml. */
async function withFolder(test: (root: string) => Promise<void>): Promise<void> {
  const root = await Deno.makeTempDir({ prefix: "proto_breaking_test_" });
  try {
    await Deno.copyFile(`${repositoryRoot}/buf.yaml`, `${root}/buf.yaml`);
    await test(root);
  } finally {
    await Deno.remove(root, { recursive: true });
  }
}

async function git(root: string, ...args: readonly string[]): Promise<void> {
  const who = ["-c", "user.name=Test", "-c", "user.email=test@example.com"];
  const { code, stderr } = await runGit(root, [...who, ...args]);
  assert.equal(code, 0, stderr);
}

async function writePet(root: string, field: string): Promise<void> {
  await Deno.mkdir(`${root}/proto/pet/v1`, { recursive: true });
  const text = `syntax = "proto3";\npackage pet.v1;\nmessage Pet {\n  ${field}\n}\n`;
  await Deno.writeTextFile(`${root}/proto/pet/v1/pet.proto`, text);
}

async function commitPet(root: string, field: string): Promise<void> {
  await writePet(root, field);
  await commit(root);
}

async function commit(root: string): Promise<void> {
  await git(root, "add", "--all");
  await git(root, "commit", "--quiet", "--allow-empty", "--no-gpg-sign", "--message", "x");
}

const passed = (text: string) => ({ passed: true, text });

Deno.test("checkBreaking() says why it cannot compare, and passes", async (t) => {
  await t.step("outside a repository", () =>
    withFolder(async (root) => {
      const text = "protos not compared: this is not a git repository";
      assert.deepEqual(await checkBreaking(root), passed(text));
    }));
  await t.step(
    "on the first commit, and on the first with protos",
    () =>
      withFolder(async (root) => {
        await git(root, "init", "--quiet");
        await commit(root);
        const first = "protos not compared: there is no commit before this one";
        assert.deepEqual(await checkBreaking(root), passed(first));
        await commitPet(root, "string name = 1;");
        assert.deepEqual(
          await checkBreaking(root),
          passed("protos not compared: HEAD^ has no protos"),
        );
      }),
  );
  await t.step("in a shallow clone", () =>
    withFolder(async (root) => {
      await git(root, "init", "--quiet");
      await commitPet(root, "string name = 1;");
      await commitPet(root, "string name = 2;");
      const clone = `${root}/clone`;
      await git(root, "clone", "--quiet", "--depth=1", `file://${root}`, clone);
      const text = "protos not compared: this is a shallow clone without the commit before; " +
        "fetch more, with tags, to compare";
      assert.deepEqual(await checkBreaking(clone), passed(text));
    }));
});

Deno.test("checkBreaking() compares with the parent commit while nothing is released", () =>
  withFolder(async (root) => {
    await git(root, "init", "--quiet");
    await commitPet(root, "string name = 1;");
    await commitPet(root, "string name = 1;\n  string kind = 2;");
    assert.deepEqual(await checkBreaking(root), passed("protos are compatible with HEAD^"));

    await writePet(root, "int64 name = 1;\n  string kind = 2;");
    const { passed: ok, text } = await checkBreaking(root);
    assert.equal(ok, false);
    assert.match(text, /^protos break clients of HEAD:\nproto\/pet\/v1\/pet\.proto:4:.*int64/);

    await commit(root);
    assert.match((await checkBreaking(root)).text, /^protos break clients of HEAD\^:\n/);
  }));

Deno.test("checkBreaking() compares with the last release, also on the release's own commit", () =>
  withFolder(async (root) => {
    await git(root, "init", "--quiet");
    await commitPet(root, "string name = 1;");
    await git(root, "tag", "v1.0.0");
    await commitPet(root, "string title = 1;");
    await git(root, "tag", "other");
    await commit(root);
    const renamed = /^protos break clients of v1\.0\.0:\n.*name.*title/;
    assert.match((await checkBreaking(root)).text, renamed);
    await git(root, "tag", "v1.1.0");
    assert.match((await checkBreaking(root)).text, renamed);
    await commit(root);
    assert.deepEqual(await checkBreaking(root), passed("protos are compatible with v1.1.0"));
  }));

Deno.test("checkBreaking() refuses a deleted file", () =>
  withFolder(async (root) => {
    await git(root, "init", "--quiet");
    await commitPet(root, "string name = 1;");
    await git(root, "mv", "proto/pet/v1/pet.proto", "proto/pet/v1/animal.proto");
    const { passed: ok, text } = await checkBreaking(root);
    assert.equal(ok, false);
    assert.match(text, /pet\.proto.*deleted/);
  }));
