/** All SQL of the user service. */
import type { Sql } from "../../shared/postgres/pool.ts";
import { type Profile, shownName } from "./profile.ts";

export interface UserStore {
  /** The profiles of these accounts, disabled ones too, in no order. One query. */
  batchGetProfiles(ids: readonly bigint[]): Promise<Profile[]>;
}

/** Creates the store on the user service's own database. */
export function createUserStore(sql: Sql): UserStore {
  return {
    async batchGetProfiles(ids) {
      const rows = await sql<ProfileRow[]>`
        SELECT id, username, name, avatar, version FROM users
        WHERE id = ANY (${ids.map(String)}::bigint[])`;
      return rows.map(toProfile);
    },
  };
}

interface ProfileRow {
  readonly id: bigint;
  readonly username: string;
  readonly name: string;
  readonly avatar: string;
  readonly version: bigint;
}

function toProfile({ id, username, name, avatar, version }: ProfileRow): Profile {
  return { id, name: shownName({ name, username }), avatar, version };
}
