/** Accounts with their address books and favourites, as rows of the user service's tables. */
import { before, dayMs, hourMs, minuteMs } from "./anchor.ts";
import { avatarOf } from "./looks.ts";
import { buyerIds, demoUserId, nameOf, operatorId } from "./people.ts";
import type { DemoProduct } from "./products.ts";
import { createRandom } from "./random.ts";
import { phoneOf, receiverOf } from "./receivers.ts";
import type { AddressRow, FavouriteRow, UserRow, UserTables } from "./rows.ts";

/**
 * Ready-made, as 502 of them would take the better part of a minute: Argon2id of demo-password-123,
 * admin-password-123 and buyer-password-123 (19 MiB, 2 passes, 1 lane, a random salt each), made
 * once with the npm package hash-wasm. All buyers share one.
 */
const passwordHashes = {
  demo:
    "$argon2id$v=19$m=19456,t=2,p=1$vs153PrLt2fOpSa2ABJoEA$HSxp3JuFt4Fp/rbk6FmL+WfQzLHqf3Tgp/DZTnn37L0",
  admin:
    "$argon2id$v=19$m=19456,t=2,p=1$t7MggBkTX9l+LAplAx6Tgw$1KgwqHucAuU0aNth8JgMcIo/uBc0/CTemlVKdmvjMCM",
  buyer:
    "$argon2id$v=19$m=19456,t=2,p=1$heTiNy9FAvLkgY9K9ot5HQ$7CKV7CWXZkXzgvp54rke2BghoVQrM8jsWlTIyJ8339w",
} as const;

/** Everybody was there before the first product, so before any comment and order. */
const ageDays = { min: 731, max: 1_100 } as const;
const demoAddresses = 3;
/** More than a page of the demo user's favourites, four of them at each moment. */
const favouriteCount = 26;
const favouritesTogether = 4;

/** All three tables. */
export function userTables(products: readonly DemoProduct[], anchor: Date): UserTables {
  const users = userRows(anchor);
  return { users, address: addressRows(users), favourite: favouriteRows(products, anchor) };
}

function userRows(anchor: Date): UserRow[] {
  const buyers = Array.from({ length: buyerIds.last - buyerIds.first + 1 }, (_, index) => ({
    id: BigInt(buyerIds.first + index),
    username: `buyer${String(index + 1).padStart(3, "0")}`,
    password_hash: passwordHashes.buyer,
    roles: ["user"],
  }));
  const accounts: Pick<UserRow, "id" | "username" | "password_hash" | "roles">[] = [
    {
      id: operatorId,
      username: "admin",
      password_hash: passwordHashes.admin,
      roles: ["user", "operator", "admin"],
    },
    { id: demoUserId, username: "demo", password_hash: passwordHashes.demo, roles: ["user"] },
    ...buyers,
  ];
  return accounts.map((account) => {
    const random = createRandom(`user ${account.id}`);
    const registered = before(anchor, random.int(ageDays.min * dayMs, ageDays.max * dayMs));
    return {
      ...account,
      username_key: account.username,
      name: nameOf(account.id),
      avatar: avatarOf(account.id),
      phone: phoneOf(random),
      create_time: registered,
      update_time: registered,
    };
  });
}

/** Three for the demo user, one for each buyer, none for the operator; the first is the default. */
function addressRows(users: readonly UserRow[]): AddressRow[] {
  const entries = users.flatMap(({ id, create_time }) => {
    const count = id === operatorId ? 0 : id === demoUserId ? demoAddresses : 1;
    return Array.from({ length: count }, (_, index) => {
      const added = before(create_time, -(index * 40 * dayMs + 5 * minuteMs));
      const is_default = index === 0;
      const times = { create_time: added, update_time: added };
      return { user_id: id, ...receiverOf(id, index), is_default, ...times };
    });
  });
  return entries.map((entry, index) => ({ id: BigInt(index + 1), ...entry }));
}

/** Of the demo user, the newest first: some products have left the shelf since. */
function favouriteRows(products: readonly DemoProduct[], anchor: Date): FavouriteRow[] {
  const known = products.filter(({ createTime, status }) => {
    return status <= 2 && createTime < before(anchor, 60 * dayMs);
  });
  const chosen = createRandom("favourites").sample(known, favouriteCount);
  return chosen.map(({ id }, index) => ({
    user_id: demoUserId,
    product_id: id,
    create_time: before(anchor, 3 * hourMs + Math.floor(index / favouritesTogether) * 7 * dayMs),
  }));
}
