/** Redis may forget, go away and come back under load: slower, and never wrong. */
import assert from "node:assert/strict";
import { createProductStore } from "../../services/product/store.ts";
import type { Postgres } from "../../shared/postgres/pool.ts";
import { eventually } from "../support/eventually.ts";
import { startMall } from "../support/mall.ts";
import { insertCategories, insertProducts } from "../support/product_rows.ts";

const productCount = 300;
/** Connections of the product service: more than its pool can never be at work. */
const poolMax = 10;

interface Page {
  readonly products: readonly { readonly id: number; readonly price: number }[];
  readonly is_end: boolean;
  readonly last_val: number;
  readonly last_id: number;
}

/** Reads pages of every kind until told to stop; notes what should never have been answered. */
async function readOn(base: string, stop: AbortSignal) {
  const wrong: string[] = [];
  let reads = 0;
  async function reader(seed: number): Promise<void> {
    for (let n = seed; n < 1_000_000 && !stop.aborted; n += 7) {
      const paths = [
        `/v1/category/list?category=${10 + n % 2}&sort=price_asc&ps=${1 + n % 50}`,
        `/v1/product/detail?product_id=${1 + n % productCount}`,
        `/v1/recommend?ps=${1 + n % 50}`,
        `/v1/search?q=wok&ps=${1 + n % 50}`,
      ];
      const path = paths[n % paths.length] ?? "";
      const response = await fetch(`${base}${path}`);
      const body = await response.json();
      reads++;
      if (response.status !== 200) wrong.push(`${path}: ${response.status} ${body.reason}`);
      else if (path.includes("price_asc")) wrong.push(...disorder(path, body));
    }
  }
  await Promise.all([0, 1, 2, 3, 4, 5, 6, 7].map(reader));
  return { wrong, reads };
}

/** What a list must never be, however old: with a product twice, or with fewer than there are. */
function disorder(path: string, { products, is_end }: Page): string[] {
  const ids = products.map(({ id }) => id);
  if (new Set(ids).size < ids.length) return [`${path}: a product twice`];
  return is_end && products.length < 50 ? [`${path}: ended after ${products.length}`] : [];
}

/** The most statements that were at work in the database at once. */
function watchStatements(sql: Postgres) {
  let most = 0;
  const timer = setInterval(async () => {
    const [row] = await sql<{ active: bigint }[]>`
      SELECT count(*) AS active FROM pg_stat_activity
      WHERE datname = current_database() AND application_name = 'product' AND state = 'active'`
      .catch(() => []);
    most = Math.max(most, Number(row?.active ?? 0n));
  }, 20);
  return { most: () => most, [Symbol.dispose]: () => clearInterval(timer) };
}

Deno.test("Redis flushed, stopped and started again under load", async (t) => {
  await using mall = await startMall();
  const { bff, sql } = mall;
  await insertCategories(sql.product, [{ id: 10n }, { id: 11n }]);
  await insertProducts(
    sql.product,
    Array.from({ length: productCount }, (_, n) => ({
      id: BigInt(n + 1),
      categoryId: BigInt(10 + n % 2),
      name: `Iron Wok ${n + 1}`,
      priceFen: BigInt(10_000 + n % 5),
      recommendMs: 1_000 + n,
    })),
  );
  const store = createProductStore(sql.product);
  const stop = new AbortController();
  using statements = watchStatements(sql.product);
  const reading = readOn(bff.url, stop.signal);
  let version = 1n;

  /** Changes the price of one product; soon every page must show it, whatever Redis is doing. */
  async function changePrice(priceFen: bigint): Promise<void> {
    const changed = await store.updateProduct(1n, version, { priceFen });
    assert.ok(typeof changed === "object");
    version = changed.version;
    await eventually(`the price ${priceFen}`, async () => {
      const detail = await (await fetch(`${bff.url}/v1/product/detail?product_id=1`)).json();
      const list: Page = await (await fetch(
        `${bff.url}/v1/category/list?category=10&sort=price_asc&ps=1`,
      )).json();
      return detail.product.price * 100 === Number(priceFen) &&
        list.products[0]?.id === 1 && list.products[0].price * 100 === Number(priceFen);
    }, { timeoutMs: 30_000 });
  }

  await t.step("a change shows while all is well", () => changePrice(100n));
  await t.step("and after Redis has forgotten everything", async () => {
    for (let flushes = 0; flushes < 5; flushes++) {
      await flush(mall.redis().port);
      await changePrice(BigInt(90 - flushes));
    }
  });
  await t.step("and while Redis is away", async () => {
    await mall.stopRedis();
    await changePrice(50n);
  });
  await t.step("and after it has come back", async () => {
    await mall.startRedis();
    await changePrice(40n);
  });
  await t.step("and when Redis was silent for a while", async () => {
    mall.redis().kill("SIGSTOP");
    const changing = changePrice(30n);
    await changing.finally(() => mall.redis().kill("SIGCONT"));
    await changePrice(20n);
  });

  stop.abort();
  const { wrong, reads } = await reading;
  await t.step("no reader saw an error or a wrong list, and the database was not flooded", () => {
    assert.deepEqual(wrong.slice(0, 5), []);
    assert.ok(reads > 100, `${reads} reads`);
    assert.ok(statements.most() <= poolMax, `${statements.most()} statements at once`);
  });
});

async function flush(port: number): Promise<void> {
  using socket = await Deno.connect({ hostname: "127.0.0.1", port });
  await socket.write(new TextEncoder().encode("FLUSHALL\r\n"));
  await socket.read(new Uint8Array(64));
}
