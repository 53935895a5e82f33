/** For tests: the user service's rpcs on a database of their own, with real limits and hashing. */
import {
  type Client,
  ConnectError,
  createClient,
  createRouterTransport,
} from "@connectrpc/connect";
import type { DescService } from "@bufbuild/protobuf";
import assert from "node:assert/strict";
import { ErrorDetailSchema } from "../../proto/gen/error/v1/error_pb.ts";
import { ProductService } from "../../proto/gen/product/v1/product_service_pb.ts";
import { AddressService } from "../../proto/gen/user/v1/address_service_pb.ts";
import { AuthService } from "../../proto/gen/user/v1/auth_service_pb.ts";
import { FavouriteService } from "../../proto/gen/user/v1/favourite_service_pb.ts";
import { UserAdminService } from "../../proto/gen/user/v1/user_admin_service_pb.ts";
import { UserInternalService } from "../../proto/gen/user/v1/user_internal_service_pb.ts";
import { UserService } from "../../proto/gen/user/v1/user_service_pb.ts";
import { createAccessTokenIssuer } from "../../shared/auth/access_token.ts";
import { authorization } from "../../shared/auth/access.ts";
import { newSigningKey, parseSigningKey, type SigningKey } from "../../shared/auth/signing_key.ts";
import { createRateLimiter } from "../../shared/limits/rate_limiter.ts";
import { createLogger } from "../../shared/log.ts";
import type { Postgres } from "../../shared/postgres/pool.ts";
import { closeRedis, openRedis, pingRedis } from "../../shared/redis/connection.ts";
import { authentication } from "../../shared/rpc/authentication.ts";
import { errorMapping } from "../../shared/rpc/error_mapping.ts";
import { eventually } from "./eventually.ts";
import { verifyTestToken } from "../../shared/rpc/testing/principals.ts";
import { createServiceDatabase } from "./service_database.ts";
import { testServers } from "./servers.ts";
import {
  createPasswordHasher,
  type PasswordHasher,
} from "../../services/user/service/password_hasher.ts";
import {
  createAddressService,
  createUserAddressRpc,
} from "../../services/user/service/addresses.ts";
import { createUserAdminService } from "../../services/user/service/admin.ts";
import { createAuthService } from "../../services/user/service/auth.ts";
import { createFavouriteService } from "../../services/user/service/favourites.ts";
import { createUserInternalService } from "../../services/user/service/internal.ts";
import { createUserService } from "../../services/user/service/users.ts";
import { createAccountAdminStore } from "../../services/user/store/account_admin.ts";
import { createAccountStore } from "../../services/user/store/accounts.ts";
import { createAddressStore } from "../../services/user/store/addresses.ts";
import { createFavouriteStore } from "../../services/user/store/favourites.ts";
import { createProfileStore } from "../../services/user/store/profiles.ts";
import { createSessionStore } from "../../services/user/store/sessions.ts";

/** As cheap as Argon2id can be: what is tried is not how hard a password is to guess. */
export const cheapCost = { memoryKib: 64, passes: 1, lanes: 1 } as const;

export interface UserBench extends AsyncDisposable {
  readonly sql: Postgres;
  readonly hasher: PasswordHasher;
  readonly logLines: readonly string[];
  /** Product ids that the neighbour knows. */
  readonly products: Set<bigint>;
  client<S extends DescService>(service: S): Client<S>;
}

export interface UserBenchOptions {
  /** Runs after each check of a secret, before the service goes on: what happens meanwhile. */
  readonly afterVerify?: () => Promise<void>;
}

/** Starts it. Use with `await using`. */
export async function startUserBench(
  { afterVerify = () => Promise.resolve() }: UserBenchOptions = {},
): Promise<UserBench> {
  await using stack = new AsyncDisposableStack();
  const { sql } = stack.use(await createServiceDatabase("user"));
  const logLines: string[] = [];
  const log = createLogger({ level: "debug", write: (line) => logLines.push(line) });
  const redis = openRedis({ url: testServers().redisUrl, name: "test", log });
  stack.defer(() => closeRedis(redis));
  await eventually("redis", () => pingRedis(redis));
  const hasher = stack.use(
    await createPasswordHasher({ cost: cheapCost, workers: 2, waitingMax: 1_000, log }),
  );
  const products = new Set<bigint>([1n, 2n, 3n]);
  const issuer = createAccessTokenIssuer([await signingKey()], {
    issuer: "mall",
    audience: "mall",
  });
  const limiter = createRateLimiter({ redis });
  const accounts = createAccountStore(sql);
  const sessions = createSessionStore(sql);
  const addresses = createAddressStore(sql);
  const base = { accounts, sessions, hasher: interrupted(hasher, afterVerify), limiter };
  const transport = createRouterTransport((router) => {
    router.service(AuthService, createAuthService({ ...base, issuer, sessionDays: 30 }));
    router.service(UserService, createUserService(base));
    router.service(AddressService, createAddressService(addresses));
    router.service(
      FavouriteService,
      createFavouriteService({ store: createFavouriteStore(sql), products: neighbour(products) }),
    );
    router.service(UserAdminService, createUserAdminService(createAccountAdminStore(sql)));
    router.service(UserInternalService, {
      ...createUserInternalService({ profiles: createProfileStore(sql), sessions }),
      ...createUserAddressRpc(addresses),
    });
  }, {
    router: {
      interceptors: [errorMapping(log), authentication(verifyTestToken), authorization()],
    },
  });
  const kept = stack.move();
  return {
    sql,
    hasher,
    logLines,
    products,
    client: (service) => createClient(service, transport),
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}

function interrupted(hasher: PasswordHasher, afterVerify: () => Promise<void>): PasswordHasher {
  return {
    ...hasher,
    async verify(secret, encoded) {
      const fits = await hasher.verify(secret, encoded);
      await afterVerify();
      return fits;
    },
  };
}

function neighbour(products: ReadonlySet<bigint>): Client<typeof ProductService> {
  return createClient(
    ProductService,
    createRouterTransport((router) => {
      router.service(ProductService, {
        batchGetProducts: ({ productIds }) => ({
          products: productIds.filter((id) => products.has(id)).map((id) => ({ id })),
        }),
      });
    }),
  );
}

async function signingKey(): Promise<SigningKey> {
  const key = parseSigningKey((await newSigningKey()).pkcs8);
  if (key === undefined) throw new Error("a new key is no key");
  return key;
}

/** Call options of the BFF for a client at `ipAddress`: the context that it vouches for. */
export function from(ipAddress: string, userAgent = "a test") {
  return { client: { ipAddress, userAgent } };
}

/** Reason of a refusal, and the fields that it names. */
export async function refusal(call: Promise<unknown>): Promise<string[]> {
  const error = await call.then(() => undefined, (error) => error);
  assert.ok(error instanceof ConnectError, "it was not refused");
  const detail = error.findDetails(ErrorDetailSchema)[0];
  return [detail?.reason ?? "", ...detail?.violations.map(({ pointer }) => pointer) ?? []];
}
