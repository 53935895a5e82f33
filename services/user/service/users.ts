import { Code, type HandlerContext, type ServiceImpl } from "@connectrpc/connect";
import type { UserService } from "../../../proto/gen/user/v1/user_service_pb.ts";
import { callerId } from "../../../shared/auth/caller.ts";
import { invalidArgument, Refusal } from "../../../shared/errors.ts";
import type { RateLimiter } from "../../../shared/limits/rate_limiter.ts";
import { callOf } from "../../../shared/rpc/call.ts";
import type { Principal } from "../../../shared/rpc/principal.ts";
import { type Account, answerKey, narrowQuestion, narrowUpdateUser } from "../account.ts";
import { limits } from "../limits.ts";
import { requirePassword } from "../password.ts";
import type { PasswordHasher } from "./password_hasher.ts";
import { isSessionId } from "../session.ts";
import type { AccountStore } from "../store/accounts.ts";
import type { SessionStore } from "../store/sessions.ts";
import { toSessionMessage, toUser } from "./account_message.ts";
import { attempt, wrongSecret } from "./attempts.ts";

export interface UserServiceOptions {
  readonly accounts: AccountStore;
  readonly sessions: SessionStore;
  readonly hasher: PasswordHasher;
  readonly limiter: RateLimiter;
}

/** The rpcs of `user.v1.UserService`. */
export function createUserService(options: UserServiceOptions): ServiceImpl<typeof UserService> {
  const { accounts, sessions, hasher, limiter } = options;

  /** The caller's account, if the password is the caller's. */
  async function proved(context: HandlerContext, password: string): Promise<Account> {
    const id = callerId(callOf(context).principal);
    const attempts = await attempt(limiter, context, [
      { limit: limits.passwordByAccount, key: String(id) },
    ]);
    return await attempts.trying(async () => {
      const account = await accounts.findById(id) ?? gone();
      if (!await hasher.verify(password, account.passwordHash)) throw wrongPassword();
      return account;
    });
  }

  return {
    async getUser(request, context) {
      const id = callerId(callOf(context).principal, request.userId);
      return { user: toUser(await accounts.findById(id) ?? gone()) };
    },
    async updateUser(request, context) {
      const id = callerId(callOf(context).principal, request.userId);
      const change = narrowUpdateUser(request);
      const empty = Object.keys(change).length === 0;
      const account = empty ? await accounts.findById(id) : await accounts.update(id, change);
      return { user: toUser(account ?? gone()) };
    },
    async changePassword({ oldPassword, newPassword }, context) {
      requirePassword(newPassword, "/new_password");
      const { id, passwordHash: oldHash } = await proved(context, oldPassword);
      const newHash = await hasher.hash(newPassword);
      const keep = sessionOf(callOf(context).principal);
      if (!await accounts.changePassword(id, { oldHash, newHash }, keep)) throw wrongPassword();
      return {};
    },
    async setResetQuestion(request, context) {
      const { question, answer } = narrowQuestion(request);
      const { id, passwordHash } = await proved(context, request.password);
      const answerHash = question === "" ? "" : await hasher.hash(answerKey(answer));
      if (!await accounts.setQuestion(id, passwordHash, { question, answerHash })) {
        throw wrongPassword();
      }
      return {};
    },
    async listSessions(_request, context) {
      const { principal } = callOf(context);
      const found = await sessions.list(callerId(principal));
      const current = sessionOf(principal);
      return { sessions: found.map((session) => toSessionMessage(session, current)) };
    },
    async revokeSession({ sessionId, all }, context) {
      const userId = callerId(callOf(context).principal);
      if (all) await sessions.endAll(userId);
      else if (sessionId === "") throw sessionRequired();
      else if (isSessionId(sessionId)) await sessions.end(userId, sessionId);
      return {};
    },
    async deleteUser({ password }, context) {
      const { id, passwordHash } = await proved(context, password);
      if (!await accounts.erase(id, passwordHash)) throw wrongPassword();
      return {};
    },
  };
}

function sessionOf(principal: Principal): string {
  return principal.kind === "user" ? principal.sessionId : "";
}

/** The token outlived the account. */
function gone(): never {
  throw new Refusal(Code.NotFound, "USER_NOT_FOUND", "there is no such account any more");
}

function wrongPassword(): Refusal {
  return new Refusal(Code.PermissionDenied, wrongSecret, "the password is wrong");
}

function sessionRequired(): Refusal {
  const message = "must be a session's id, unless all is set";
  return invalidArgument([{ pointer: "/session_id", reason: "REQUIRED", message }]);
}
