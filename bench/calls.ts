/** Calls of the product service: our pair of client and server against the library's own. */
import type { LoadQuestion } from "./caller.ts";
import { type Child, startChild } from "./child.ts";
import { nodeEnvironment } from "./node_env.ts";
import type { PeerUrls } from "./peer.ts";
import { barPlot } from "./plot.ts";
import { measureInTurn, type Measurement } from "./rounds.ts";
import { atLeast, medianRatio, ratioTable, type Row, type Target, targetTable } from "./table.ts";

/** A client and a server, each in a process of its own. */
interface Pair {
  readonly name: string;
  /** Undefined where they cannot run. */
  readonly caller: Child<object> | undefined;
  readonly client: string;
  readonly url: string;
}

/** What every pair did at one size of answer and one number of calls at once. */
interface CallGroup {
  readonly products: number;
  readonly atOnce: number;
  readonly rows: readonly Row[];
}

export interface CallsOptions {
  readonly stopped: AbortSignal;
  /** Whether to draw docs/images/rpc.svg as well. */
  readonly withPlot: boolean;
}

const settings = [16, 1].flatMap((atOnce) => [1, 20].map((products) => ({ products, atOnce })));
const stockPair = "connect-es on Deno";
const ourPair = "ours on Deno";
/** Short and many: what is compared is measured within seconds, as the machine's speed drifts. */
const measureMs = 500;
const warmMs = 1_500;
const rounds = 12;
const plotFile = new URL("../docs/images/rpc.svg", import.meta.url);

/** Prints the tables and what is to be reached. */
export async function measureCalls({ stopped, withPlot }: CallsOptions): Promise<boolean> {
  await using stack = new AsyncDisposableStack();
  const pairs = [...await denoPairs(stack), ...await nodePairs(stack)];
  const groups = await measureGroups(pairs, stopped);
  for (const { products, atOnce, rows } of groups) {
    console.log(`\n${describe(products, atOnce)}, medians of ${rounds} rounds\n`);
    console.log(ratioTable(rows, stockPair));
  }
  console.log(`\n${targetTable(groups.flatMap(targetsOf))}`);
  if (withPlot) await draw(groups);
  return true;
}

/** The pairs as they are used; the mixed ones only explain them. */
async function draw(groups: readonly CallGroup[]): Promise<void> {
  const bars = groups.map(({ products, atOnce, rows }) => {
    return {
      title: describe(products, atOnce),
      rows: rows.filter(({ name }) => !name.includes("→")),
    };
  });
  const plot = barPlot(bars, {
    title: "Calls of batchGetProducts, client and server each in a process of its own",
    axis: `calls per second, median of ${rounds} rounds (line: slowest to fastest round)`,
    reference: stockPair,
    strong: ourPair,
  });
  await Deno.writeTextFile(plotFile, plot);
  console.log(`\nthe plot is in ${plotFile.pathname}`);
}

/** The same words in tables, targets and the plot. */
function describe(products: number, atOnce: number): string {
  const size = products === 1 ? "1 product a call" : `${products} products a call`;
  return `${size}, ${atOnce === 1 ? "one call at a time" : `${atOnce} in flight`}`;
}

/** Servers in processes of their own: what one has run neither warms nor slows another. */
async function denoPairs(stack: AsyncDisposableStack): Promise<readonly Pair[]> {
  const start = async <T>(file: string) => stack.use(await startChild<T>(file));
  const [stock, ours] = [await start<PeerUrls>("peer.ts"), await start<PeerUrls>("peer.ts")];
  const [byStock, byOurs] = [await start<object>("caller.ts"), await start<object>("caller.ts")];
  const [stockUrl, ourUrl] = [stock.said.stock, ours.said.ours];
  return [
    { name: stockPair, caller: byStock, client: "stock", url: stockUrl },
    { name: ourPair, caller: byOurs, client: "ours", url: ourUrl },
    { name: "our client → connect-es", caller: byOurs, client: "ours", url: stockUrl },
    { name: "connect-es → our server", caller: byStock, client: "stock", url: ourUrl },
  ];
}

/** The library's pair for Node, over both versions of HTTP; without Node two pairs that do not run. */
async function nodePairs(stack: AsyncDisposableStack): Promise<readonly Pair[]> {
  const env = nodeEnvironment();
  return await Promise.all(["1.1", "2"].map(async (client) => {
    const name = `connect-node, HTTP/${client}`;
    try {
      const server = stack.use(await startChild<Record<string, string>>("node_server.mjs", env));
      const caller = stack.use(await startChild<object>("node_caller.mjs", env));
      const { [client]: url = "", version } = server.said;
      return { name: `${name}, Node ${version}`, caller, client, url };
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
      return { name: `${name}: there is no node on PATH`, caller: undefined, client, url: "" };
    }
  }));
}

async function measureGroups(
  pairs: readonly Pair[],
  stopped: AbortSignal,
): Promise<readonly CallGroup[]> {
  const running = pairs.filter(({ caller }) => caller !== undefined);
  const things = settings.flatMap((setting) => running.map((pair) => measurement(pair, setting)));
  const all = await measureInTurn(things, { stopped, measureMs, warmMs, rounds });
  return settings.map((setting, n) => {
    const rows = all.slice(n * running.length, (n + 1) * running.length);
    const missing = pairs.filter(({ caller }) => caller === undefined);
    return { ...setting, rows: [...rows, ...missing.map(({ name }) => ({ name, rounds: [] }))] };
  });
}

function measurement(
  { name, caller, client, url }: Pair,
  { products, atOnce }: { readonly products: number; readonly atOnce: number },
): Measurement {
  return [name, ({ measureMs }) => {
    if (caller === undefined) throw new Error(`${name} does not run`);
    const question: LoadQuestion = { client, url, products, inFlight: atOnce, measureMs };
    return caller.ask(question);
  }];
}

function targetsOf({ products, atOnce, rows }: CallGroup): readonly Target[] {
  const ours = rows.find(({ name }) => name === ourPair);
  if (ours === undefined) throw new Error("our pair was not measured");
  return rows.flatMap((row) => {
    const limit = limitOf(row.name, atOnce);
    if (limit === undefined || row.rounds.length === 0) return [];
    const name = `${describe(products, atOnce)}: ours ÷ ${row.name}`;
    return [atLeast(name, medianRatio(ours, row), limit)];
  });
}

/** How many times a pair's calls ours is to make. */
function limitOf(name: string, atOnce: number): number | undefined {
  if (name === stockPair) return atOnce === 1 ? 1.8 : 2.5;
  return name.startsWith("connect-node") && atOnce > 1 ? 4 : undefined;
}
