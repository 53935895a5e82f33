/** Many calls through our client to our server: whether either process grows. */
import type { LoadQuestion, MemoryQuestion } from "./caller.ts";
import { startChild } from "./child.ts";
import { type LoadResult, quantile } from "./load.ts";
import type { OwnMemory } from "./memory.ts";
import type { PeerUrls } from "./peer.ts";
import { alignedTable, atMost, targetTable } from "./table.ts";

const callsPerSample = 10_000;
/** Calls in flight, one step a sample. */
const steps = [16, 32, 64, 96, 128, 192, 256];
/** The steps are gone through so often, so that each third of the run is the same load. */
const cycles = 3;
/** Of a growth; see `growthOf`. What is kept for good, as the pages of a heap, varies by less. */
const growthMax = 1.1;
/** For the calls of one sample, in milliseconds. */
const sampleMaxMs = 120_000;

interface Sample {
  readonly atOnce: number;
  readonly result: LoadResult;
  readonly client: OwnMemory;
  readonly server: OwnMemory;
}

/** Prints a line for every 10,000 calls, then the verdict; false when something grew. */
export async function measureSoak({ stopped }: { stopped: AbortSignal }): Promise<boolean> {
  const samples: Sample[] = [];
  await using server = await startChild<PeerUrls>("peer.ts");
  await using caller = await startChild<object>("caller.ts");
  const memory: MemoryQuestion = { isMemory: true };
  for (const atOnce of Array.from({ length: cycles }, () => steps).flat()) {
    stopped.throwIfAborted();
    const result = await caller.ask<LoadResult>(question(server.said.ours, atOnce));
    const answered = result.latenciesMs.length;
    if (answered < callsPerSample) throw new Error(`${answered} calls in ${sampleMaxMs} ms`);
    samples.push({
      atOnce,
      result,
      client: await caller.ask(memory),
      server: await server.ask(memory),
    });
    console.log(`${samples.length * callsPerSample} of ${cycles * steps.length * callsPerSample}`);
  }
  console.log(`\nmemory after a garbage collection, MB; 20 products a call\n`);
  console.log(samplesTable(samples));
  return printVerdict(samples);
}

function question(url: string, atOnce: number): LoadQuestion {
  const limits = { callsMax: callsPerSample, measureMs: sampleMaxMs };
  return { client: "ours", url, products: 20, inFlight: atOnce, ...limits };
}

function samplesTable(samples: readonly Sample[]): string {
  const head = ["calls", "in flight", "calls/s", "p99 ms", "client", "heap", "server", "heap"];
  const cells = samples.map(({ atOnce, result: { rate, latenciesMs }, client, server }, n) => [
    ((n + 1) * callsPerSample).toLocaleString("en"),
    `${atOnce}`,
    Math.round(rate).toLocaleString("en"),
    quantile(latenciesMs, 0.99).toFixed(1),
    ...[client.resident, client.heap, server.resident, server.heap].map(megabytes),
  ]);
  return alignedTable([head, ...cells]);
}

function megabytes(bytes: number): string {
  return (bytes / 1_048_576).toFixed(1);
}

function printVerdict(samples: readonly Sample[]): boolean {
  const sides = ["client", "server"] as const;
  const kinds = ["resident", "heap"] as const;
  const targets = sides.flatMap((side) =>
    kinds.map((kind) => {
      const growth = growthOf(samples.map((sample) => sample[side][kind]));
      return atMost(`${side}, ${kind}: last third ÷ middle third`, growth, growthMax);
    })
  );
  console.log(`\n${targetTable(targets)}`);
  const isSteady = targets.every(({ reached }) => reached);
  console.log(`\n${isSteady ? "no growth" : "GROWTH"}`);
  return isSteady;
}

/** The mean of the last third of the values for each one of the middle third's. */
export function growthOf(values: readonly number[]): number {
  const third = Math.floor(values.length / 3);
  return mean(values.slice(-third)) / mean(values.slice(-2 * third, -third));
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
