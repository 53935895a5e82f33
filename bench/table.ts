/** One table of ratios. */
import { type LoadResult, median, quantile } from "./load.ts";

/** What one thing did in each round. */
export interface Row {
  readonly name: string;
  readonly rounds: readonly LoadResult[];
}

/**
 * The rows with the medians of their rounds. The ratio is taken within each round, so that it holds
 * when the machine's speed drifts from one round to the next. A row without rounds, of what could
 * not run, is its name.
 */
export function ratioTable(rows: readonly Row[], reference: string): string {
  const base = rows.find((row) => row.name === reference)?.rounds ?? [];
  const cells = rows.map(({ name, rounds }) => {
    if (rounds.length === 0) return [name];
    const ratios = rounds.map(({ rate }, round) => rate / (base[round]?.rate ?? NaN));
    return [
      name,
      rateOf(rounds),
      latencyOf(rounds, 0.5),
      latencyOf(rounds, 0.99),
      median(ratios).toFixed(2),
      `${Math.min(...ratios).toFixed(2)}–${Math.max(...ratios).toFixed(2)}`,
    ];
  });
  const head = ["what", "calls/s", "p50 ms", "p99 ms", `× ${reference}`, "min–max"];
  return alignedTable([head, ...cells]);
}

/** Each row against the one of the same name in `peers`, within each round. */
export function pairTable(rows: readonly Row[], peers: readonly Row[], peerName: string): string {
  const cells = rows.map(({ name, rounds }) => {
    const other = peers.find((peer) => peer.name === name)?.rounds ?? [];
    const ratios = rounds.map(({ rate }, round) => rate / (other[round]?.rate ?? NaN));
    return [
      name,
      rateOf(rounds),
      rateOf(other),
      latencyOf(rounds, 0.5),
      latencyOf(rounds, 0.99),
      median(ratios).toFixed(2),
      `${Math.min(...ratios).toFixed(2)}–${Math.max(...ratios).toFixed(2)}`,
    ];
  });
  const head = ["what", "calls/s", peerName, "p50 ms", "p99 ms", "ratio", "min–max"];
  return alignedTable([head, ...cells]);
}

function rateOf(rounds: readonly LoadResult[]): string {
  return Math.round(median(rounds.map(({ rate }) => rate))).toLocaleString("en");
}

function latencyOf(rounds: readonly LoadResult[], share: number): string {
  return median(rounds.map(({ latenciesMs }) => quantile(latenciesMs, share))).toFixed(2);
}

/** Memory by process, in MB, with its sum. */
export function memoryTable(bytes: Readonly<Record<string, number | undefined>>): string {
  const known = Object.values(bytes).filter((size) => size !== undefined);
  const sum = known.reduce((total, size) => total + size, 0);
  const cells = Object.entries({ ...bytes, sum }).map(([name, size]) => [name, megabytes(size)]);
  return alignedTable([["process", "resident MB"], ...cells]);
}

function megabytes(bytes: number | undefined): string {
  return bytes === undefined ? "unknown" : (bytes / 1_048_576).toFixed(0);
}

/** What one call costs, in milliseconds, against the reference. */
export function costTable(rows: readonly Row[], reference: string): string {
  const base = rows.find((row) => row.name === reference)?.rounds ?? [];
  const cells = rows.map(({ name, rounds }) => {
    const ratios = rounds.map(({ rate }, round) => (base[round]?.rate ?? NaN) / rate);
    return [name, rateOf(rounds), latencyOf(rounds, 0.5), median(ratios).toFixed(2)];
  });
  return alignedTable([["what", "calls/s", "p50 ms", `cost × ${reference}`], ...cells]);
}

/** The median of what `row` does for each one of `base`, taken within each round. */
export function medianRatio(row: Row, base: Row): number {
  return median(row.rounds.map(({ rate }, round) => rate / (base.rounds[round]?.rate ?? NaN)));
}

/** Processor time a call by process, in milliseconds, with its sum; of two things. */
export function processorTable(
  [name, ours]: readonly [string, Readonly<Record<string, number>>],
  [peerName, peer]: readonly [string, Readonly<Record<string, number>>],
): string {
  const sum = (all: Readonly<Record<string, number>>) => {
    return Object.values(all).reduce((total, ms) => total + ms, 0);
  };
  const [all, allOfPeer] = [{ ...ours, sum: sum(ours) }, { ...peer, sum: sum(peer) }];
  const cells = Object.entries(all).map(([process, ms]) => {
    const other = new Map(Object.entries(allOfPeer)).get(process);
    return [process, ms.toFixed(2), other?.toFixed(2) ?? ""];
  });
  return alignedTable([["processor time, ms", name, peerName], ...cells]);
}

/** What was measured, and what it is to be. */
export interface Target {
  readonly name: string;
  readonly measured: number;
  /** Undefined where there is nothing to reach. */
  readonly wanted: string | undefined;
  readonly reached: boolean;
}

export function atLeast(name: string, measured: number, limit: number): Target {
  return { name, measured, wanted: `≥ ${limit}`, reached: measured >= limit };
}

export function atMost(name: string, measured: number, limit: number | undefined): Target {
  if (limit === undefined) return { name, measured, wanted: undefined, reached: true };
  return { name, measured, wanted: `≤ ${limit}`, reached: measured <= limit };
}

/** Each figure beside what it is to be. */
export function targetTable(targets: readonly Target[]): string {
  const cells = targets.map(({ name, measured, wanted, reached }) => {
    const figure = Number.isInteger(measured) ? `${measured}` : measured.toFixed(2);
    return [name, figure, wanted ?? "", wanted === undefined ? "" : reached ? "yes" : "NO"];
  });
  return alignedTable([["what", "measured", "wanted", "reached"], ...cells]);
}

/** The first column to the left, the others to the right. */
export function alignedTable(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0))
  );
  return rows.map((row) =>
    row.map((cell, column) => {
      const width = widths[column] ?? 0;
      return column === 0 ? cell.padEnd(width) : cell.padStart(width);
    }).join("   ")
  ).join("\n");
}
