/** Sessions that were ended early, as long as access tokens of theirs may be about. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Logger } from "../log.ts";

export interface RevokedSession {
  readonly sessionId: string;
  /** In Unix milliseconds. */
  readonly revokeTime: bigint;
  /** When its last access token has expired, in Unix milliseconds. */
  readonly forgetTime: bigint;
}

export interface RevokedPage {
  readonly sessions: readonly RevokedSession[];
  readonly isEnd: boolean;
  readonly revokeTime: bigint;
  readonly lastId: string;
}

export interface RevokedSessionsOptions {
  /** Sessions that were ended after the cursor, oldest first. */
  readonly load: (after: { cursor: bigint; lastId: string }) => Promise<RevokedPage>;
  readonly log: Logger;
  /** Between two questions, in milliseconds: the longest that an ended session may go on. */
  readonly pollMs?: number;
}

export interface RevokedSessions extends AsyncDisposable {
  has(sessionId: string): boolean;
  /** Heard of one sooner than by asking. */
  add(session: Pick<RevokedSession, "sessionId" | "forgetTime">): void;
}

/** Pages of 1,000: more sessions ended within 15 minutes than a million are not remembered. */
const pagesMax = 1_000;
/** A transaction that began earlier may commit later: so far back is asked again. */
const overlapMs = 60_000n;

/**
 * Asks at once and every `pollMs` what was ended; events make it quicker. While the issuer cannot
 * be asked, what is known holds.
 */
export function createRevokedSessions(options: RevokedSessionsOptions): RevokedSessions {
  const { load, log, pollMs = 30_000 } = options;
  const forgetAt = new Map<string, number>();
  const stopped = new AbortController();
  let readTo = 0n;

  function add({ sessionId, forgetTime }: Pick<RevokedSession, "sessionId" | "forgetTime">): void {
    forgetAt.set(sessionId, Number(forgetTime));
  }
  async function read(): Promise<void> {
    let after = { cursor: readTo > overlapMs ? readTo - overlapMs : 0n, lastId: "" };
    for (let pages = 0; pages < pagesMax; pages++) {
      const page = await load(after);
      page.sessions.forEach(add);
      if (page.revokeTime > readTo) readTo = page.revokeTime;
      if (page.isEnd) return;
      after = { cursor: page.revokeTime, lastId: page.lastId };
    }
  }
  function forgetOld(): void {
    const now = Date.now();
    for (const [id, forgetMs] of forgetAt) if (forgetMs < now) forgetAt.delete(id);
  }
  async function poll(): Promise<void> {
    let wasAway = false;
    while (!stopped.signal.aborted) {
      try {
        await read();
        wasAway = false;
      } catch (error) {
        if (!wasAway) log.warn("ended sessions cannot be asked for", { error });
        wasAway = true;
      }
      forgetOld();
      const pauseMs = wasAway ? Math.min(pollMs, 2_000) : pollMs;
      await sleep(pauseMs, undefined, { signal: stopped.signal }).catch(() => {});
    }
  }
  const polling = poll();
  return {
    has: (sessionId) => forgetAt.has(sessionId),
    add,
    async [Symbol.asyncDispose]() {
      stopped.abort();
      await polling;
    },
  };
}
