import { Code, type ServiceImpl } from "@connectrpc/connect";
import type { AuthService } from "../../../proto/gen/user/v1/auth_service_pb.ts";
import type { AccessTokenIssuer } from "../../../shared/auth/access_token.ts";
import { Refusal } from "../../../shared/errors.ts";
import type { RateLimit } from "../../../shared/limits/rate_limit.ts";
import type { RateLimiter } from "../../../shared/limits/rate_limiter.ts";
import { type Account, answerKey, narrowRegister, usernameKey } from "../account.ts";
import { limits } from "../limits.ts";
import { requirePassword } from "../password.ts";
import type { PasswordHasher } from "./password_hasher.ts";
import { networkOf } from "../network.ts";
import type { ClientDevice } from "../session.ts";
import type { AccountStore } from "../store/accounts.ts";
import type { NewSession } from "../store/session_rows.ts";
import type { SessionStore } from "../store/sessions.ts";
import { toTokenPair, toUser } from "./account_message.ts";
import { deviceOf } from "./client_device.ts";
import { decoyQuestion } from "./decoy_question.ts";
import { newRefreshToken, type RefreshToken, refreshTokenHash } from "./refresh_token.ts";
import { attempt, type Counted, wrongSecret } from "./attempts.ts";

export interface AuthServiceOptions {
  readonly accounts: AccountStore;
  readonly sessions: SessionStore;
  readonly hasher: PasswordHasher;
  readonly issuer: AccessTokenIssuer;
  readonly limiter: RateLimiter;
  /** How long a session lives without being refreshed, in days. */
  readonly sessionDays: number;
  /** Registrations an hour from one address. */
  readonly registerLimit?: number;
}

/** The longest username that is worth a look: longer ones were never registered. */
const usernameMax = 200;
/** How often a login may find that the account has changed under it. */
const enterTriesMax = 2;

/** The rpcs of `user.v1.AuthService`. */
export function createAuthService(options: AuthServiceOptions): ServiceImpl<typeof AuthService> {
  const { accounts, sessions, hasher, issuer, limiter, sessionDays } = options;
  const registerLimit: RateLimit = {
    ...limits.registerByAddress,
    max: options.registerLimit ?? limits.registerByAddress.max,
  };

  async function tokens(account: Account, sessionId: string, refresh: RefreshToken) {
    const { id: userId, roles } = account;
    return toTokenPair(await issuer.issue({ userId, roles, sessionId }), refresh, sessionDays);
  }
  function newSession(device: ClientDevice) {
    const refresh = newRefreshToken();
    const id = crypto.randomUUID();
    return { refresh, session: { id, device, tokenHash: refresh.hash, ttlDays: sessionDays } };
  }
  async function loginLimits(account: Account | undefined, key: string, address: string) {
    const network = networkOf(address);
    const counted: Counted[] = [
      { limit: limits.loginByAddress, key: network },
      { limit: limits.loginByBoth, key: `${network} ${key}` },
    ];
    // Asked about nobody as well: an unknown name takes as long.
    const known = address !== "" && await sessions.isKnownAddress(account?.id ?? 0n, address);
    return known ? counted : [...counted, { limit: limits.loginByAccount, key }];
  }
  /**
   * Opens a session if the password is right. If the hash is another by then it is tried once more:
   * a login beside this one may have hashed the same password anew.
   */
  async function enter(
    found: Account | undefined,
    password: string,
    session: NewSession,
  ): Promise<Account> {
    let account = found;
    for (let tries = 0; tries < enterTriesMax; tries++) {
      const { id, passwordHash } = await checked(account, password);
      const opened = await sessions.open(id, await renewed(id, passwordHash, password), session);
      if (opened !== undefined) return opened;
      account = await accounts.findById(id);
    }
    throw badCredentials();
  }
  /** The account if the password is right. An unknown name costs the same as a wrong password. */
  async function checked(account: Account | undefined, password: string): Promise<Account> {
    const fits = await hasher.verify(password, account?.passwordHash ?? "");
    if (account === undefined || !fits) throw badCredentials();
    if (account.disabled) throw accountDisabled();
    return account;
  }
  /** The hash, or another of the same password if its cost is not today's. */
  async function renewed(id: bigint, passwordHash: string, password: string): Promise<string> {
    if (!hasher.isOutdated(passwordHash)) return passwordHash;
    const newHash = await hasher.hash(password);
    await accounts.rehash(id, passwordHash, newHash);
    return newHash;
  }

  return {
    async register(request, context) {
      const registration = narrowRegister(request);
      const device = deviceOf(request.client, context);
      await attempt(limiter, context, [{ limit: registerLimit, key: networkOf(device.ipAddress) }]);
      const { password, answer, ...rest } = registration;
      const [passwordHash, answerHash] = await Promise.all([
        hasher.hash(password),
        rest.question === "" ? "" : hasher.hash(answerKey(answer)),
      ]);
      const { refresh, session } = newSession(device);
      const account = await accounts.register({ ...rest, passwordHash, answerHash }, session);
      return { user: toUser(account), tokens: await tokens(account, session.id, refresh) };
    },
    async login(request, context) {
      const { password } = request;
      const device = deviceOf(request.client, context);
      const key = usernameKey(request.username.slice(0, usernameMax));
      const found = await accounts.findByUsername(key);
      const counted = await loginLimits(found, key, device.ipAddress);
      const attempts = await attempt(limiter, context, counted);
      const { refresh, session } = newSession(device);
      const account = await attempts.trying(() => enter(found, password, session));
      return { user: toUser(account), tokens: await tokens(account, session.id, refresh) };
    },
    async refreshToken(request, context) {
      const device = deviceOf(request.client, context);
      const hash = refreshTokenHash(request.refreshToken);
      const sessionId = hash && await sessions.sessionOf(hash);
      await attempt(limiter, context, [
        { limit: limits.refreshByAddress, key: networkOf(device.ipAddress) },
        ...sessionId ? [{ limit: limits.refreshBySession, key: sessionId }] : [],
      ]);
      const refresh = newRefreshToken();
      const renewal = { tokenHash: refresh.hash, device, ttlDays: sessionDays };
      const renewed = hash ? await sessions.refresh(hash, renewal) : { kind: "invalid" as const };
      if (renewed.kind === "disabled") throw accountDisabled();
      if (renewed.kind !== "refreshed") throw refreshRefusal(renewed.kind);
      const { account } = renewed;
      return {
        user: toUser(account),
        tokens: await tokens(account, renewed.sessionId, refresh),
      };
    },
    async logout({ refreshToken, allDevices }) {
      const hash = refreshTokenHash(refreshToken);
      if (hash !== undefined) await sessions.endByToken(hash, allDevices);
      return {};
    },
    async getResetQuestion(request, context) {
      const network = networkOf(deviceOf(request.client, context).ipAddress);
      await attempt(limiter, context, [{ limit: limits.resetByAddress, key: network }]);
      const key = usernameKey(request.username.slice(0, usernameMax));
      const account = await accounts.findByUsername(key);
      return { question: account?.question || decoyQuestion(key) };
    },
    async resetPassword(request, context) {
      requirePassword(request.newPassword, "/new_password");
      const network = networkOf(deviceOf(request.client, context).ipAddress);
      const key = usernameKey(request.username.slice(0, usernameMax));
      const attempts = await attempt(limiter, context, [
        { limit: limits.resetByAddress, key: network },
        { limit: limits.resetByAccount, key },
      ]);
      await attempts.trying(async () => {
        const account = await accounts.findByUsername(key);
        const fits = await hasher.verify(answerKey(request.answer), account?.answerHash ?? "");
        // Hashed whether or not it will be kept: both take the same time.
        const newHash = await hasher.hash(request.newPassword);
        if (account === undefined || !fits || account.disabled) throw badCredentials();
        const hashes = { oldHash: account.passwordHash, newHash };
        if (!await accounts.changePassword(account.id, hashes)) throw badCredentials();
      });
      return {};
    },
    getJwks: () => ({ keys: [...issuer.jwks] }),
  };
}

/** The same for an unknown name, a wrong password and a wrong answer. */
function badCredentials(): Refusal {
  const message = "the name or the secret is wrong";
  return new Refusal(Code.Unauthenticated, wrongSecret, message);
}

function accountDisabled(): Refusal {
  return new Refusal(Code.PermissionDenied, "ACCOUNT_DISABLED", "this account is disabled");
}

function refreshRefusal(kind: "reused" | "invalid"): Refusal {
  const reason = kind === "reused" ? "REFRESH_TOKEN_REUSED" : "REFRESH_TOKEN_INVALID";
  return new Refusal(Code.Unauthenticated, reason, "this refresh token is over: log in again");
}
