/** A readable table: columns aligned by spaces, nothing that a pipe could not carry. */

export interface Column<Row> {
  readonly title: string;
  readonly value: (row: Row) => string;
  /** Numbers stand at the right. */
  readonly right?: boolean;
}

/** Draws the table; one line a row, without spaces at the end of a line. */
export function renderTable<Row>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
): string {
  const cells = [
    columns.map((column) => column.title),
    ...rows.map((row) => columns.map((column) => column.value(row))),
  ];
  const widths = columns.map((_, i) => Math.max(...cells.map((line) => line[i]?.length ?? 0)));
  return cells.map((line) => renderLine(line, columns, widths)).join("\n") + "\n";
}

function renderLine<Row>(
  cells: readonly string[],
  columns: readonly Column<Row>[],
  widths: readonly number[],
): string {
  return cells.map((cell, i) => {
    const width = widths[i] ?? 0;
    return columns[i]?.right ? cell.padStart(width) : cell.padEnd(width);
  }).join("   ").trimEnd();
}

/** `812 ms`, `3.4 s`. */
export function duration(ms: number): string {
  return ms < 1_000 ? `${Math.round(ms)} ms` : `${(ms / 1_000).toFixed(1)} s`;
}

/** `61 MB`; a dash when it is not known. */
export function megabytes(bytes: number | undefined): string {
  return bytes === undefined ? "-" : `${Math.round(bytes / 1_000_000)} MB`;
}
