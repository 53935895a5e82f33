/**
 * `deno task bench`: one run, one table. Every row is measured on the same machine within the same
 * minute, so the ratios hold where single figures do not. `deno task bench orders` measures one part
 * only, `deno task bench calls --plot` draws its plot as well, and `deno task bench soak` is left out
 * unless it is named. Ends with 1 when the audit after it finds a rule of the mall broken, or the soak
 * that a process grows.
 */
import { createLogger } from "../shared/log.ts";
import { openPostgres } from "../shared/postgres/pool.ts";
import { openSockets } from "./http_load.ts";
import { measureAccounts } from "./accounts.ts";
import { type CallsOptions, measureCalls } from "./calls.ts";
import { measureCatalogue } from "./catalogue.ts";
import { startChild } from "./child.ts";
import { clientOf } from "./client.ts";
import { benchUserId, type MeasuredMall, startMeasuredMall } from "./mall.ts";
import { memoryOf } from "./memory.ts";
import type { PeerUrls } from "./peer.ts";
import { measureOrders } from "./orders.ts";
import { createStockClient } from "./stock_client.ts";
import { inFlight, measureMs, measureRounds, roundCount } from "./rounds.ts";
import { measureSoak } from "./soak.ts";
import { memoryTable, ratioTable } from "./table.ts";

const reference = "stock connect-es, 1 product";
const orderList = `/v1/order/list?uid=${benchUserId}`;

/** What the parts of the mall are measured with. */
interface Bench {
  readonly peer: PeerUrls;
  readonly mall: MeasuredMall;
  readonly stopped: AbortSignal;
}

type Part<T> = (options: T) => Promise<boolean>;

/** Parts that start the little that they measure. Each answers whether all is well. */
const smallParts: Readonly<Record<string, Part<CallsOptions>>> = {
  calls: measureCalls,
  soak: measureSoak,
};
/** Not measured unless asked for: it takes long. */
const longPart = "soak";

/** Parts of a whole mall, in the order of measuring; the audit of `orders` comes last. */
const mallParts: Readonly<Record<string, Part<Bench>>> = {
  mall: measureMall,
  accounts: async ({ mall, stopped }) => {
    await measureAccounts(mall, stopped);
    return true;
  },
  catalogue: async ({ peer, mall, stopped }) => {
    await measureCatalogue(peer, mall, stopped);
    return true;
  },
  orders: ({ mall, stopped }) => measureOrders(mall, stopped),
};
const partNames = [...Object.keys(smallParts), ...Object.keys(mallParts)];
const plotOption = "--plot";

async function main(words: readonly string[]): Promise<number> {
  const unknown = words.find((word) => word !== plotOption && !partNames.includes(word));
  if (unknown !== undefined) {
    console.error(`there is no ${unknown}: there are ${partNames.join(", ")} and ${plotOption}`);
    return 2;
  }
  const stopped = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    Deno.addSignalListener(signal, () => stopped.abort(new Error(`stopped by ${signal}`)));
  }
  const named = words.filter((word) => word !== plotOption);
  const wanted = named.length > 0 ? named : partNames.filter((name) => name !== longPart);
  const options = { stopped: stopped.signal, withPlot: words.includes(plotOption) };
  const isSmallWell = await runParts(smallParts, wanted, options);
  return await runMallParts(wanted, stopped.signal) && isSmallWell ? 0 : 1;
}

async function runMallParts(wanted: readonly string[], stopped: AbortSignal): Promise<boolean> {
  if (!wanted.some((name) => mallParts[name] !== undefined)) return true;
  console.log("starting the mall and its peers …");
  await using peer = await startChild<PeerUrls>("peer.ts");
  await using mall = await startMeasuredMall();
  return await runParts(mallParts, wanted, { peer: peer.said, mall, stopped });
}

async function runParts<T>(
  parts: Readonly<Record<string, Part<T>>>,
  wanted: readonly string[],
  options: T,
): Promise<boolean> {
  let isWell = true;
  for (const [name, measure] of Object.entries(parts)) {
    if (wanted.includes(name)) isWell = await measure(options) && isWell;
  }
  return isWell;
}

async function measureMall({ peer, mall, stopped }: Bench): Promise<boolean> {
  await using stack = new AsyncDisposableStack();
  const memory = await idleMemory(mall);
  const things = Object.entries(await measurements(peer, mall, stack));
  const rows = await measureRounds(things, { stopped });
  console.log(`\n${inFlight} in flight, ${roundCount} rounds of ${measureMs} ms each, medians\n`);
  console.log(ratioTable(rows, reference));
  console.log(`\nidle, before any load\n`);
  console.log(memoryTable(memory));
  return true;
}

async function measurements(
  peer: PeerUrls,
  mall: MeasuredMall,
  stack: AsyncDisposableStack,
): Promise<Record<string, () => Promise<void>>> {
  const stock = createStockClient(peer.stock);
  const cached = clientOf(mall.urls.product);
  const one = { productIds: [1n] };
  const twenty = { productIds: Array.from({ length: 20 }, (_, n) => BigInt(n + 1)) };
  const bare = stack.use(openSockets(peer.bare, inFlight));
  const headers = { authorization: `Bearer ${await mall.tokens.person(BigInt(benchUserId))}` };
  const list = stack.use(openSockets(`${mall.urls.bff}${orderList}`, inFlight, headers));
  const sql = stack.use(openPostgres({
    url: mall.orderDatabase,
    name: "bench",
    log: createLogger({ level: "error" }),
  }));
  const [row] = await sql<{ id: string }[]>`SELECT id FROM orders LIMIT 1`;
  return {
    "bare Deno.serve, JSON": () => bare.get(),
    [reference]: async () => void await stock.batchGetProducts(one),
    "product service, 20 cached products": async () => void await cached.batchGetProducts(twenty),
    "single-row select": async () =>
      void await sql`SELECT * FROM orders WHERE id = ${row?.id ?? ""}`,
    "GET /v1/order/list, 20 orders, 20 products": () => list.get(),
  };
}

async function idleMemory(mall: MeasuredMall): Promise<Record<string, number | undefined>> {
  const entries = Object.entries(mall.pids).map(async ([name, pid]) => [name, await memoryOf(pid)]);
  return Object.fromEntries(await Promise.all(entries));
}

if (import.meta.main) {
  Deno.exit(await main(Deno.args.filter((word) => word !== "--")));
}
