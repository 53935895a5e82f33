/** The public pages of the catalogue against a bare server that answers the same bytes. */
import { closeRedis, openRedis } from "../shared/redis/connection.ts";
import { createLogger } from "../shared/log.ts";
import { openSockets } from "./http_load.ts";
import type { MeasuredMall } from "./mall.ts";
import type { PeerUrls } from "./peer.ts";
import { inFlight, measureRounds, type Thing } from "./rounds.ts";
import { pairTable } from "./table.ts";

/** What everybody asks for, over and over. */
const hotPages: Readonly<Record<string, string>> = {
  "hot: banners": "/v1/home/banner",
  "hot: recommendations, first page": "/v1/recommend",
  "hot: category, first page": "/v1/category/list?category=2",
  "hot: product page": "/v1/product/detail?product_id=5",
};

/** What nobody has asked for before; a number makes each request another one. */
const coldPages: Readonly<Record<string, (n: number, ids: readonly number[]) => string>> = {
  "cold: recommendations, first page": (n) => `/v1/recommend?last_id=${n}`,
  "cold: category, first page": (n) => {
    return `/v1/category/list?category=${1 + n % 12}&sort=${sorts[n % 5]}&last_id=${n}`;
  },
  "cold: product page": (n, ids) => `/v1/product/detail?product_id=${ids[n % ids.length]}`,
};
const sorts = ["new", "sales", "price_asc", "price_desc", "rating"];

/**
 * Prints the table. Cold means that Redis is emptied before each request, and that the BFF has not
 * answered its like for longer than it keeps answers.
 */
export async function measureCatalogue(
  peer: PeerUrls,
  mall: MeasuredMall,
  stopped: AbortSignal,
): Promise<void> {
  await using stack = new AsyncDisposableStack();
  const log = createLogger({ level: "error" });
  const redis = openRedis({ url: mall.redisUrl, name: "bench", log });
  stack.defer(() => closeRedis(redis));
  const pages: Thing[] = [];
  const bare: Thing[] = [];
  const base = mall.urls.bff;
  for (const [name, path] of Object.entries(hotPages)) {
    const sockets = stack.use(openSockets(`${base}${path}`, inFlight));
    pages.push([name, () => sockets.get()]);
    const copy = stack.use(openSockets(await copyOf(peer, `${base}${path}`), inFlight));
    bare.push([name, () => copy.get()]);
  }
  const ids = await productIds(base);
  let asked = 1;
  for (const [name, pathOf] of Object.entries(coldPages)) {
    const sockets = stack.use(openSockets(base, inFlight));
    pages.push([name, async () => {
      await redis.flushall();
      await sockets.get(pathOf(asked++, ids));
    }]);
    const copy = stack.use(
      openSockets(await copyOf(peer, `${base}${pathOf(asked++, ids)}`), inFlight),
    );
    bare.push([name, () => copy.get()]);
  }
  const rows = await measureRounds([...pages, ...bare], { stopped });
  console.log(`\nthe catalogue over HTTP, against a bare Deno.serve that answers the same bytes\n`);
  console.log(pairTable(rows.slice(0, pages.length), rows.slice(pages.length), "bare/s"));
}

/** Every product on sale. */
async function productIds(base: string): Promise<readonly number[]> {
  const ids: number[] = [];
  let place = "";
  for (let pages = 0; pages < 100; pages++) {
    const page = await (await fetch(`${base}/v1/category/list?ps=50${place}`)).json();
    ids.push(...page.products.map((product: { readonly id: number }) => product.id));
    if (page.is_end) break;
    place = `&cursor=${page.last_val}&last_id=${page.last_id}`;
  }
  return ids;
}

/** A bare server for what `url` answers now. */
async function copyOf(peer: PeerUrls, url: string): Promise<string> {
  const answer = await fetch(url);
  const body = await answer.bytes();
  if (!answer.ok) throw new Error(`${url}: ${answer.status}`);
  return await (await fetch(peer.copies, { method: "POST", body })).text();
}
