/** The public keys of access tokens, as a process keeps them. */
import type { Logger } from "../log.ts";
import { importPublicJwk, type VerifyKey } from "./jwt.ts";
import type { PublicJwk } from "./signing_key.ts";

export interface IssuerKeysOptions {
  /** Asks the issuer. */
  readonly load: () => Promise<readonly PublicJwk[]>;
  readonly log: Logger;
  /** How old the keys may be before they are asked for again, in milliseconds. */
  readonly ageMaxMs?: number;
  /** An unknown key's id asks again, at most this often, in milliseconds. */
  readonly pauseMs?: number;
  readonly nowMs?: () => number;
}

export interface IssuerKeys {
  /**
   * The key of that id; undefined if the issuer does not know it. Rejects with what `load` threw
   * while no key has ever been loaded.
   */
  find(kid: string): Promise<VerifyKey | undefined>;
}

/** As many as a JWKS has. */
const keysMax = 10;

/**
 * Keys are loaded when first needed, anew when they are old or when a token names one that is not
 * there: a new key is known as soon as a token is signed with it, and made-up ids cost the issuer
 * one question a pause. While the issuer is away the old keys hold.
 */
export function createIssuerKeys(options: IssuerKeysOptions): IssuerKeys {
  const { load, log, ageMaxMs = 300_000, pauseMs = 5_000, nowMs = () => performance.now() } =
    options;
  let keys: ReadonlyMap<string, VerifyKey> | undefined;
  let askedMs = -Infinity;
  let flight: Promise<void> | undefined;

  async function ask(): Promise<void> {
    askedMs = nowMs();
    const jwks = (await load()).slice(0, keysMax);
    keys = new Map(
      await Promise.all(jwks.map(async (jwk) => [jwk.kid, await importPublicJwk(jwk)] as const)),
    );
  }
  function refresh(): Promise<void> {
    return flight ??= ask().finally(() => flight = undefined);
  }
  async function refreshIfPossible(): Promise<void> {
    await refresh().catch((error) => log.warn("the keys of access tokens stay old", { error }));
  }
  return {
    async find(kid) {
      if (keys === undefined) await refresh();
      const ageMs = nowMs() - askedMs;
      const known = keys?.get(kid);
      if (known !== undefined) {
        if (ageMs > ageMaxMs) refreshIfPossible();
        return known;
      }
      if (ageMs > pauseMs) await refreshIfPossible();
      return keys?.get(kid);
    },
  };
}
