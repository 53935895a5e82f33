/** Times as platforms in China write them: UTC+8 all the year, to the second. */

const offsetMs = 28_800_000;
const timePattern = /^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}$/;

/** A time in Unix milliseconds as "2026-01-31 08:00:00". */
export function shanghaiText(timeMs: number): string {
  return new Date(timeMs + offsetMs).toISOString().slice(0, 19).replace("T", " ");
}

/** A time in Unix milliseconds as RFC 3339: "2026-01-31T08:00:00+08:00". */
export function shanghaiRfc3339(timeMs: number): string {
  return `${shanghaiText(timeMs).replace(" ", "T")}+08:00`;
}

/** "2026-01-31 08:00:00" in Unix milliseconds; undefined for what is no such time. */
export function parseShanghai(text: string): bigint | undefined {
  if (!timePattern.test(text)) return undefined;
  const timeMs = Date.parse(`${text.replace(" ", "T")}+08:00`);
  // Deno takes the 31st of February for the 3rd of March.
  if (Number.isNaN(timeMs) || shanghaiText(timeMs) !== text) return undefined;
  return BigInt(timeMs);
}
