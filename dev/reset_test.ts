import { rejects, strictEqual } from "node:assert/strict";
import { reset } from "./reset.ts";
import { openState } from "./state.ts";

const yes = { confirm: () => true };

async function exists(path: string): Promise<boolean> {
  return await Deno.lstat(path).then(() => true, () => false);
}

Deno.test("reset() removes .mall after a yes, and follows no link out of it", async () => {
  const root = await Deno.makeTempDir();
  try {
    await Deno.mkdir(`${root}/.mall/redis`, { recursive: true });
    await Deno.mkdir(`${root}/precious`);
    await Deno.writeTextFile(`${root}/precious/file`, "");
    await Deno.symlink(`${root}/precious`, `${root}/.mall/link`);
    strictEqual(await reset(root, { confirm: () => false }), false);
    strictEqual(await exists(`${root}/.mall/redis`), true);
    strictEqual(await reset(root, yes), true);
    strictEqual(await exists(`${root}/.mall`), false);
    strictEqual(await exists(`${root}/precious/file`), true);
    strictEqual(await reset(root, yes), false);
  } finally {
    await Deno.remove(root, { recursive: true });
  }
});

Deno.test("reset() refuses while the mall runs, and when .mall is a link", async () => {
  const root = await Deno.makeTempDir();
  try {
    {
      using _state = await openState(root);
      await rejects(reset(root, yes), { name: "SetupError", message: /^the mall runs already/ });
    }
    await Deno.rename(`${root}/.mall`, `${root}/elsewhere`);
    await Deno.symlink(`${root}/elsewhere`, `${root}/.mall`);
    await rejects(reset(root, yes), { name: "SetupError" });
    strictEqual(await exists(`${root}/elsewhere/lock`), true);
  } finally {
    await Deno.remove(root, { recursive: true });
  }
});
