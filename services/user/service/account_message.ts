/** Accounts, sessions and tokens as messages. */
import type { MessageInitShape } from "@bufbuild/protobuf";
import type { SessionSchema, TokenPairSchema } from "../../../proto/gen/user/v1/session_pb.ts";
import { Role as RoleMessage, type UserSchema } from "../../../proto/gen/user/v1/user_pb.ts";
import { accessTtlSeconds } from "../../../shared/auth/token_times.ts";
import type { Role } from "../../../shared/rpc/principal.ts";
import type { Account } from "../account.ts";
import { shownName } from "../profile.ts";
import type { Session } from "../session.ts";
import type { RefreshToken } from "./refresh_token.ts";

const roleMessages: Readonly<Record<Role, RoleMessage>> = {
  user: RoleMessage.USER,
  operator: RoleMessage.OPERATOR,
  admin: RoleMessage.ADMIN,
};

/** An account as its owner and operators see it: no hash leaves the service. */
export function toUser(account: Account): MessageInitShape<typeof UserSchema> {
  const { passwordHash: _password, answerHash: _answer, roles, ...shown } = account;
  const name = shownName(account);
  return { ...shown, name, roles: roles.map((role) => roleMessages[role]).sort((a, b) => a - b) };
}

/** The role of a message; undefined for what is none. */
export function toRole(message: RoleMessage): Role | undefined {
  const found = Object.entries(roleMessages).find(([, known]) => known === message);
  return found?.[0] as Role | undefined;
}

/** A session, `current` if it is the caller's own. */
export function toSessionMessage(
  { id, ...shown }: Session,
  currentId: string,
): MessageInitShape<typeof SessionSchema> {
  return { ...shown, sessionId: id, current: id === currentId };
}

const dayMs = 86_400_000;

/** Both tokens, for a session that was refreshed a moment ago. */
export function toTokenPair(
  accessToken: string,
  refresh: RefreshToken,
  sessionDays: number,
): MessageInitShape<typeof TokenPairSchema> {
  return {
    accessToken,
    tokenType: "Bearer",
    expiresInSeconds: BigInt(accessTtlSeconds),
    refreshToken: refresh.secret,
    refreshExpireTime: BigInt(Date.now() + sessionDays * dayMs),
  };
}
