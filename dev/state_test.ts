import { deepStrictEqual, match, rejects, strictEqual } from "node:assert/strict";
import { identityOf } from "./identity.ts";
import { openState, readRun } from "./state.ts";

Deno.test("openState() keeps secrets and ports, for the owner only", async () => {
  const root = await Deno.makeTempDir();
  try {
    let secret = "";
    {
      using state = await openState(root);
      secret = state.secret("order");
      match(secret, /^[0-9a-f]{48}$/);
      state.rememberPort("nats", 14_300);
    }
    using state = await openState(root);
    deepStrictEqual([state.secret("order"), state.rememberedPort("nats")], [secret, 14_300]);
    const { mode } = await Deno.stat(`${state.dir}/secrets.json`);
    strictEqual((mode ?? 0) & 0o777, 0o600);
  } finally {
    await Deno.remove(root, { recursive: true });
  }
});

Deno.test("openState() lets one in at a time, and tells the next about a run that was cut off", async () => {
  const root = await Deno.makeTempDir();
  try {
    const own = await identityOf(Deno.pid);
    strictEqual(readRun(root), undefined);
    {
      using state = await openState(root);
      state.recordPlaces({ urls: { bff: "http://localhost:8888" }, databases: { order: "o" } });
      await state.record("order", Deno.pid);
      await state.record("gone", Deno.pid);
      await state.record("gone", undefined);
      deepStrictEqual(readRun(root)?.databases, { order: "o" });
      await rejects(openState(root), {
        name: "SetupError",
        message: `the mall runs already at http://localhost:8888 (pid ${Deno.pid}): ` +
          "use that one, or stop it first (Ctrl-C there)",
      });
    }
    strictEqual(readRun(root), undefined);
    using next = await openState(root);
    deepStrictEqual(next.earlier?.processes, { order: own });
    next.forgetRun();
  } finally {
    await Deno.remove(root, { recursive: true });
  }
});
