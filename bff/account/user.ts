/** Accounts and tokens as the front end sees them. */
import { z } from "@hono/zod-openapi";
import { Code, ConnectError } from "@connectrpc/connect";
import type { Session, TokenPair } from "../../proto/gen/user/v1/session_pb.ts";
import { Role, type User } from "../../proto/gen/user/v1/user_pb.ts";

const milliseconds = z.int().openapi({ description: "Unix milliseconds." });

export const UserSchema = z.object({
  id: z.int(),
  username: z.string(),
  name: z.string().openapi({ description: "What others see." }),
  avatar: z.string(),
  phone: z.string(),
  question: z.string().openapi({ description: "Asked before a password reset; empty for none." }),
  roles: z.array(z.enum(["user", "operator", "admin"])),
  create_time: milliseconds,
  update_time: milliseconds,
}).openapi("User");

export const LoginSchema = z.object({
  access_token: z.string().openapi({ description: "Send it as a bearer token." }),
  token_type: z.string().openapi({ example: "Bearer" }),
  expires_in: z.int().openapi({ description: "Seconds.", example: 900 }),
  refresh_token: z.string().openapi({ description: "Works once, for a new pair." }),
  refresh_expire_time: milliseconds,
  user: UserSchema,
}).openapi("Login");

export const SessionSchema = z.object({
  session_id: z.string(),
  user_agent: z.string(),
  ip_address: z.string(),
  create_time: milliseconds,
  refresh_time: milliseconds,
  expire_time: milliseconds,
  current: z.boolean().openapi({ description: "The one that asks." }),
}).openapi("Session");

export type UserJson = z.infer<typeof UserSchema>;
export type LoginJson = z.infer<typeof LoginSchema>;
export type SessionJson = z.infer<typeof SessionSchema>;

const roleWords: Readonly<Record<Role, UserJson["roles"][number] | undefined>> = {
  [Role.UNSPECIFIED]: undefined,
  [Role.USER]: "user",
  [Role.OPERATOR]: "operator",
  [Role.ADMIN]: "admin",
};

/** The JSON of an account. Throws if the service sent none. */
export function userJson(user: User | undefined): UserJson {
  if (user === undefined) throw nothingCame("account");
  return {
    id: Number(user.id),
    username: user.username,
    name: user.name,
    avatar: user.avatar,
    phone: user.phone,
    question: user.question,
    roles: user.roles.flatMap((role) => roleWords[role] ?? []),
    create_time: Number(user.createTime),
    update_time: Number(user.updateTime),
  };
}

/** The JSON of a login. Throws if the service sent none. */
export function loginJson(
  { user, tokens }: { readonly user?: User | undefined; readonly tokens?: TokenPair | undefined },
): LoginJson {
  if (tokens === undefined) throw nothingCame("tokens");
  return {
    access_token: tokens.accessToken,
    token_type: tokens.tokenType,
    expires_in: Number(tokens.expiresInSeconds),
    refresh_token: tokens.refreshToken,
    refresh_expire_time: Number(tokens.refreshExpireTime),
    user: userJson(user),
  };
}

/** The JSON of a session. */
export function sessionJson(session: Session): SessionJson {
  return {
    session_id: session.sessionId,
    user_agent: session.userAgent,
    ip_address: session.ipAddress,
    create_time: Number(session.createTime),
    refresh_time: Number(session.refreshTime),
    expire_time: Number(session.expireTime),
    current: session.current,
  };
}

function nothingCame(what: string): ConnectError {
  return new ConnectError(`no ${what} came back`, Code.Internal);
}
