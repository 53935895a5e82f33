import assert from "node:assert/strict";
import { createLogger } from "../../shared/log.ts";
import { migrate } from "../../shared/postgres/migrate.ts";
import { openPostgres, type Postgres } from "../../shared/postgres/pool.ts";
import { startPostgres } from "../servers/postgres.ts";
import { SetupError } from "../setup_error.ts";
import { demoData } from "./demo_data.ts";
import { type DemoDatabases, seedDemo, type SeedReport } from "./seed.ts";

const now = new Date(Date.UTC(2026, 2, 3, 4, 5, 6, 7));
const anchor = new Date(Date.UTC(2026, 2, 3, 4));
const nextDay = new Date(Date.UTC(2026, 2, 4, 9));
const data = demoData(anchor);
const counts = {
  user: countsOf(data.user),
  product: countsOf(data.product),
  order: countsOf(data.order),
  cart: countsOf(data.cart),
  pay: countsOf(data.pay),
};
const afterProducts = { ...counts.order, ...counts.cart, ...counts.pay };
const allCounts = { ...counts.user, ...counts.product, ...afterProducts };
const userRows = sumOf(counts.user);
const productRows = sumOf(counts.product);

function countsOf(tables: object): Record<string, number> {
  return Object.fromEntries(Object.entries(tables).map(([name, rows]) => [name, rows.length]));
}

function sumOf(rows: Record<string, number>): number {
  return Object.values(rows).reduce((sum, each) => sum + each, 0);
}

function lines(): { log: ReturnType<typeof createLogger>; written: string[] } {
  const written: string[] = [];
  const log = createLogger({ level: "warn", write: (line) => void written.push(line) });
  return { log, written };
}

const { log } = lines();

function open(url: string): Postgres {
  return openPostgres({ url, name: "seed_test", log, poolMax: 1 });
}

/** Databases of a role that owns them and no more, as the services have them. */
async function databases(
  superuserUrl: string,
  name: string,
  migrated = true,
): Promise<DemoDatabases> {
  await using superuser = open(superuserUrl);
  await superuser.unsafe(`CREATE ROLE ${name} LOGIN PASSWORD 'seed'`);
  const url = new URL(superuserUrl);
  [url.username, url.password] = [name, "seed"];
  async function create(set: string): Promise<string> {
    await superuser.unsafe(`CREATE DATABASE ${name}_${set} OWNER ${name}`);
    url.pathname = `/${name}_${set}`;
    const { href } = url;
    if (!migrated) return href;
    await using sql = open(href);
    const dir = new URL(`../../services/${set}/migrations/`, import.meta.url);
    await migrate(sql, [{ set, dir }], { log });
    return href;
  }
  return {
    user: await create("user"),
    product: await create("product"),
    order: await create("order"),
    cart: await create("cart"),
    pay: await create("pay"),
  };
}

/** How many rows are in every table of the five databases. */
async function found(urls: DemoDatabases): Promise<typeof counts> {
  return {
    user: await foundIn(urls.user, counts.user),
    product: await foundIn(urls.product, counts.product),
    order: await foundIn(urls.order, counts.order),
    cart: await foundIn(urls.cart, counts.cart),
    pay: await foundIn(urls.pay, counts.pay),
  };
}

async function foundIn(url: string, tables: object): Promise<Record<string, number>> {
  await using sql = open(url);
  const rowsOf: Record<string, number> = {};
  for (const table of Object.keys(tables)) {
    const [row] = await sql<{ rows: number }[]>`SELECT count(*)::int AS rows FROM ${sql(table)}`;
    rowsOf[table] = row?.rows ?? -1;
  }
  return rowsOf;
}

function none(tables: object): Record<string, number> {
  return Object.fromEntries(Object.keys(tables).map((table) => [table, 0]));
}

const nothing = {
  user: none(counts.user),
  product: none(counts.product),
  order: none(counts.order),
  cart: none(counts.cart),
  pay: none(counts.pay),
};

/** Seeds in a process of its own that kills itself once `rows` rows are in. */
async function seedAndDie(urls: DemoDatabases, rows: number): Promise<void> {
  const program = `
    const { seedDemo } = await import(${JSON.stringify(new URL("seed.ts", import.meta.url))});
    const { createLogger } = await import(
      ${JSON.stringify(new URL("../../shared/log.ts", import.meta.url))});
    const progress = (done) => { if (done >= ${rows}) Deno.kill(Deno.pid, "SIGKILL"); };
    await seedDemo({ ...${JSON.stringify(urls)}, log: createLogger(), progress,
      now: new Date(${now.getTime()}) });`;
  const { signal } = await new Deno.Command(Deno.execPath(), {
    args: ["eval", program],
    stdout: "null",
    stderr: "null",
  }).output();
  assert.equal(signal, "SIGKILL");
}

async function loadsOnce(urls: DemoDatabases): Promise<void> {
  const steps: [number, number, string][] = [];
  const progress = (...step: [number, number, string]) => void steps.push(step);
  const first = await seedDemo({ ...urls, log, now, progress });
  const total = sumOf(allCounts);
  assert.deepEqual(first, { loaded: true, counts: allCounts });
  assert.deepEqual(steps.at(-1), [total, total, "payment"]);
  assert.deepEqual(new Set(steps.map((step) => step[2])), new Set(Object.keys(allCounts)));

  steps.length = 0;
  const second = await seedDemo({ ...urls, log, now: nextDay, progress });
  assert.deepEqual([second, steps], [{ loaded: false, counts: {} }, []]);
  assert.deepEqual(await found(urls), counts);
  await keepsEveryValue(urls);
  await numbersGoOn(urls);
}

/** Whole rows come back as they were generated: bigint, times, arrays and nulls. */
async function keepsEveryValue(urls: DemoDatabases): Promise<void> {
  await using user = open(urls.user);
  await using product = open(urls.product);
  await using order = open(urls.order);
  const users = await user`SELECT * FROM users ORDER BY id`;
  const profile = { question: "", answer_hash: "", status: 1, version: 1n };
  assert.deepEqual(
    users.map((row) => ({ ...row })),
    data.user.users.map((row) => ({ ...row, ...profile })),
  );
  const products = await product`SELECT * FROM product ORDER BY id`;
  assert.deepEqual(
    products.map((row) => pick(row, data.product.product[0])),
    data.product.product.map((row) => ({ ...row })),
  );
  const orders = await order`SELECT * FROM orders ORDER BY id`;
  const defaults = { currency: "CNY", flash_sale_id: 0n };
  assert.deepEqual(
    orders.map((row) => ({ ...row })),
    data.order.orders.map((row) => ({ ...row, ...defaults })).sort((a, b) => a.id < b.id ? -1 : 1),
  );
  await using cart = open(urls.cart);
  const lines = await cart`SELECT * FROM cart_item ORDER BY added_time DESC`;
  assert.deepEqual(lines.map((row) => ({ ...row })), data.cart.cart_item);
}

/** The columns that `model` names; others have what the service makes of them. */
function pick(row: Record<string, unknown>, model: object = {}): Record<string, unknown> {
  return Object.fromEntries(Object.keys(model).map((column) => [column, row[column]]));
}

async function numbersGoOn(urls: DemoDatabases): Promise<void> {
  await using users = open(urls.user);
  const [next] = await users`
    SELECT nextval(pg_get_serial_sequence('users', 'id')) AS users,
           nextval(pg_get_serial_sequence('address', 'id')) AS address`;
  assert.deepEqual({ ...next }, { users: 1_501n, address: BigInt(data.user.address.length + 1) });
  await using sql = open(urls.product);
  const [row] = await sql`
    SELECT nextval(pg_get_serial_sequence('category', 'id')) AS category,
           nextval(pg_get_serial_sequence('product', 'id')) AS product,
           nextval(pg_get_serial_sequence('banner', 'id')) AS banner,
           nextval(pg_get_serial_sequence('comment', 'id')) AS comment,
           nextval(pg_get_serial_sequence('flash_sale', 'id')) AS flash_sale`;
  const { category, product, banner, comment, flash_sale } = data.product;
  assert.deepEqual({ ...row }, {
    category: (category.at(-1)?.id ?? 0n) + 1n,
    product: BigInt(product.length + 1),
    banner: BigInt(banner.length + 1),
    comment: BigInt(comment.length + 1),
    flash_sale: BigInt(flash_sale.length + 1),
  });
}

/** Even with different anchors: the one that comes second follows the first. */
async function loadsOnceForTwo(urls: DemoDatabases): Promise<void> {
  const reports = await Promise.all([
    seedDemo({ ...urls, log, now }),
    seedDemo({ ...urls, log, now: nextDay }),
  ]);
  const merged: SeedReport["counts"] = Object.assign({}, ...reports.map((each) => each.counts));
  assert.deepEqual(merged, allCounts);
  assert.deepEqual(await found(urls), counts);
  assert.deepEqual(await anchors(urls), 1);
  assert.deepEqual(await reservedWithoutOrder(urls), []);
}

/** How many different moments the marks name. */
async function anchors(urls: DemoDatabases): Promise<number> {
  const moments = await Promise.all(
    Object.values(urls).map(async (url) => {
      await using sql = open(url);
      const [mark] = await sql<{ anchor: Date }[]>`SELECT anchor FROM demo_load`;
      return mark?.anchor.getTime();
    }),
  );
  return new Set(moments).size;
}

async function reservedWithoutOrder({ order, product }: DemoDatabases): Promise<unknown[]> {
  await using products = open(product);
  await using orders = open(order);
  const known = new Set((await orders`SELECT id FROM orders`).map((row) => row.id));
  const rows = await products`SELECT DISTINCT order_id FROM stock_reservation`;
  return rows.map((row) => row.order_id).filter((id) => !known.has(id));
}

async function survivesDeathInUsers(urls: DemoDatabases): Promise<void> {
  await seedAndDie(urls, 500);
  assert.deepEqual(await found(urls), nothing);
  const report = await seedDemo({ ...urls, log, now: nextDay });
  assert.deepEqual(report.counts, allCounts);
}

async function survivesDeathInProducts(urls: DemoDatabases): Promise<void> {
  await seedAndDie(urls, userRows + 2_000);
  assert.deepEqual(await found(urls), { ...nothing, user: counts.user });
  const report = await seedDemo({ ...urls, log, now: nextDay });
  assert.deepEqual(report.counts, { ...counts.product, ...afterProducts });
  assert.deepEqual(await anchors(urls), 1);
}

async function survivesDeathInOrders(urls: DemoDatabases): Promise<void> {
  await seedAndDie(urls, userRows + productRows + 1_000);
  assert.deepEqual(await found(urls), { ...nothing, user: counts.user, product: counts.product });
  const report = await seedDemo({ ...urls, log, now: nextDay });
  assert.deepEqual(report, { loaded: true, counts: afterProducts });
  assert.deepEqual(await reservedWithoutOrder(urls), []);
}

/** As where the demo data was loaded before it had a cart. */
async function addsTheCart(urls: DemoDatabases): Promise<void> {
  await seedDemo({ ...urls, log, now });
  await using cart = open(urls.cart);
  await cart`DROP TABLE demo_load`;
  await cart`DELETE FROM cart`;
  const report = await seedDemo({ ...urls, log, now: nextDay });
  assert.deepEqual(report, { loaded: true, counts: counts.cart });
  assert.deepEqual([await anchors(urls), await found(urls)], [1, counts]);
}

async function leavesOthersAlone(urls: DemoDatabases): Promise<void> {
  const { log, written } = lines();
  await using user = open(urls.user);
  await using product = open(urls.product);
  await using order = open(urls.order);
  await using cart = open(urls.cart);
  await user`INSERT INTO users (username, username_key, password_hash) VALUES ('mine', 'mine', '')`;
  const first = await seedDemo({ ...urls, log, now });
  await user`DELETE FROM users`;
  await product`INSERT INTO category (name) VALUES ('mine')`;
  const second = await seedDemo({ ...urls, log, now });
  await product`DELETE FROM category`;
  await order`
    INSERT INTO orders (id, user_id, status, total_fen, payment_fen, pay_before)
    VALUES (${"1".repeat(28)}, 1, 10, 1, 1, now())`;
  const third = await seedDemo({ ...urls, log, now });
  await order`DELETE FROM orders`;
  await cart`INSERT INTO cart (user_id) VALUES (1)`;
  const fourth = await seedDemo({ ...urls, log, now });
  assert.deepEqual([first, second, third, fourth], Array(4).fill({ loaded: false, counts: {} }));
  assert.deepEqual(await found(urls), { ...nothing, cart: { ...nothing.cart, cart: 1 } });
  assert.deepEqual(
    written.map((line) => JSON.parse(line).database),
    ["user", "product", "order", "cart"],
  );
}

async function tellsOfAnotherVersion(urls: DemoDatabases): Promise<void> {
  await seedDemo({ ...urls, log, now });
  await using user = open(urls.user);
  await using product = open(urls.product);
  await product`UPDATE demo_load SET version = 99`;
  assert.equal((await seedDemo({ ...urls, log })).loaded, false);
  await user`DELETE FROM demo_load`;
  await assert.rejects(seedDemo({ ...urls, log }), SetupError);
}

Deno.test("seedDemo()", async (t) => {
  const dir = await Deno.makeTempDir();
  const dataDir = `${dir}/postgres`;
  const server = await startPostgres({ dataDir, password: "test", durable: false });
  const stories: [string, (urls: DemoDatabases) => Promise<void>][] = [
    ["loads everything, once, and keeps every value", loadsOnce],
    ["loads once when two start together", loadsOnceForTwo],
    ["leaves nothing half after kill -9 among the users", survivesDeathInUsers],
    ["goes on with the same moment after kill -9 among the products", survivesDeathInProducts],
    ["goes on with the same moment after kill -9 among the orders", survivesDeathInOrders],
    ["adds the cart where the rest has been for long", addsTheCart],
    ["leaves a database alone that holds rows of somebody else", leavesOthersAlone],
    ["keeps another version, and mixes no two", tellsOfAnotherVersion],
  ];
  try {
    for (const [index, [name, story]] of stories.entries()) {
      await t.step(name, async () => await story(await databases(server.url, `seed_${index}`)));
    }
    await t.step("says what to do when the tables are missing", async () => {
      const urls = await databases(server.url, "seed_empty", false);
      await assert.rejects(seedDemo({ ...urls, log }), /apply the migrations/);
    });
  } finally {
    await server[Symbol.asyncDispose]();
    await Deno.remove(dir, { recursive: true });
  }
});
