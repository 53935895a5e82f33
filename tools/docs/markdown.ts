/** What the checks read out of a Markdown page. */

/** One row of a table: its cells without the space around them. */
export type TableRow = readonly string[];

const fence = /^(```|~~~)[^\n]*\n[\s\S]*?^\1\s*$/gm;
const link =
  /!?\[[^\]]*\]\(\s*<?([^\s)>]+)>?[^)]*\)|<(?:img|source)\b[^>]*\bsrc(?:set)?="([^"\s]+)/g;

/** The page without its code blocks. */
export function prose(page: string): string {
  return page.replaceAll(fence, "");
}

/** Where links and images lead, as written; what stands in code is none. */
export function linksOf(page: string): readonly string[] {
  const text = prose(page).replaceAll(/`[^`\n]*`/g, "");
  return [...text.matchAll(link)].map(([, target, source]) => target ?? source ?? "");
}

/** The anchors of the page's headings, as GitHub makes them. */
export function anchorsOf(page: string): ReadonlySet<string> {
  const anchors = new Set<string>();
  for (const [, heading = ""] of prose(page).matchAll(/^#{1,6} +(.+?) *$/gm)) {
    const slug = heading.toLowerCase().replaceAll(/[^\p{L}\p{N}\s_-]/gu, "").replaceAll(/\s/g, "-");
    let anchor = slug;
    for (let n = 1; anchors.has(anchor); n++) anchor = `${slug}-${n}`;
    anchors.add(anchor);
  }
  return anchors;
}

/** Names of tasks that the page tells people to run, also in its code blocks. */
export function tasksOf(page: string): readonly string[] {
  const named = /\bdeno(?:@[\d.]+)? task (?:--quiet )?["']?([a-z][\w:-]*)/g;
  return [...page.matchAll(named)].map(([, task = ""]) => task);
}

/** The rows of the tables below a heading, down to the next one of its level or above. */
export function rowsUnder(page: string, heading: string): readonly TableRow[] {
  const lines = prose(page).split("\n");
  const start = lines.findIndex((line) => line.replace(/^#+ +/, "") === heading && /^#/.test(line));
  if (start === -1) return [];
  const level = /^#+/.exec(lines[start] ?? "")?.[0].length ?? 1;
  const rest = lines.slice(start + 1);
  const end = rest.findIndex((line) => (/^#+ /.exec(line)?.[0].length ?? 9) - 1 <= level);
  return rest.slice(0, end === -1 ? undefined : end)
    .filter((line) => line.startsWith("|") && !/^[|:\s-]+$/.test(line))
    .map((line) => line.slice(1, line.lastIndexOf("|")).split("|").map((cell) => cell.trim()));
}

/** The words in `code` of one cell. */
export function codeOf(cell: string | undefined): readonly string[] {
  return [...(cell ?? "").matchAll(/`([^`]+)`/g)].map(([, word = ""]) => word);
}
