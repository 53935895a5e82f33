/** What everybody may see of the authors of comments. */
import { LRUCache } from "lru-cache";
import type { Logger } from "../../shared/log.ts";
import { type Call, onBehalfOf } from "../../shared/rpc/call.ts";
import type { Clients } from "../clients.ts";
import { hurried } from "./hurried.ts";

export interface Profile {
  readonly name: string;
  /** The URL of a picture, may be empty. */
  readonly avatar: string;
}

export interface Profiles {
  /**
   * The profiles of these users, 200 at most, asked for in one call as far as they are not known
   * yet. Never rejects: while the user service is away, those that are not known are nameless.
   */
  of(userIds: readonly bigint[], call: Call): Promise<ReadonlyMap<bigint, Profile>>;
}

/** Of an author who is unknown, erased, or cannot be asked for. */
export const nameless: Profile = { name: "", avatar: "" };

export interface ProfilesOptions {
  readonly users: Clients["users"];
  readonly log: Logger;
  /** Profiles kept at most. */
  readonly max?: number;
  /** How old a kept profile may get, in milliseconds. */
  readonly ttlMs?: number;
  /** A monotonic clock in milliseconds. */
  readonly now?: () => number;
}

/** A page of comments is worth more than its authors' names: they get so much of its time. */
const share = 1 / 2;

/** Knows nobody yet. */
export function createProfiles(options: ProfilesOptions): Profiles {
  const { users, log, max = 10_000, ttlMs = 60_000, now = () => performance.now() } = options;
  const kept = new LRUCache<bigint, Profile>({ max, ttl: ttlMs, ttlResolution: 0, perf: { now } });

  /** Asks for all of them together, and remembers also who is unknown. */
  async function ask(userIds: bigint[], call: Call): Promise<[bigint, Profile][]> {
    const answer = await users.batchGetUsers({ userIds }, onBehalfOf(hurried(call, share)));
    const found = new Map(answer.users.map(({ id, name, avatar }) => [id, { name, avatar }]));
    return userIds.map((id) => {
      const profile = found.get(id) ?? nameless;
      kept.set(id, profile);
      return [id, profile];
    });
  }
  async function askOrDoWithout(userIds: bigint[], call: Call): Promise<[bigint, Profile][]> {
    if (userIds.length === 0) return [];
    try {
      return await ask(userIds, call);
    } catch (error) {
      log.warn("comments without authors", { request_id: call.requestId, error });
      return userIds.map((id) => [id, nameless]);
    }
  }
  return {
    async of(userIds, call) {
      const profiles = new Map<bigint, Profile>();
      const missing = new Set<bigint>();
      for (const id of userIds) {
        const profile = kept.get(id);
        if (profile === undefined) missing.add(id);
        else profiles.set(id, profile);
      }
      for (const [id, profile] of await askOrDoWithout([...missing], call)) {
        profiles.set(id, profile);
      }
      return profiles;
    },
  };
}
