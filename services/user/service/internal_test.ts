import { Code, ConnectError, createClient, createRouterTransport } from "@connectrpc/connect";
import assert from "node:assert/strict";
import { UserInternalService } from "../../../proto/gen/user/v1/user_internal_service_pb.ts";
import { createLogger } from "../../../shared/log.ts";
import { errorMapping } from "../../../shared/rpc/error_mapping.ts";
import { createServiceDatabase } from "../../../tests/support/service_database.ts";
import { insertUsers } from "../../../tests/support/user_rows.ts";
import { createUserInternalService } from "./internal.ts";
import { createSessionStore } from "../store/sessions.ts";
import { createProfileStore, type ProfileStore } from "../store/profiles.ts";

const log = createLogger({ level: "error" });

/** The service on a database of its own, and how many ids each of its queries asked for. */
async function startService() {
  const database = await createServiceDatabase("user");
  const store = createProfileStore(database.sql);
  const sessions = createSessionStore(database.sql);
  const asked: number[] = [];
  const counting: ProfileStore = {
    batchGetProfiles(ids) {
      asked.push(ids.length);
      return store.batchGetProfiles(ids);
    },
  };
  const transport = createRouterTransport(
    (router) =>
      void router.service(
        UserInternalService,
        createUserInternalService({ profiles: counting, sessions }),
      ),
    { router: { interceptors: [errorMapping(log)] } },
  );
  return {
    sql: database.sql,
    asked,
    client: createClient(UserInternalService, transport),
    [Symbol.asyncDispose]: () => database[Symbol.asyncDispose](),
  };
}

Deno.test("UserInternalService.BatchGetUsers", async (t) => {
  await using service = await startService();
  const { client, sql, asked } = service;
  await insertUsers(sql, [{ id: 1n }, { id: 2n, status: 2 }, { id: 4n, name: "" }]);

  await t.step(
    "answers in the order of the ask, without what is unknown, in one query",
    async () => {
      const userIds = [4n, 9n, 1n, 0n, -5n, 2n, 1n];
      const { users } = await client.batchGetUsers({ userIds });
      assert.deepEqual(
        users.map(({ id, name, avatar, version }) => ({ id, name, avatar, version })),
        [
          { id: 4n, name: "user4", avatar: "/images/avatar/4.svg", version: 1n },
          { id: 1n, name: "name 1", avatar: "/images/avatar/1.svg", version: 1n },
          { id: 2n, name: "name 2", avatar: "/images/avatar/2.svg", version: 1n },
          { id: 1n, name: "name 1", avatar: "/images/avatar/1.svg", version: 1n },
        ],
      );
      assert.deepEqual(asked, [4]);
    },
  );

  await t.step("asks nobody where there is nothing to ask", async () => {
    const answers = [await client.batchGetUsers({}), await client.batchGetUsers({ userIds: [0n] })];
    assert.deepEqual(answers.map(({ users }) => users), [[], []]);
    assert.deepEqual(asked, [4]);
  });

  await t.step("takes 200 ids and refuses more", async () => {
    const userIds = Array.from({ length: 201 }, (_, n) => BigInt(n + 1));
    assert.equal((await client.batchGetUsers({ userIds: userIds.slice(1) })).users.length, 2);
    await assert.rejects(client.batchGetUsers({ userIds }), (error) => {
      assert.ok(error instanceof ConnectError);
      assert.equal(error.code, Code.InvalidArgument);
      return error.rawMessage === "/user_ids: at most 200 ids, not 201";
    });
  });
});
