import type { ServiceImpl } from "@connectrpc/connect";
import type { UserInternalService } from "../../proto/gen/user/v1/user_internal_service_pb.ts";
import { invalidArgument } from "../../shared/errors.ts";
import type { UserStore } from "./store.ts";

/** As many as the authors of a few pages of comments. */
const batchMax = 200;

/** The rpcs of `user.v1.UserInternalService` that are built; the rest answers Unimplemented. */
export function createUserInternalService(
  store: UserStore,
): Partial<ServiceImpl<typeof UserInternalService>> {
  return {
    async batchGetUsers({ userIds }) {
      if (userIds.length > batchMax) throw tooMany(userIds.length);
      const known = userIds.filter((id) => id > 0n);
      if (known.length === 0) return { users: [] };
      const profiles = await store.batchGetProfiles([...new Set(known)]);
      const found = new Map(profiles.map((profile) => [profile.id, profile]));
      return { users: known.flatMap((id) => found.get(id) ?? []) };
    },
  };
}

function tooMany(length: number) {
  const message = `at most ${batchMax} ids, not ${length}`;
  return invalidArgument([{ pointer: "/user_ids", reason: "TOO_MANY", message }]);
}
