/** Calls of the product service: our pair of client and server against the library's own. */
import type { LoadQuestion } from "./caller.ts";
import { type MissingPair, ourPair, type Pair, startPairs, stockPair } from "./call_pairs.ts";
import { barPlot } from "./plot.ts";
import { measureInTurn, type Measurement } from "./rounds.ts";
import { createProcessorMeter, type ProcessorMeter } from "./processor.ts";
import {
  alignedTable,
  atLeast,
  medianRatio,
  ratioTable,
  type Row,
  type Target,
  targetTable,
} from "./table.ts";

/** What every pair did at one size of answer and one number of calls at once. */
interface CallGroup {
  readonly products: number;
  readonly atOnce: number;
  readonly rows: readonly CallRow[];
}

interface CallRow extends Row {
  /** Processor time of a call, in milliseconds, of `client` and of `server`. */
  readonly costMs: Readonly<Record<string, number>>;
}

export interface CallsOptions {
  readonly stopped: AbortSignal;
  /** Whether to draw docs/images/rpc.svg as well. */
  readonly withPlot: boolean;
}

const settings = [16, 1].flatMap((atOnce) => [1, 20].map((products) => ({ products, atOnce })));
/** Short and many: what is compared is measured within seconds, as the machine's speed drifts. */
const measureMs = 500;
const rounds = 12;
/** What a compiler that watches has seen enough of, for each size of answer. */
const warmCalls = 4_000;
const warmMaxMs = 30_000;
const plotFile = new URL("../docs/images/rpc.svg", import.meta.url);

/** Prints the tables and what is to be reached. */
export async function measureCalls({ stopped, withPlot }: CallsOptions): Promise<boolean> {
  await using stack = new AsyncDisposableStack();
  const groups = await measureGroups(await startPairs(stack), stopped);
  for (const { products, atOnce, rows } of groups) {
    console.log(`\n${describe(products, atOnce)}, medians of ${rounds} rounds\n`);
    console.log(ratioTable(rows, stockPair));
    console.log(`\n${sidesTable(rows)}`);
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
    axis: `calls per second, median of ${rounds} rounds (line: the middle half of them)`,
    reference: stockPair,
    strong: ourPair,
  });
  await Deno.writeTextFile(plotFile, plot);
  await new Deno.Command(Deno.execPath(), { args: ["fmt", "--quiet", plotFile.pathname] }).output();
  console.log(`\nthe plot is in ${plotFile.pathname}`);
}

/** The same words in tables, targets and the plot. */
function describe(products: number, atOnce: number): string {
  const size = products === 1 ? "1 product a call" : `${products} products a call`;
  return `${size}, ${atOnce === 1 ? "one call at a time" : `${atOnce} in flight`}`;
}

async function measureGroups(
  pairs: readonly (Pair | MissingPair)[],
  stopped: AbortSignal,
): Promise<readonly CallGroup[]> {
  const running = pairs.filter((pair) => "caller" in pair);
  const missing = pairs.filter((pair) => !("caller" in pair));
  for (const pair of running) await warm(pair, stopped);
  const all = settings.flatMap((setting) => running.map((pair) => meteredPair(pair, setting)));
  const things = all.map(({ measurement }) => measurement);
  const rows = await measureInTurn(things, { stopped, measureMs, rounds });
  const measured = all.map(({ setting, meter }, n) => ({ setting, meter, row: rows[n] }));
  return settings.map((setting) => {
    const ofSetting = measured.filter((each) => each.setting === setting).flatMap(costlyRow);
    return { ...setting, rows: [...ofSetting, ...missing.map(missingRow)] };
  });
}

/** As many calls for each pair, however slow: time alone would warm the quick ones more. */
async function warm({ caller, client, url }: Pair, stopped: AbortSignal): Promise<void> {
  const limits = { inFlight: 16, measureMs: warmMaxMs, callsMax: warmCalls };
  for (const products of [1, 20]) {
    stopped.throwIfAborted();
    const question: LoadQuestion = { client, url, products, ...limits };
    await caller.ask(question);
  }
}

type Setting = (typeof settings)[number];

interface MeteredPair {
  readonly setting: Setting;
  readonly meter: ProcessorMeter;
  readonly measurement: Measurement;
}

function meteredPair(pair: Pair, setting: Setting): MeteredPair {
  const { name, caller, client, server, url } = pair;
  const { products, atOnce } = setting;
  const meter = createProcessorMeter({ client: caller.pid, server: server.pid });
  const measure = meter.metered((options) => {
    const question: LoadQuestion = { client, url, products, ...options, inFlight: atOnce };
    return caller.ask(question);
  });
  return { setting, meter, measurement: [name, measure] };
}

function costlyRow(
  { meter, row }: { readonly meter: ProcessorMeter; readonly row: Row | undefined },
): readonly CallRow[] {
  return row === undefined ? [] : [{ ...row, costMs: meter.perCall() }];
}

function missingRow({ name }: MissingPair): CallRow {
  return { name, rounds: [], costMs: {} };
}

/** What a call costs the processors in the client and in the server: which side gains. */
function sidesTable(rows: readonly CallRow[]): string {
  const [stock = NaN] = rows.filter(({ name }) => name === stockPair).map(sumOf);
  const cells = rows.filter(({ rounds }) => rounds.length > 0).map((row) => {
    const { client = NaN, server = NaN } = row.costMs;
    const sum = sumOf(row);
    return [row.name, ...[client, server, sum].map(microseconds), (sum / stock).toFixed(2)];
  });
  const head = ["processor time a call, µs", "client", "server", "both", `× ${stockPair}`];
  return alignedTable([head, ...cells]);
}

function sumOf({ costMs }: CallRow): number {
  return Object.values(costMs).reduce((sum, ms) => sum + ms, 0);
}

function microseconds(ms: number): string {
  return (ms * 1_000).toFixed(0);
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
