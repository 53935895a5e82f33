/**
 * `deno task bench:size`: whether pages of the catalogue cost the same however large it is. Two
 * product services, one with 1,000 products and one with 1,000,000, are asked in turn for the
 * first, a deep and the last page of a category, and for searches. Loading takes some minutes.
 */
import type { Client } from "@connectrpc/connect";
import postgres from "postgres";
import { startNats } from "../dev/servers/nats.ts";
import { startPostgres } from "../dev/servers/postgres.ts";
import { startRedis } from "../dev/servers/redis.ts";
import { ProductService } from "../proto/gen/product/v1/product_service_pb.ts";
import { clientOf } from "./client.ts";
import { spawn } from "./mall.ts";
import { measureRounds, type Thing } from "./rounds.ts";
import { lastPlaces, loadCatalogue, type Place } from "./size_catalogue.ts";
import { costTable } from "./table.ts";

const sizes = { small: 1_000, large: Number(Deno.args[0] ?? 1_000_000) };
/** A category with sub-categories; about a twelfth of the catalogue. */
const category = 2n;
const sorts = { new: 1, sales: 2, price_asc: 3, price_desc: 4, rating: 5 };
/** Common and rare words, several, Chinese, mistyped, begun, and none that is there. */
const queries = [
  "wok",
  "cast iron",
  "tent",
  "lamp",
  "steel kettle",
  "手机",
  "蓝牙耳机",
  "茶",
  "headfones",
  "thermo",
  "warehouse",
  "nothing like it",
];
const inFlight = 8;

type ProductClient = Client<typeof ProductService>;

/** A catalogue that is served, and where the last page of each sort begins. */
interface Catalogue {
  readonly client: ProductClient;
  readonly last: readonly Place[];
}

async function main(): Promise<void> {
  await using stack = new AsyncDisposableStack();
  const stopped = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    Deno.addSignalListener(signal, () => stopped.abort(new Error(`stopped by ${signal}`)));
  }
  const { small, large } = await startBoth(stack);
  const things = [
    ...await thingsOf(`${sizes.small.toLocaleString("en")}`, small, 3),
    ...await thingsOf(`${sizes.large.toLocaleString("en")}`, large, 100),
  ];
  const rows = await measureRounds(things, { stopped: stopped.signal, atOnce: inFlight });
  const smallName = sizes.small.toLocaleString("en");
  const lists = rows.filter(({ name }) => !name.includes("search"));
  const searches = rows.filter(({ name }) => name.includes("search"));
  console.log("\npages of a category of so many products in all, by the five sorts in turn\n");
  console.log(costTable(lists, `${smallName}: page 1`));
  console.log("\nfirst pages of searches, never asked before within a second\n");
  console.log(costTable(searches, `${smallName}: search`));
}

/** Two services on one server each of Postgres, NATS and Redis, with databases of their own. */
async function startBoth(stack: AsyncDisposableStack) {
  const dir = await Deno.makeTempDir({ prefix: "mall-bench-" });
  stack.defer(() => Deno.remove(dir, { recursive: true }));
  await Deno.chmod(dir, 0o711);
  const password = crypto.randomUUID();
  const server = stack.use(await startPostgres({ dataDir: `${dir}/postgres`, password }));
  const nats = stack.use(await startNats({ dataDir: `${dir}/nats` }));
  const redis = stack.use(await startRedis({ dataDir: `${dir}/redis` }));
  async function start(name: keyof typeof sizes, redisDatabase: number): Promise<Catalogue> {
    const admin = postgres(server.url, { max: 1 });
    await admin`CREATE DATABASE ${admin(name)}`;
    await admin.end();
    const url = new URL(server.url);
    url.pathname = `/${name}`;
    const service = stack.use(
      await spawn("product", {
        NATS_URL: nats.url,
        REDIS_URL: `${redis.url}/${redisDatabase}`,
        BIND: "127.0.0.1",
        PRODUCT_PORT: "0",
        PRODUCT_POSTGRES_URL: url.href,
      }),
    );
    const startedMs = performance.now();
    await loadCatalogue(url.href, sizes[name]);
    const seconds = Math.round((performance.now() - startedMs) / 1_000);
    console.log(`${sizes[name].toLocaleString("en")} products loaded in ${seconds} s`);
    return { client: clientOf(service.url), last: await lastPlaces(url.href, category) };
  }
  return { small: await start("small", 0), large: await start("large", 1) };
}

async function thingsOf(
  name: string,
  { client, last }: Catalogue,
  deep: number,
): Promise<Thing[]> {
  const deepPlaces = await placesOf(client, deep);
  const pageAt = (places: readonly Place[]): () => Promise<void> => {
    let n = 0;
    return async () => {
      const at = n++ % places.length;
      await client.listProducts({ categoryId: category, sort: at + 1, ...places[at] });
    };
  };
  let asked = 0;
  return [
    [`${name}: page 1`, pageAt(Object.keys(sorts).map(() => ({ cursor: 0n, lastId: 0n })))],
    [`${name}: page ${deep}`, pageAt(deepPlaces)],
    [`${name}: last page`, pageAt(last)],
    [`${name}: search`, async () => {
      await client.searchProducts({ query: queries[asked++ % queries.length] ?? "" });
    }],
  ];
}

/** Where page `deep` begins, for each sort. */
async function placesOf(client: ProductClient, deep: number): Promise<readonly Place[]> {
  return await Promise.all(
    Object.values(sorts).map(async (sort) => {
      let place: Place = { cursor: 0n, lastId: 0n };
      for (let page = 1; page < deep; page++) {
        const answer = await client.listProducts({ categoryId: category, sort, ...place });
        place = { cursor: answer.lastVal, lastId: answer.lastId };
      }
      return place;
    }),
  );
}

if (import.meta.main) {
  await main();
  Deno.exit(0);
}
