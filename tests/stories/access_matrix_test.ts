/**
 * Every rpc of every service and every route of the BFF, with every kind of caller. What must come
 * out is declared beside the rpc (`access.v1` in its proto) and beside the route (`x-access`).
 */
import { type DescMethod, type DescService, getOption } from "@bufbuild/protobuf";
import assert from "node:assert/strict";
import {
  Caller,
  caller,
  operators_too,
  Stranger,
  stranger,
} from "../../proto/gen/access/v1/access_pb.ts";
import { repositoryRoot } from "../../tools/buf.ts";
import { type Mall, type ServiceName, serviceNames, startMall } from "../support/mall.ts";
import {
  bodyJson,
  type BodySchema,
  type NamedValues,
  requestJson,
} from "../support/named_values.ts";
import { insertOrders, testOrderId } from "../support/order_rows.ts";
import { insertProducts } from "../support/product_rows.ts";

const ownerId = 123n;

/** The cart of whoever shows no token. */
const guestId = "guest-of-the-access-matrix";
/** A payment of the owner's. */
const paymentId = testOrderId(2);

/** What became of a call, as far as access goes. */
type Outcome = "let in" | "unauthenticated" | "denied" | "not found" | "not built";

const unauthenticated = ["UNAUTHENTICATED", "TOKEN_INVALID", "TOKEN_EXPIRED", "SESSION_ENDED"];
const denied = ["ROLE_REQUIRED", "SERVICES_ONLY", "NOT_A_PERSON", "NOT_YOUR_ACCOUNT"];

function outcomeOf(reason: string, code: string): Outcome {
  if (unauthenticated.includes(reason)) return "unauthenticated";
  if (denied.includes(reason)) return "denied";
  if (code === "not_found" || code === "404") return "not found";
  return code === "unimplemented" || code === "501" ? "not built" : "let in";
}

/** Callers by what they are; those of `bad` prove nothing. */
interface Callers {
  readonly owner: string;
  readonly stranger: string;
  readonly operator: string;
  readonly admin: string;
  readonly bad: Readonly<Record<string, string>>;
}

async function createCallers({ tokens }: Mall): Promise<Callers> {
  return {
    owner: await tokens.person(ownerId),
    stranger: await tokens.person(124n),
    operator: await tokens.person(125n, "operator"),
    admin: await tokens.person(126n, "operator", "admin"),
    bad: await tokens.bad(ownerId),
  };
}

/** All services of proto/gen, from the files themselves: a new one cannot be forgotten. */
async function allServices(): Promise<readonly DescService[]> {
  const services: DescService[] = [];
  for (const folder of Deno.readDirSync(`${repositoryRoot}/proto/gen`)) {
    const path = `${repositoryRoot}/proto/gen/${folder.name}/v1`;
    for (const { name } of Deno.readDirSync(path)) {
      const exports: Record<string, unknown> = await import(`file://${path}/${name}`);
      services.push(...Object.values(exports).filter(isService));
    }
  }
  return services;
}

function isService(value: unknown): value is DescService {
  return typeof value === "object" && value !== null && "kind" in value &&
    value.kind === "service";
}

/** Where a service is served: `ops.v1` by all. */
function placesOf({ typeName }: DescService): readonly ServiceName[] {
  const owner = typeName.split(".")[0];
  return serviceNames.filter((name) => owner === "ops" || name === owner);
}

/** Things of the owner, in both spellings of their names. */
async function ownThings(mall: Mall): Promise<NamedValues> {
  const { sql } = mall;
  await sql.user`
    INSERT INTO users (id, username, username_key, password_hash)
    SELECT n, 'user' || n, 'user' || n, '' FROM generate_series(123, 126) AS n`;
  const [address] = await sql.user<{ id: bigint }[]>`
    INSERT INTO address (user_id, name, phone, province, city, detail)
    VALUES (${ownerId}, 'n', '13800138000', 'p', 'c', 'd') RETURNING id`;
  const sessionId = crypto.randomUUID();
  await sql.user`
    INSERT INTO session (id, user_id, expire_time)
    VALUES (${sessionId}, ${ownerId}, now() + interval '1 day')`;
  await insertProducts(sql.product, [{ id: 1n }]);
  await insertOrders(sql.order, [{ id: testOrderId(1), status: 50, productIds: [1n] }]);
  await sql.pay`
    INSERT INTO payment (id, order_id, user_id, platform, amount_fen)
    VALUES (${paymentId}, ${testOrderId(1)}, ${ownerId}, 9, 1999)`;
  const addressId = Number(address?.id ?? 0n);
  const fields = {
    name: "somebody",
    phone: "13800138000",
    province: "p",
    city: "c",
    district: "",
    detail: "d",
    post_code: "",
  };
  return {
    ...fields,
    address: { id: addressId, ...fields },
    address_id: addressId,
    id: addressId,
    user_id: Number(ownerId),
    uid: String(ownerId),
    session_id: sessionId,
    order_id: testOrderId(1),
    payment_id: paymentId,
    order_ids: [testOrderId(1)],
    items: [{ product_id: 1, quantity: 1 }],
    idempotency_key: "matrix",
    platform: 9,
    return_url: "",
    product_id: 1,
    rating: 5,
    content: "fine",
    username: "nobody",
    new_password: "a new password",
    all: false,
    last_id: "",
    cursor: 0,
    status: 50,
    guest_id: "",
  };
}

/** A cursor's last_id is a number in some requests. */
function valuesFor(method: DescMethod, values: NamedValues): NamedValues {
  const lastId = method.input.fields.find(({ name }) => name === "last_id");
  const isText = lastId?.fieldKind === "scalar" && lastId.scalar === 9;
  return { ...values, last_id: isText ? "" : 0 };
}

/** Who is no person has a cart by a guest's id alone. */
function asGuest(method: DescMethod, values: NamedValues): NamedValues {
  const isForGuests = getOption(method, caller) === Caller.ANYBODY &&
    method.input.fields.some(({ name }) => name === "guest_id");
  return isForGuests ? { ...values, user_id: 0, guest_id: guestId } : values;
}

async function askRpc(
  base: string,
  method: DescMethod,
  values: NamedValues,
  token: string | undefined,
): Promise<Outcome> {
  const response = await fetch(`${base}/${method.parent.typeName}/${method.name}`, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify(requestJson(method.input, valuesFor(method, values))),
  });
  const { code = "", details = [] } = await response.json();
  return outcomeOf(details[0]?.debug?.reason ?? "", code);
}

/** What a person gets who names what is the owner's. */
const strangerOutcome: Readonly<Record<Stranger, Outcome>> = {
  [Stranger.UNSPECIFIED]: "let in",
  [Stranger.NOT_FOUND]: "not found",
  [Stranger.DENIED]: "denied",
  [Stranger.UNHEARD]: "let in",
};

interface Expected {
  readonly none: Outcome;
  readonly owner: Outcome;
  readonly stranger: Outcome;
  readonly operator: Outcome;
  readonly admin: Outcome;
  readonly service: Outcome;
}

function expectedOf(method: DescMethod): Expected {
  const other = strangerOutcome[getOption(method, stranger)];
  const nobody: Expected = {
    none: "unauthenticated",
    owner: "denied",
    stranger: "denied",
    operator: "denied",
    admin: "denied",
    service: "denied",
  };
  const overseer = getOption(method, operators_too) ? "let in" : other;
  const others = { stranger: other, operator: overseer, admin: overseer };
  switch (getOption(method, caller)) {
    case Caller.ANYBODY:
      return { none: "let in", owner: "let in", ...others, service: "let in" };
    case Caller.PERSON:
      return { ...nobody, owner: "let in", ...others };
    case Caller.OPERATOR:
      return { ...nobody, operator: "let in", admin: "let in" };
    case Caller.ADMIN:
      return { ...nobody, admin: "let in" };
    case Caller.SERVICE:
      return { ...nobody, service: "let in" };
    default:
      return nobody;
  }
}

/** What changes or ends the owner's things comes last. */
function dangerOf(method: DescMethod): number {
  const byName = /^(Clear|Delete|Revoke|Disable|Update|Logout)/.test(method.name) ? 1 : 0;
  return byName + 2 * getOption(method, caller);
}

/** Expected and met, or not built: then who may call is enforced all the same, ownership not yet. */
function isMet(met: Outcome, expected: Outcome, who: string): boolean {
  if (met === expected) return true;
  if (met === "not built") {
    return expected === "let in" || expected === "not found" || who !== "none";
  }
  // A made-up thing that belongs to nobody is found by nobody.
  return expected === "let in" && met === "not found" && who !== "owner";
}

Deno.test("the access matrix of all rpcs", async (t) => {
  await using mall = await startMall();
  const values = await ownThings(mall);
  const callers = await createCallers(mall);
  const methods = (await allServices()).flatMap((service) => service.methods)
    .toSorted((a, b) => dangerOf(a) - dangerOf(b));
  assert.ok(methods.length > 90, `${methods.length} rpcs`);

  await t.step("every rpc declares who may call it", () => {
    const undeclared = methods.filter((method) => getOption(method, caller) === Caller.UNSPECIFIED);
    assert.deepEqual(undeclared.map(String), []);
  });

  await t.step("every rpc lets in who is declared, and nobody else", async () => {
    const wrong: string[] = [];
    for (const method of methods) {
      const expected = expectedOf(method);
      for (const place of placesOf(method.parent)) {
        const { url } = mall.services[place];
        const namesOwner = method.input.fields.some(({ name }) => name === "user_id");
        const isDeep = namesOwner && getOption(method, stranger) === Stranger.NOT_FOUND;
        // What is behind the account's number is seen by who names the own one.
        const deep = isDeep ? { ...values, user_id: 0 } : values;
        const ask = (token: string) => askRpc(url, method, deep, token);
        const askAsGuest = (token?: string) => {
          return askRpc(url, method, asGuest(method, deep), token);
        };
        const check = (who: string, met: Outcome, wanted: Outcome) => {
          if (isMet(met, wanted, who)) return;
          wrong.push(
            `${method.parent.typeName}/${method.name} at ${place}, ${who}: ${met}, not ${wanted}`,
          );
        };
        check("none", await askAsGuest(), expected.none);
        for (const [what, token] of Object.entries(callers.bad)) {
          check(what, await ask(token), "unauthenticated");
        }
        const elsewhere = place === "order" ? "user" : "order";
        check(
          "a service's token for another",
          await ask(await mall.tokens.service("bff", elsewhere)),
          "unauthenticated",
        );
        for (const who of ["stranger", "operator", "admin", "owner"] as const) {
          check(who, await ask(callers[who]), expected[who]);
        }
        const service = await mall.tokens.service("bff", place);
        check("service", await askAsGuest(service), expected.service);
        if (isDeep) {
          const met = await askRpc(url, method, values, callers.stranger);
          check("stranger who names the owner", met, "denied");
        }
      }
    }
    assert.deepEqual(wrong, []);
  });

  await t.step("no stranger has touched what is the owner's", async () => {
    const changes = await mall.sql.user`
      SELECT name, deleted FROM address WHERE user_id = ${ownerId} AND name <> 'somebody'`;
    assert.ok(changes.every(({ name }) => name === "n"), JSON.stringify(changes));
  });

  await t.step("the services' own tokens prove themselves only", async () => {
    const listed = "user.v1.UserInternalService/ListRevokedSessions";
    const token = await mall.tokens.service("bff", "user");
    const [head = "", claims = ""] = token.split(".");
    const order = (await mall.tokens.service("order", "user")).split(".");
    for (const forged of [`${head}.${claims}.${order[2]}`, `${order[0]}.${claims}.${order[2]}`]) {
      const response = await fetch(`${mall.services.user.url}/${listed}`, {
        method: "POST",
        headers: { "content-type": "application/json", authorization: `Bearer ${forged}` },
        body: "{}",
      });
      assert.equal((await response.json()).code, "unauthenticated");
    }
  });
});

interface Operation {
  readonly "x-access": {
    readonly caller: "anybody" | "person";
    readonly stranger?: string;
    readonly operatorsToo?: boolean;
  };
  readonly security: readonly Readonly<Record<string, unknown>>[];
  readonly parameters?: readonly { readonly name: string; readonly in: string }[];
  readonly requestBody?: {
    readonly content: { readonly "application/json": { readonly schema: BodySchema } };
  };
}

interface Route {
  readonly method: string;
  readonly path: string;
  readonly operation: Operation;
}

/** Open to all, and yet somebody's. */
function isForGuests({ security }: Operation): boolean {
  return security.some((way) => Object.hasOwn(way, "guest"));
}

async function askRoute(
  base: string,
  { method, path, operation }: Route,
  { components, values }: { components: Record<string, BodySchema>; values: NamedValues },
  token: string | undefined,
  namesOwner = true,
): Promise<Outcome> {
  const ids = path.startsWith("/v1/order/")
    ? { ...values, id: values["order_id"] }
    : path.startsWith("/v1/pay/")
    ? { ...values, id: values["payment_id"] }
    : values;
  const target = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => String(ids[name] ?? 1));
  const named = operation.parameters?.filter((one) => one.in === "query" && one.name === "uid");
  const isGuest = token === undefined && isForGuests(operation);
  const query = named?.length && namesOwner && !isGuest ? `?uid=${ownerId}` : "";
  const schema = operation.requestBody?.content["application/json"].schema;
  const body = schema && JSON.stringify(bodyJson(schema, components, values));
  const response = await fetch(`${base}${target}${query}`, {
    method: method.toUpperCase(),
    headers: {
      ...(body === undefined ? {} : { "content-type": "application/json" }),
      "idempotency-key": "matrix",
      ...(isGuest ? { "x-guest-id": guestId } : {}),
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    },
    ...(body === undefined ? {} : { body }),
  });
  const text = await response.text();
  const isProblem = response.headers.get("content-type") === "application/problem+json";
  return outcomeOf(isProblem ? JSON.parse(text).reason : "", String(response.status));
}

const strangerOfRoute: Readonly<Record<string, Outcome>> = {
  denied: "denied",
  not_found: "not found",
  unheard: "let in",
  undefined: "let in",
};

Deno.test("the access matrix of all routes", async (t) => {
  await using mall = await startMall();
  const values = await ownThings(mall);
  const callers = await createCallers(mall);
  const document = await (await fetch(`${mall.bff.url}/openapi.json`)).json();
  const { schemas: components } = document.components;
  const routes = Object.entries<Record<string, Operation>>(document.paths)
    .flatMap(([path, operations]) => {
      return Object.entries(operations).map(([method, operation]) => ({ method, path, operation }));
    })
    .toSorted((a, b) => Number(a.method === "delete") - Number(b.method === "delete"));

  await t.step("every route declares who may call it", () => {
    const undeclared = routes.filter(({ operation }) => operation["x-access"] === undefined);
    assert.deepEqual(undeclared.map(({ path }) => path), []);
  });

  await t.step("every route lets in who is declared, and nobody else", async () => {
    const wrong: string[] = [];
    for (const route of routes) {
      const access = route.operation["x-access"];
      const things = { components, values };
      const isDeep = access.stranger === "not_found";
      const ask = (token?: string) => askRoute(mall.bff.url, route, things, token, !isDeep);
      const check = (who: string, met: Outcome, wanted: Outcome) => {
        if (met === wanted || (wanted === "let in" && met === "not found" && who !== "owner")) {
          return;
        }
        wrong.push(`${route.method} ${route.path}, ${who}: ${met}, not ${wanted}`);
      };
      const isOpen = access.caller === "anybody";
      const isPublic = isOpen && !isForGuests(route.operation);
      const other = isPublic ? "let in" : strangerOfRoute[String(access.stranger)] ?? "denied";
      check("none", await ask(), isOpen ? "let in" : "unauthenticated");
      for (const [what, token] of Object.entries(callers.bad)) {
        check(what, await ask(token), isPublic ? "let in" : "unauthenticated");
      }
      for (const who of ["stranger", "operator", "admin"] as const) {
        const isOverseer = access.operatorsToo && who !== "stranger";
        check(who, await ask(callers[who]), isOverseer ? "let in" : other);
      }
      check("owner", await ask(callers.owner), "let in");
      const service = await mall.tokens.service("order", "bff");
      check("service", await ask(service), isPublic ? "let in" : "denied");
    }
    assert.deepEqual(wrong, []);
  });
});
