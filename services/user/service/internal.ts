import type { ServiceImpl } from "@connectrpc/connect";
import type { UserInternalService } from "../../../proto/gen/user/v1/user_internal_service_pb.ts";
import { invalidArgument } from "../../../shared/errors.ts";
import { cutPage, readCursor } from "../../../shared/paging.ts";
import { isSessionId } from "../session.ts";
import type { ProfileStore } from "../store/profiles.ts";
import type { SessionStore } from "../store/sessions.ts";

/** As many as the authors of a few pages of comments. */
const batchMax = 200;
const revokedMax = 1_000;

export interface UserInternalServiceOptions {
  readonly profiles: ProfileStore;
  readonly sessions: Pick<SessionStore, "listRevoked">;
}

/** The rpcs of `user.v1.UserInternalService` that are not about addresses. */
export function createUserInternalService(
  { profiles, sessions }: UserInternalServiceOptions,
): Pick<ServiceImpl<typeof UserInternalService>, "batchGetUsers" | "listRevokedSessions"> {
  return {
    async batchGetUsers({ userIds }) {
      if (userIds.length > batchMax) throw tooMany(userIds.length);
      const known = userIds.filter((id) => id > 0n);
      if (known.length === 0) return { users: [] };
      const found = await profiles.batchGetProfiles([...new Set(known)]);
      const byId = new Map(found.map((profile) => [profile.id, profile]));
      return { users: known.flatMap((id) => byId.get(id) ?? []) };
    },
    async listRevokedSessions({ cursor, lastId, limit }) {
      if (lastId !== "" && !isSessionId(lastId)) throw noSession();
      return await revokedPage(sessions, { cursor, lastId }, limit);
    },
  };
}

/** A page of sessions that were ended early; an illegal size is the largest. */
export async function revokedPage(
  sessions: Pick<SessionStore, "listRevoked">,
  { cursor, lastId }: { readonly cursor: bigint; readonly lastId: string },
  limit = revokedMax,
) {
  const size = limit >= 1 && limit <= revokedMax ? limit : revokedMax;
  const found = await sessions.listRevoked(readCursor(cursor, lastId), size + 1);
  const page = cutPage(found, size, ({ revokeTime, sessionId }) => {
    return { value: revokeTime, id: sessionId };
  });
  return {
    sessions: [...page.items],
    isEnd: page.isEnd,
    revokeTime: page.last?.value ?? 0n,
    lastId: page.last?.id ?? "",
  };
}

function tooMany(length: number) {
  const message = `at most ${batchMax} ids, not ${length}`;
  return invalidArgument([{ pointer: "/user_ids", reason: "TOO_MANY", message }]);
}

function noSession() {
  const message = "must be a session's id";
  return invalidArgument([{ pointer: "/last_id", reason: "MALFORMED", message }]);
}
