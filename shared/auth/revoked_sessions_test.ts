import assert from "node:assert/strict";
import { eventually } from "../../tests/support/eventually.ts";
import { createLogger } from "../log.ts";
import { createRevokedSessions, type RevokedSession } from "./revoked_sessions.ts";

const log = createLogger({ write: () => {} });

function ended(n: number, forgetMs = Date.now() + 60_000): RevokedSession {
  return { sessionId: `s${n}`, revokeTime: BigInt(n), forgetTime: BigInt(forgetMs) };
}

/** An issuer that answers two sessions a page. */
function issuerOf(sessions: readonly RevokedSession[], state = { away: false, asked: 0 }) {
  return {
    state,
    load({ cursor, lastId }: { cursor: bigint; lastId: string }) {
      state.asked++;
      if (state.away) return Promise.reject(new Error("away"));
      const rest = sessions.filter(({ revokeTime, sessionId }) => {
        return revokeTime > cursor ||
          (revokeTime === cursor && lastId !== "" && sessionId > lastId);
      });
      const page = rest.slice(0, 2);
      const last = page.at(-1);
      return Promise.resolve({
        sessions: page,
        isEnd: rest.length <= 2,
        revokeTime: last?.revokeTime ?? 0n,
        lastId: last?.sessionId ?? "",
      });
    },
  };
}

Deno.test("createRevokedSessions() reads every page at its start", async () => {
  const issuer = issuerOf([1, 2, 3, 4, 5].map((n) => ended(n)));
  await using revoked = createRevokedSessions({ load: issuer.load, log });
  await eventually("all read", () => revoked.has("s5"));
  assert.deepEqual(["s1", "s3", "s6"].map((id) => revoked.has(id)), [true, true, false]);
});

Deno.test("createRevokedSessions() asks again, and sooner after a failure", async () => {
  const sessions = [ended(1)];
  const issuer = issuerOf(sessions, { away: true, asked: 0 });
  await using revoked = createRevokedSessions({ load: issuer.load, log, pollMs: 10 });
  await eventually("it asked", () => issuer.state.asked > 1);
  assert.equal(revoked.has("s1"), false);
  issuer.state.away = false;
  await eventually("it knows", () => revoked.has("s1"));
  sessions.push(ended(2));
  await eventually("it knows the next", () => revoked.has("s2"));
});

Deno.test("createRevokedSessions() hears of one before it asks, and forgets what is over", async () => {
  const issuer = issuerOf([]);
  await using revoked = createRevokedSessions({ load: issuer.load, log, pollMs: 10 });
  revoked.add(ended(1));
  assert.equal(revoked.has("s1"), true);
  revoked.add(ended(2, Date.now() - 1));
  await eventually("it forgot", () => !revoked.has("s2"));
  assert.equal(revoked.has("s1"), true);
});
