/** Rates as horizontal bars, drawn as SVG. */
import { quantile } from "./load.ts";
import { medianRatio, type Row } from "./table.ts";

/** Bars under one heading. */
export interface BarGroup {
  readonly title: string;
  /** Rows without rounds, of what could not run, get no bar. */
  readonly rows: readonly Row[];
}

export interface PlotOptions {
  /** What the picture shows, also for those who cannot see it. */
  readonly title: string;
  /** Under the axis. */
  readonly axis: string;
  /** The row that all are compared with, in each group. */
  readonly reference: string;
  /** The row in the strong colour. */
  readonly strong: string;
}

// All in the picture's own units, which are pixels at its natural size.
const width = 860;
const barsX = 310;
const barsWidth = 400;
const barStep = 26;
const barHeight = 18;
const headingHeight = 40;
const top = 44;

/**
 * The picture. Every group is on the same axis; a bar is the median of its rounds, the line
 * through its end the middle half of them. Follows the reader's dark or light mode.
 */
export function barPlot(groups: readonly BarGroup[], options: PlotOptions): string {
  const drawn = groups.map(({ title, rows }) => {
    return { title, rows: rows.filter(({ rounds }) => rounds.length > 0) };
  });
  const most = Math.max(
    1,
    ...drawn.flatMap(({ rows }) => rows.map((row) => quantile(ratesOf(row), 0.75))),
  );
  const step = tickStep(most);
  const end = Math.ceil(most / step) * step;
  const xOf = (rate: number) => barsX + barsWidth * rate / end;
  const parts: string[] = [];
  let y = top;
  for (const { title, rows } of drawn) {
    parts.push(text(24, y + 24, title, `class="heading"`));
    y += headingHeight;
    const base = rows.find(({ name }) => name === options.reference);
    for (const row of rows) {
      parts.push(bar(row, base, { y, xOf, isStrong: row.name === options.strong }));
      y += barStep;
    }
  }
  const ticks = Array.from({ length: end / step + 1 }, (_, n) => tick(n * step, xOf(n * step), y));
  const axis = text(barsX + barsWidth / 2, y + 48, options.axis, `class="axis"`);
  const label = text(24, 32, options.title, `class="title"`);
  return document(y + 66, options.title, [label, ...ticks, ...parts, axis]);
}

interface BarPlace {
  readonly y: number;
  readonly xOf: (rate: number) => number;
  readonly isStrong: boolean;
}

function bar(row: Row, base: Row | undefined, { y, xOf, isStrong }: BarPlace): string {
  const rates = ratesOf(row);
  const rate = quantile(rates, 0.5);
  const middle = y + barHeight / 2;
  const [low, high] = [0.25, 0.75].map((share) => rounded(xOf(quantile(rates, share))));
  const ratio = base === undefined ? "" : ` · ${medianRatio(row, base).toFixed(2)}×`;
  const figure = `${Math.round(rate).toLocaleString("en")}${ratio}`;
  return [
    text(barsX - 10, middle + 5, row.name, `class="name"`),
    `<rect x="${barsX}" y="${y}" width="${rounded(xOf(rate) - barsX)}" height="${barHeight}"` +
    ` class="${isStrong ? "ours" : "bar"}" />`,
    `<path d="M${low} ${middle} H${high}" class="range" />`,
    text(Number(high) + 8, middle + 5, figure, `class="figure"`),
  ].join("\n  ");
}

/** Ascending. */
function ratesOf({ rounds }: Row): readonly number[] {
  return rounds.map(({ rate }) => rate).sort((a, b) => a - b);
}

/** 1, 2 or 5 times a power of ten, so that there are five to ten ticks or a few less. */
function tickStep(most: number): number {
  const power = 10 ** Math.floor(Math.log10(most / 5));
  const factor = [1, 2, 5, 10].find((each) => most / (each * power) <= 8) ?? 10;
  return factor * power;
}

function tick(rate: number, x: number, bottom: number): string {
  const at = rounded(x);
  return `<path d="M${at} ${top} V${bottom}" class="grid" />\n  ` +
    text(Number(at), bottom + 20, rate.toLocaleString("en"), `class="axis"`);
}

function rounded(value: number): string {
  return value.toFixed(1);
}

function text(x: number, y: number, words: string, attributes: string): string {
  return `<text x="${x}" y="${y}" ${attributes}>${escaped(words)}</text>`;
}

function escaped(words: string): string {
  return words.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

const style = `
    svg { --page: #ffffff; --ink: #1f2937; --faint: #d1d5db; --bar: #94a3b8; --ours: #4f46e5 }
    @media (prefers-color-scheme: dark) {
      svg { --page: #0d1117; --ink: #e5e7eb; --faint: #374151; --bar: #64748b; --ours: #818cf8 }
    }
    .page { fill: var(--page) }
    text { fill: var(--ink) }
    .title { font-size: 16px; font-weight: 600 }
    .heading { font-weight: 600 }
    .name { text-anchor: end }
    .axis { text-anchor: middle }
    .bar { fill: var(--bar) }
    .ours { fill: var(--ours) }
    .range { stroke: var(--ink); stroke-width: 1.5 }
    .grid { stroke: var(--faint) }`;

function document(height: number, title: string, parts: readonly string[]): string {
  const family =
    "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif";
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img"
  aria-labelledby="title" font-family="${family}" font-size="14">
  <title id="title">${escaped(title)}</title>
  <style>${style}
  </style>
  <rect width="${width}" height="${height}" class="page" />
  ${parts.join("\n  ")}
</svg>
`;
}
