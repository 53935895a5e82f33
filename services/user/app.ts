/** Composition root of the user service. */
import type { ConnectRouter } from "@connectrpc/connect";
import { AddressService } from "../../proto/gen/user/v1/address_service_pb.ts";
import { AuthService } from "../../proto/gen/user/v1/auth_service_pb.ts";
import { FavouriteService } from "../../proto/gen/user/v1/favourite_service_pb.ts";
import { UserAdminService } from "../../proto/gen/user/v1/user_admin_service_pb.ts";
import { UserInternalService } from "../../proto/gen/user/v1/user_internal_service_pb.ts";
import { UserService } from "../../proto/gen/user/v1/user_service_pb.ts";
import { createAccessTokenIssuer } from "../../shared/auth/access_token.ts";
import type { TokenIssuer } from "../../shared/auth/verification.ts";
import { createRateLimiter } from "../../shared/limits/rate_limiter.ts";
import type { Logger } from "../../shared/log.ts";
import { closeRedis, openRedis, redisDependency } from "../../shared/redis/connection.ts";
import {
  type RunningService,
  type ServiceContext,
  startService,
} from "../../shared/service/start.ts";
import { createClients } from "./clients.ts";
import type { UserConfig } from "./config.ts";
import { userJobs } from "./jobs.ts";
import { createPasswordHasher, type PasswordHasher } from "./service/password_hasher.ts";
import { createAddressService, createUserAddressRpc } from "./service/addresses.ts";
import { createUserAdminService } from "./service/admin.ts";
import { createAuthService } from "./service/auth.ts";
import { createFavouriteService } from "./service/favourites.ts";
import { createUserInternalService, revokedPage } from "./service/internal.ts";
import { createUserService } from "./service/users.ts";
import { createAccountAdminStore } from "./store/account_admin.ts";
import { createAccountStore } from "./store/accounts.ts";
import { createAddressStore } from "./store/addresses.ts";
import { createFavouriteStore } from "./store/favourites.ts";
import { createProfileStore } from "./store/profiles.ts";
import { createSessionStore } from "./store/sessions.ts";

const migrations = { set: "user", dir: new URL("./migrations/", import.meta.url) };

/** Starts the user service. Dispose of it to stop it in order. */
export async function start(config: UserConfig, log: Logger): Promise<RunningService> {
  const { hashCost: cost, hashWorkers: workers, hashWaitingMax: waitingMax } = config;
  await using starting = new AsyncDisposableStack();
  const hasher = starting.use(await createPasswordHasher({ cost, workers, waitingMax, log }));
  const build = (context: ServiceContext) => buildParts(config, context, hasher);
  const service = starting.use(await startService(config, build, { migrations, log }));
  const running = starting.move();
  return { ...service, [Symbol.asyncDispose]: () => running.disposeAsync() };
}

function buildParts(config: UserConfig, context: ServiceContext, hasher: PasswordHasher) {
  const { sql, directory, log, stack } = context;
  const redis = openRedis({ url: config.redisUrl, name: config.name, log });
  stack.defer(() => closeRedis(redis));
  const limiter = createRateLimiter({ redis });
  const issuer = createAccessTokenIssuer(config.signingKeys, config.auth);
  const accounts = createAccountStore(sql);
  const sessions = createSessionStore(sql);
  const addresses = createAddressStore(sql);
  const { sessionDays, registerLimit } = config;
  const internal = createUserInternalService({ profiles: createProfileStore(sql), sessions });
  const auth = { accounts, sessions, hasher, issuer, limiter, sessionDays, registerLimit };
  const favourites = createFavouriteStore(sql);
  return {
    routes(router: ConnectRouter) {
      router.service(AuthService, createAuthService(auth));
      router.service(UserService, createUserService({ accounts, sessions, hasher, limiter }));
      router.service(AddressService, createAddressService(addresses));
      router.service(
        FavouriteService,
        createFavouriteService({ store: favourites, ...createClients(directory) }),
      );
      router.service(UserAdminService, createUserAdminService(createAccountAdminStore(sql)));
      router.service(UserInternalService, { ...internal, ...createUserAddressRpc(addresses) });
    },
    jobs: userJobs(sessions),
    dependencies: [redisDependency(redis)],
    tokenIssuer: {
      jwks: () => Promise.resolve(issuer.jwks),
      revokedSessions: (after) => revokedPage(sessions, after),
    } satisfies TokenIssuer,
  };
}
