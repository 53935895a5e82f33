import assert from "node:assert/strict";
import { anchorOf } from "./anchor.ts";
import { demoData } from "./demo_data.ts";

const { user, product, order } = demoData(anchorOf(new Date(Date.UTC(2026, 5, 1))));
const users = new Map(user.users.map((row) => [row.id, row]));

Deno.test("there are the demo user, an operator and 500 buyers", () => {
  const special = [1n, 123n].map((id) => users.get(id));
  assert.deepEqual(special.map((row) => [row?.username, row?.roles]), [
    ["admin", ["user", "operator", "admin"]],
    ["demo", ["user"]],
  ]);
  const buyers = user.users.filter((row) => row.id >= 1001n);
  assert.deepEqual(
    buyers.map((row) => [row.id, row.username, row.roles]),
    Array.from({ length: 500 }, (_, n) => {
      return [BigInt(1001 + n), `buyer${String(n + 1).padStart(3, "0")}`, ["user"]];
    }),
  );
  assert.equal(user.users.length, 502);
});

Deno.test("users have names, faces and telephones within every limit", () => {
  const wrong = user.users.filter((row) =>
    row.name.length < 2 || row.name.length > 50 || row.avatar !== `/images/avatar/${row.id}.svg` ||
    !/^100\d{8}$/.test(row.phone)
  );
  assert.deepEqual(wrong, []);
  assert.equal(new Set(user.users.map((row) => row.phone)).size, user.users.length);
  const chinese = user.users.filter((row) => /^\p{Script=Han}+$/u.test(row.name)).length;
  assert.ok(chinese > 250 && chinese < 350, String(chinese));
});

Deno.test("passwords are Argon2id, one hash for each password", () => {
  const hashes = Map.groupBy(user.users, (row) => row.password_hash);
  assert.deepEqual([...hashes.values()].map((rows) => rows.length), [1, 1, 500]);
  const phc = /^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/;
  assert.deepEqual([...hashes.keys()].filter((hash) => !phc.test(hash)), []);
});

Deno.test("the demo user has three addresses, each buyer one, and each its one default", () => {
  const books = Map.groupBy(user.address, (row) => row.user_id);
  const sizes = [...books].map(([id, rows]) => [id, rows.length]);
  assert.deepEqual(sizes.filter(([, length]) => length !== 1), [[123n, 3]]);
  assert.equal(books.size, 501);
  for (const rows of books.values()) {
    assert.deepEqual(rows.map((row) => row.is_default), rows.map((_, index) => index === 0));
    assert.equal(rows[0]?.name, users.get(rows[0]?.user_id ?? 0n)?.name);
  }
  assert.deepEqual(
    user.address.map((row) => row.id),
    user.address.map((_, index) => BigInt(index + 1)),
  );
});

Deno.test("favourites are more than a page, of products that are not deleted, with ties", () => {
  const alive = new Set(product.product.filter((row) => row.status < 3).map((row) => row.id));
  assert.equal(new Set(user.favourite.map((row) => row.product_id)).size, 26);
  assert.deepEqual(user.favourite.filter((row) => !alive.has(row.product_id)), []);
  assert.equal(new Set(user.favourite.map((row) => row.create_time.getTime())).size, 7);
});

Deno.test("whoever orders, comments or works in the shop has had an account before", () => {
  const acts = [
    ...order.orders.map((row) => [row.user_id, row.create_time] as const),
    ...product.comment.map((row) => [row.user_id, row.create_time] as const),
    ...order.order_status_history.flatMap(({ actor, at }) => {
      const id = /^(?:user|operator):(\d+)$/.exec(actor)?.[1];
      return id === undefined ? [] : [[BigInt(id), at] as const];
    }),
    ...user.favourite.map((row) => [row.user_id, row.create_time] as const),
  ];
  const strangers = acts.filter(([id, at]) => {
    const account = users.get(id);
    return account === undefined || account.create_time >= at;
  });
  assert.deepEqual(strangers, []);
});
