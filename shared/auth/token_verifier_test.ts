import assert from "node:assert/strict";
import { createLogger } from "../log.ts";
import type { Principal } from "../rpc/principal.ts";
import { createAccessTokenIssuer } from "./access_token.ts";
import type { AuthConfig } from "./config.ts";
import { createIssuerKeys } from "./issuer_keys.ts";
import { createServiceIdentity } from "./service_token.ts";
import {
  newSigningKey,
  parseSigningKey,
  type PublicJwk,
  publicJwkOf,
  type SigningKey,
} from "./signing_key.ts";
import { createTokenVerifier } from "./token_verifier.ts";

const log = createLogger({ write: () => {} });
const audience = { issuer: "mall", audience: "mall" };
const person = { userId: 7n, roles: ["user", "operator"], sessionId: "session 7" } as const;

async function newKey(): Promise<SigningKey> {
  const key = parseSigningKey((await newSigningKey()).pkcs8);
  assert.ok(key);
  return key;
}

/** A verifier of the order service, which knows `jwks`, and how often it asked for them. */
async function openVerifier(jwks: () => readonly PublicJwk[]) {
  const bff = await newKey();
  const config: AuthConfig = {
    ...audience,
    serviceKey: await newKey(),
    serviceKeys: new Map([["bff", [bff.publicJwk]]]),
  };
  const state = { asked: 0, nowMs: 0, now: Date.now(), revoked: new Set<string>() };
  const keys = createIssuerKeys({
    load() {
      state.asked++;
      return Promise.resolve(jwks());
    },
    log,
    nowMs: () => state.nowMs,
  });
  const verify = createTokenVerifier({
    name: "order",
    config,
    keys,
    revoked: { has: (id) => state.revoked.has(id) },
    keptMax: 3,
    now: () => state.now,
  });
  const reasonOf = async (token: string) => {
    return await verify(token).then(() => "", ({ reason }) => String(reason));
  };
  return { verify, reasonOf, state, bff };
}

Deno.test("a person's token proves who they are, and is proved once", async () => {
  const key = await newKey();
  const { verify, state } = await openVerifier(() => [key.publicJwk]);
  const token = await createAccessTokenIssuer([key], audience).issue(person);
  const expected: Principal = { kind: "user", ...person };
  const first = await verify(token);
  assert.deepEqual(first, expected);
  // The same object: nothing was proved again.
  assert.equal(await verify(token), first);
  assert.equal(state.asked, 1);
});

Deno.test("a token ends by the clock, and with its session, also once it was proved", async () => {
  const key = await newKey();
  const { reasonOf, state } = await openVerifier(() => [key.publicJwk]);
  const token = await createAccessTokenIssuer([key], audience).issue(person);
  assert.equal(await reasonOf(token), "");
  state.revoked.add(person.sessionId);
  assert.equal(await reasonOf(token), "SESSION_ENDED");
  state.revoked.clear();
  state.now += 929_000;
  assert.equal(await reasonOf(token), "");
  state.now += 2_000;
  assert.equal(await reasonOf(token), "TOKEN_EXPIRED");
});

Deno.test("keys rotate with an overlap: nobody has to log in again", async () => {
  const [old, next] = [await newKey(), await newKey()];
  let jwks = [old.publicJwk];
  const { reasonOf, state } = await openVerifier(() => jwks);
  const before = await createAccessTokenIssuer([old, next], audience).issue(person);
  assert.equal(await reasonOf(before), "");
  // The next key is published, signs, and the old one goes once its tokens have expired.
  jwks = [next.publicJwk, old.publicJwk];
  state.nowMs += 6_000;
  const after = await createAccessTokenIssuer([next, old], audience).issue(person);
  assert.deepEqual([await reasonOf(after), await reasonOf(before)], ["", ""]);
  jwks = [next.publicJwk];
  state.nowMs += 301_000;
  const late = await createAccessTokenIssuer([next], audience).issue({ ...person, userId: 8n });
  assert.equal(await reasonOf(late), "");
  const forgotten = await createAccessTokenIssuer([old], audience).issue({ ...person, userId: 9n });
  state.nowMs += 6_000;
  assert.equal(await reasonOf(forgotten), "TOKEN_INVALID");
});

Deno.test("invented key ids cost the issuer one question a pause", async () => {
  const key = await newKey();
  const { reasonOf, state } = await openVerifier(() => [key.publicJwk]);
  state.nowMs = 10_000;
  for (let n = 0; n < 50; n++) {
    const token = await createAccessTokenIssuer([await newKey()], audience).issue(person);
    assert.equal(await reasonOf(token), "TOKEN_INVALID");
  }
  assert.equal(state.asked, 1);
});

Deno.test("an issuer that is away is not the caller's fault, and the keys that are known hold", async () => {
  const key = await newKey();
  let away = true;
  const { reasonOf, state } = await openVerifier(() => {
    if (away) throw Object.assign(new Error("away"), { reason: "USER_UNAVAILABLE" });
    return [key.publicJwk];
  });
  const issuer = createAccessTokenIssuer([key], audience);
  const token = await issuer.issue(person);
  assert.equal(await reasonOf(token), "USER_UNAVAILABLE");
  away = false;
  assert.equal(await reasonOf(token), "");
  away = true;
  state.nowMs += 3_600_000;
  assert.equal(await reasonOf(await issuer.issue({ ...person, userId: 8n })), "");
});

Deno.test("a service's token is for one service, by the one that it names", async () => {
  const { verify, reasonOf, bff } = await openVerifier(() => []);
  const identity = createServiceIdentity("bff", { serviceKey: bff });
  const token = await identity.tokenFor("order");
  assert.deepEqual(await verify(token), { kind: "service", name: "bff" });
  assert.equal(await identity.tokenFor("order"), token);
  const others = [
    await identity.tokenFor("user"),
    await createServiceIdentity("pay", { serviceKey: bff }).tokenFor("order"),
    await createServiceIdentity("bff", { serviceKey: await newKey() }).tokenFor("order"),
  ];
  for (const other of others) assert.equal(await reasonOf(other), "TOKEN_INVALID");
});

Deno.test("publicJwkOf() names a key by its thumbprint (RFC 8037, appendix A.3)", () => {
  const { kid } = publicJwkOf("11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo");
  assert.equal(kid, "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
});

Deno.test("parseSigningKey() takes Ed25519 in PKCS#8 and nothing else", async () => {
  const { pkcs8, publicKey } = await newSigningKey();
  assert.equal(parseSigningKey(pkcs8)?.publicJwk.x, publicKey);
  const pair = await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, true, [
    "sign",
    "verify",
  ]);
  const other = btoa(
    String.fromCharCode(...new Uint8Array(await crypto.subtle.exportKey("pkcs8", pair.privateKey))),
  );
  for (const text of ["", "secret", pkcs8.slice(4), other]) {
    assert.equal(parseSigningKey(text), undefined);
  }
});
