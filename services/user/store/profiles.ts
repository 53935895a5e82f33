/** The SQL of what everybody may see of accounts. */
import type { Sql } from "../../../shared/postgres/pool.ts";
import { accountStatus } from "./account_rows.ts";
import { type Profile, shownName } from "../profile.ts";

export interface ProfileStore {
  /** The profiles of these accounts, disabled ones too but not erased ones, in no order. One query. */
  batchGetProfiles(ids: readonly bigint[]): Promise<Profile[]>;
}

/** Creates the store on the user service's own database. */
export function createProfileStore(sql: Sql): ProfileStore {
  return {
    async batchGetProfiles(ids) {
      const rows = await sql<ProfileRow[]>`
        SELECT id, username, name, avatar, version FROM users
        WHERE id = ANY (${ids.map(String)}::bigint[]) AND status <> ${accountStatus.erased}`;
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
