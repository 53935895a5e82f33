/**
 * What an order is to a database and nothing else: one transaction that inserts an order with its
 * item and takes a piece off the shelf if there is one, in a database of its own on the mall's own
 * server. By pgbench where that is installed, else by the driver that the services use.
 */
import postgres from "postgres";
import { runToEnd } from "../dev/process.ts";
import { load } from "./load.mjs";
import type { LoadOptions, LoadResult } from "./load.ts";

export interface SqlOrderPeer extends AsyncDisposable {
  /** What measures it: its version. */
  readonly by: string;
  measure(options: LoadOptions): Promise<LoadResult>;
}

export interface SqlOrderPeerOptions {
  /** A superuser's. */
  readonly superuserUrl: string;
  /** For pgbench's script and logs. */
  readonly dir: string;
  /** Products that the orders are spread over. */
  readonly products: number;
}

const database = "bare_orders";
const migrations = ["0001_init.sql", "0002_checkout.sql"];
const buyersMax = 1_000_000;
/** Beyond the time that is measured, for starting and ending, in milliseconds. */
const graceMs = 20_000;

/** Makes the database and finds out what can measure it. */
export async function openSqlOrderPeer(options: SqlOrderPeerOptions): Promise<SqlOrderPeer> {
  const url = await createDatabase(options);
  const version = await pgbenchVersion();
  return version === undefined ? byDriver(url, options) : await byPgbench(url, options, version);
}

/** The order service's own tables and indexes; of a product only what an order changes. */
async function createDatabase({ superuserUrl, products }: SqlOrderPeerOptions): Promise<string> {
  const admin = postgres(superuserUrl, { max: 1 });
  await admin`CREATE DATABASE ${admin(database)}`;
  await admin.end();
  const url = new URL(superuserUrl);
  url.pathname = `/${database}`;
  const sql = postgres(url.href, { max: 1, onnotice: () => {} });
  try {
    for (const file of migrations) {
      const place = new URL(`../services/order/migrations/${file}`, import.meta.url);
      await sql.unsafe(await Deno.readTextFile(place));
    }
    await sql`CREATE SEQUENCE bare_order`;
    await sql`
      CREATE TABLE product (id bigint PRIMARY KEY, stock bigint NOT NULL CHECK (stock >= 0))
      WITH (fillfactor = 50)`;
    await sql`INSERT INTO product SELECT n, 1000000 FROM generate_series(1, ${products}::int) AS n`;
    await sql`VACUUM ANALYZE product`;
  } finally {
    await sql.end();
  }
  return url.href;
}

async function pgbenchVersion(): Promise<string | undefined> {
  try {
    const { code, lines } = await pgbench(["--version"], {}, graceMs);
    return code === 0 ? lines[0] : undefined;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

function pgbench(args: readonly string[], env: Record<string, string>, timeoutMs: number) {
  const path = { PATH: Deno.env.get("PATH") ?? "" };
  return runToEnd({ command: "pgbench", args, env: { ...path, ...env } }, { timeoutMs });
}

async function byPgbench(
  url: string,
  { dir, products }: SqlOrderPeerOptions,
  by: string,
): Promise<SqlOrderPeer> {
  await Deno.mkdir(dir);
  await Deno.writeTextFile(`${dir}/order.sql`, script(products));
  const { hostname, port, username, password } = new URL(url);
  const env = { PGPASSWORD: decodeURIComponent(password) };
  return {
    by,
    async measure({ inFlight, measureMs }) {
      const seconds = Math.ceil(measureMs / 1_000);
      const { code, lines } = await pgbench(
        [
          ...["-h", hostname, "-p", port, "-U", username, "-n", "-M", "prepared"],
          ...["-c", `${inFlight}`, "-j", "2", "-T", `${seconds}`, "-f", `${dir}/order.sql`],
          ...["-l", `--log-prefix=${dir}/log`, database],
        ],
        env,
        measureMs + graceMs,
      );
      const rate = /^tps = ([\d.]+)/m.exec(lines.join("\n"))?.[1];
      if (code !== 0 || rate === undefined) throw new Error(`pgbench: ${lines.join("\n")}`);
      return { rate: Number(rate), latenciesMs: await readLatencies(dir) };
    },
    [Symbol.asyncDispose]: () => Deno.remove(dir, { recursive: true }),
  };
}

function script(products: number): string {
  return `\\set buyer random(1, ${buyersMax})
\\set product random(1, ${products})
BEGIN;
INSERT INTO orders (id, user_id, status, total_fen, payment_fen, pay_before)
VALUES (lpad(nextval('bare_order')::text, 28, '0'), :buyer, 10, 1999, 2799,
        now() + interval '30 min');
INSERT INTO order_item (order_id, line, product_id, product_name, unit_price_fen, quantity)
VALUES (lpad(currval('bare_order')::text, 28, '0'), 1, :product, 'a product', 1999, 1);
UPDATE product SET stock = stock - 1 WHERE id = :product AND stock >= 1;
COMMIT;
`;
}

/** The third word of each line of pgbench's logs is a transaction's time in microseconds. */
async function readLatencies(dir: string): Promise<readonly number[]> {
  const latenciesMs: number[] = [];
  for await (const { name } of Deno.readDir(dir)) {
    if (!name.startsWith("log.")) continue;
    const text = await Deno.readTextFile(`${dir}/${name}`);
    for (const line of text.trim().split("\n")) latenciesMs.push(Number(line.split(" ")[2]) / 1e3);
    await Deno.remove(`${dir}/${name}`);
  }
  return latenciesMs.sort((a, b) => a - b);
}

function byDriver(url: string, { products }: SqlOrderPeerOptions): SqlOrderPeer {
  const sql = postgres(url, { max: 16 });
  let n = 0;
  async function one(): Promise<void> {
    const number = ++n;
    const id = String(number).padStart(28, "0");
    const product = 1 + number % products;
    await sql.begin((tx) => [
      tx`INSERT INTO orders (id, user_id, status, total_fen, payment_fen, pay_before)
         VALUES (${id}, ${number % buyersMax + 1}, 10, 1999, 2799, now() + interval '30 min')`,
      tx`INSERT INTO order_item (order_id, line, product_id, product_name, unit_price_fen, quantity)
         VALUES (${id}, 1, ${product}, 'a product', 1999, 1)`,
      tx`UPDATE product SET stock = stock - 1 WHERE id = ${product} AND stock >= 1`,
    ]);
  }
  return {
    by: "the driver",
    measure: (options) => load(one, options),
    [Symbol.asyncDispose]: () => sql.end(),
  };
}
