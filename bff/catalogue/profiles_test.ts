import { Code, ConnectError, createRouterTransport } from "@connectrpc/connect";
import assert from "node:assert/strict";
import { UserInternalService } from "../../proto/gen/user/v1/user_internal_service_pb.ts";
import { createLogger } from "../../shared/log.ts";
import { newCall } from "../../shared/rpc/call.ts";
import { clientsOver } from "../testing/clients.ts";
import { createProfiles } from "./profiles.ts";

/** Profiles of a user service that knows the users below 100. */
function known(answer: () => Promise<void> = () => Promise.resolve()) {
  const asked: bigint[][] = [];
  const lines: string[] = [];
  const clock = { ms: 1 };
  const { users } = clientsOver(createRouterTransport((router) => {
    router.service(UserInternalService, {
      async batchGetUsers({ userIds }) {
        asked.push(userIds);
        await answer();
        const found = userIds.filter((id) => id < 100n);
        return { users: found.map((id) => ({ id, name: `user ${id}`, avatar: "" })) };
      },
    });
  }));
  const log = createLogger({ write: (line) => lines.push(line) });
  const profiles = createProfiles({ users, log, max: 3, ttlMs: 60_000, now: () => clock.ms });
  async function names(...ids: bigint[]): Promise<string[]> {
    const call = newCall(new Headers());
    call.deadlineMs = performance.now() + 400;
    const found = await profiles.of(ids, call);
    return ids.map((id) => found.get(id)?.name ?? "missing");
  }
  return { names, asked, lines, clock };
}

Deno.test("Profiles.of() asks once for all that it does not know", async () => {
  const { names, asked } = known();
  assert.deepEqual(await names(1n, 2n, 1n), ["user 1", "user 2", "user 1"]);
  assert.deepEqual(await names(2n, 1n), ["user 2", "user 1"]);
  assert.deepEqual(await names(2n, 3n), ["user 2", "user 3"]);
  assert.deepEqual(await names(), []);
  assert.deepEqual(asked, [[1n, 2n], [3n]]);
});

Deno.test("Profiles.of() remembers also who is unknown, everybody for a minute", async () => {
  const { names, asked, clock } = known();
  assert.deepEqual([await names(100n), await names(100n)], [[""], [""]]);
  clock.ms += 60_001;
  await names(100n);
  assert.deepEqual(asked, [[100n], [100n]]);
});

Deno.test("Profiles.of() names more than it can keep", async () => {
  const { names } = known();
  const ids = [1n, 2n, 3n, 4n, 5n];
  assert.deepEqual(await names(...ids), ids.map((id) => `user ${id}`));
});

Deno.test("Profiles.of() names whom it knows while the user service is away", async () => {
  let away = false;
  const { names, asked, lines } = known(() => {
    return away ? Promise.reject(new ConnectError("away", Code.Unavailable)) : Promise.resolve();
  });
  await names(1n);
  away = true;
  assert.deepEqual(await names(1n, 2n), ["user 1", ""]);
  away = false;
  assert.deepEqual(await names(1n, 2n), ["user 1", "user 2"]);
  assert.deepEqual([asked, lines.length], [[[1n], [2n], [2n]], 1]);
});

Deno.test("Profiles.of() does not wait longer than half of what is left", async () => {
  const slow = Promise.withResolvers<void>();
  const { names } = known(() => slow.promise);
  const startedMs = performance.now();
  assert.deepEqual(await names(1n), [""]);
  assert.ok(performance.now() - startedMs >= 150);
  slow.resolve();
});
