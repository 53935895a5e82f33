import { Code, ConnectError } from "@connectrpc/connect";
import assert from "node:assert/strict";
import { ErrorDetailSchema } from "../../proto/gen/error/v1/error_pb.ts";
import { ProductService } from "../../proto/gen/product/v1/product_service_pb.ts";
import { AddressService } from "../../proto/gen/user/v1/address_service_pb.ts";
import { AuthService } from "../../proto/gen/user/v1/auth_service_pb.ts";
import { FavouriteService } from "../../proto/gen/user/v1/favourite_service_pb.ts";
import { UserService } from "../../proto/gen/user/v1/user_service_pb.ts";
import { as } from "../../shared/rpc/testing/principals.ts";
import { testProduct } from "../testing/products.ts";
import { refusalOf } from "../testing/refusal.ts";
import { openShop } from "../testing/shop.ts";

const user = { id: 7n, username: "alice", name: "Alice", roles: [1, 2], createTime: 5n };
const tokens = {
  accessToken: "access",
  tokenType: "Bearer",
  expiresInSeconds: 900n,
  refreshToken: "refresh",
  refreshExpireTime: 9n,
};

function send(method: string, body: unknown, headers: Record<string, string> = {}): RequestInit {
  const text = body === undefined ? {} : { body: JSON.stringify(body) };
  return { method, headers: { "content-type": "application/json", ...headers }, ...text };
}

/** A shop whose user service notes what it is asked, and refuses as told. */
function accountShop(refusal?: ConnectError) {
  const asked: unknown[] = [];
  function note({ $typeName: _type, ...request }: { $typeName: string }): void {
    asked.push(JSON.parse(JSON.stringify(request, (_key, value) => {
      return typeof value === "bigint" ? Number(value) : value;
    })));
    if (refusal !== undefined) throw refusal;
  }
  const shop = openShop((router) => {
    router.service(AuthService, {
      register(request) {
        note(request);
        return { user, tokens };
      },
      login(request, context) {
        context.responseHeader.set("ratelimit-remaining", "9");
        note(request);
        return { user, tokens };
      },
      logout(request) {
        note(request);
        return {};
      },
      getJwks: () => ({
        keys: [{ kid: "k", kty: "OKP", crv: "Ed25519", alg: "EdDSA", use: "sig", x: "x" }],
      }),
    });
    router.service(UserService, {
      getUser(request) {
        note(request);
        return { user };
      },
      updateUser(request) {
        note(request);
        return { user };
      },
    });
    router.service(AddressService, {
      createAddress(request) {
        note(request);
        return { address: { id: 4n } };
      },
    });
    router.service(FavouriteService, {
      listFavourites: () => ({
        favourites: [{ productId: 3n, createTime: 30n }, { productId: 2n, createTime: 20n }],
        favouriteTime: 20n,
        lastId: 2n,
      }),
    });
    router.service(ProductService, {
      batchGetProducts: ({ productIds }) => ({
        products: productIds.filter((id) => id !== 2n).map(testProduct),
      }),
    });
  });
  return { ...shop, asked };
}

const userJson = {
  id: 7,
  username: "alice",
  name: "Alice",
  avatar: "",
  phone: "",
  question: "",
  roles: ["user", "operator"],
  create_time: 5,
  update_time: 0,
};

Deno.test("POST /v1/user/login vouches for the client, and keeps its answer from caches", async () => {
  using shop = accountShop();
  const body = { username: "alice", password: "secret", roles: ["admin"], user_id: 1 };
  const init = send("POST", body, { "user-agent": "a phone", "x-forwarded-for": "203.0.113.9" });
  const response = await shop.request("/v1/user/login", init);
  assert.deepEqual([response.status, await response.json()], [200, {
    access_token: "access",
    token_type: "Bearer",
    expires_in: 900,
    refresh_token: "refresh",
    refresh_expire_time: 9,
    user: userJson,
  }]);
  assert.deepEqual(
    [response.headers.get("cache-control"), response.headers.get("ratelimit-remaining")],
    ["no-store", "9"],
  );
  assert.equal(response.headers.get("set-cookie"), null);
  const client = {
    $typeName: "user.v1.ClientContext",
    ipAddress: "192.0.2.1",
    userAgent: "a phone",
  };
  assert.deepEqual(shop.asked, [{ username: "alice", password: "secret", client }]);
});

Deno.test("POST /v1/user/login passes on a refusal with its limit", async () => {
  const detail = { reason: "TOO_MANY_ATTEMPTS", retryable: true };
  const refusal = new ConnectError(
    "too many attempts",
    Code.ResourceExhausted,
    { "retry-after": "77", "ratelimit-limit": "10" },
    [{ desc: ErrorDetailSchema, value: detail }],
  );
  using shop = accountShop(refusal);
  const response = await shop.request(
    "/v1/user/login",
    send("POST", { username: "alice", password: "secret" }),
  );
  const { reason, retryable } = await response.json();
  assert.deepEqual(
    [
      response.status,
      reason,
      retryable,
      response.headers.get("retry-after"),
      response.headers.get("ratelimit-limit"),
    ],
    [429, "TOO_MANY_ATTEMPTS", true, "77", "10"],
  );
});

Deno.test("POST /v1/user/register names wrong members, 422", async () => {
  using shop = accountShop();
  const refused = await refusalOf(
    shop,
    "/v1/user/register",
    send("POST", { username: 5, phone: [] }),
  );
  assert.deepEqual(refused, [422, "INVALID_ARGUMENT", "/username", "/password", "/phone"]);
  const value = {
    reason: "INVALID_ARGUMENT",
    violations: [{ pointer: "/password", reason: "TOO_COMMON", message: "is too common" }],
  };
  const refusal = new ConnectError("no", Code.InvalidArgument, undefined, [
    { desc: ErrorDetailSchema, value },
  ]);
  using strict = accountShop(refusal);
  const wish = send("POST", { username: "alice", password: "password" });
  assert.deepEqual(await refusalOf(strict, "/v1/user/register", wish), [
    ...[422, "INVALID_ARGUMENT", "/password"],
  ]);
});

Deno.test("POST /v1/user/logout needs no access token", async () => {
  using shop = accountShop();
  const init = send("POST", { refresh_token: "r", all_devices: true });
  const response = await shop.request("/v1/user/logout", init);
  assert.deepEqual([response.status, await response.text()], [204, ""]);
  assert.deepEqual(shop.asked, [{ refreshToken: "r", allDevices: true }]);
});

Deno.test("the own account is the caller's, whatever the request names", async () => {
  using shop = accountShop();
  const path = "/v1/user/info";
  const mine = await shop.request(`${path}?uid=7`, as(7n));
  assert.deepEqual([mine.status, await mine.json()], [200, userJson]);
  assert.deepEqual(await refusalOf(shop, `${path}?uid=8`, as(7n, "admin")), [
    403,
    "NOT_YOUR_ACCOUNT",
  ]);
  const nobody = await shop.request(path);
  await nobody.body?.cancel();
  assert.deepEqual([nobody.status, nobody.headers.get("www-authenticate")], [401, "Bearer"]);
  const basic = { headers: { authorization: "Basic YTpi" } };
  assert.deepEqual(await refusalOf(shop, path, basic), [401, "UNAUTHENTICATED"]);
  const service = { headers: { authorization: "Bearer order" } };
  assert.deepEqual(await refusalOf(shop, path, service), [403, "NOT_A_PERSON"]);
  const smuggled = { name: "A", user_id: 8, roles: ["admin"], is_admin: true, version: 9 };
  const patch = await shop.request(path, send("PATCH", smuggled, as(7n).headers));
  await patch.body?.cancel();
  assert.deepEqual(shop.asked, [{ userId: 7 }, { userId: 7, name: "A" }]);
});

Deno.test("POST /v1/user/address points at its own members", async () => {
  const address = {
    name: "A",
    phone: "12345",
    province: "P",
    city: "C",
    detail: "D",
    id: 99,
    user_id: 8,
  };
  using shop = accountShop();
  const response = await shop.request("/v1/user/address", send("POST", address, as(7n).headers));
  const { id, post_code, is_default } = await response.json();
  assert.deepEqual([response.status, id, post_code, is_default], [201, 4, "", false]);
  const value = {
    reason: "INVALID_ARGUMENT",
    violations: [{ pointer: "/address/phone", reason: "MALFORMED", message: "is no number" }],
  };
  const refusal = new ConnectError("no", Code.InvalidArgument, undefined, [
    { desc: ErrorDetailSchema, value },
  ]);
  using strict = accountShop(refusal);
  assert.deepEqual(
    await refusalOf(strict, "/v1/user/address", send("POST", address, as(7n).headers)),
    [422, "INVALID_ARGUMENT", "/phone"],
  );
});

Deno.test("GET /v1/user/collection/list shows products, and pages by the favourites", async () => {
  using shop = accountShop();
  const response = await shop.request("/v1/user/collection/list", as(7n));
  const { products, ...page } = await response.json();
  assert.deepEqual(
    products.map((one: { id: number; favourite_time: number }) => [one.id, one.favourite_time]),
    [[3, 30]],
  );
  assert.deepEqual(page, { is_end: false, favourite_time: 20, last_id: 2 });
});

Deno.test("/.well-known/jwks.json may be kept for five minutes", async () => {
  using shop = accountShop();
  const response = await shop.request("/.well-known/jwks.json");
  assert.equal(response.headers.get("cache-control"), "public, max-age=300");
  assert.deepEqual(await response.json(), {
    keys: [{ kid: "k", kty: "OKP", crv: "Ed25519", alg: "EdDSA", use: "sig", x: "x" }],
  });
});

Deno.test("every operation declares who may call it, and wants a token accordingly", async () => {
  using shop = accountShop();
  const document = await (await shop.request("/openapi.json")).json();
  assert.equal(document.components.securitySchemes.bearer.scheme, "bearer");
  for (const [path, operations] of Object.entries<Record<string, never>>(document.paths)) {
    for (const [method, operation] of Object.entries<Record<string, unknown>>(operations)) {
      const { caller, stranger } = operation["x-access"] as Record<string, string>;
      // A route for persons and guests is open, and yet somebody's.
      const isForGuests = caller === "anybody" && stranger === "denied";
      const isForPersons = caller === "person" || isForGuests;
      const security = [
        ...(isForPersons ? [{ bearer: [] }] : []),
        ...(isForGuests ? [{ guest: [] }] : []),
      ];
      assert.deepEqual([path, method, operation["security"]], [path, method, security]);
      if (!isForPersons) continue;
      const target = path.replaceAll(/\{\w+\}/g, "1");
      assert.deepEqual(
        [path, method, ...await refusalOf(shop, target, { method: method.toUpperCase() })],
        [path, method, 401, "UNAUTHENTICATED"],
      );
    }
  }
});
