/** One table of ratios. */
import type { LoadResult } from "./load.ts";

export interface Row {
  readonly name: string;
  readonly result: LoadResult;
}

/** The rows with their rate, latencies, and rate as a share of the row called `reference`. */
export function ratioTable(rows: readonly Row[], reference: string): string {
  const base = rows.find((row) => row.name === reference)?.result.rate ?? NaN;
  const cells = rows.map(({ name, result }) => [
    name,
    Math.round(result.rate).toLocaleString("en"),
    result.p50Ms.toFixed(2),
    result.p99Ms.toFixed(2),
    (result.rate / base).toFixed(2),
  ]);
  return alignedTable([["what", "calls/s", "p50 ms", "p99 ms", `× ${reference}`], ...cells]);
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

/** The first column to the left, the others to the right. */
function alignedTable(rows: readonly (readonly string[])[]): string {
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
