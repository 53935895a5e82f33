import assert from "node:assert/strict";
import { barPlot } from "./plot.ts";

const options = { title: "Calls", axis: "calls/s", reference: "stock", strong: "ours" };

Deno.test("barPlot() gives each measured row a bar of its median and its ratio", () => {
  const plot = barPlot([{
    title: "1 product & more",
    rows: [row("stock", [100, 200, 300]), row("ours", [400, 500, 900]), row("absent", [])],
  }], options);
  const bars = [...plot.matchAll(/<rect x="310" [^>]*width="([\d.]+)"[^>]*class="(\w+)"/g)];
  assert.deepEqual(bars.map(([, width, kind]) => [kind, Number(width)]), [
    ["bar", 80],
    ["ours", 200],
  ]);
  const figures = [...plot.matchAll(/class="figure">([^<]+)</g)].map(([, figure]) => figure);
  assert.deepEqual(figures, ["200 · 1.00×", "500 · 3.00×"]);
  assert.ok(plot.includes("1 product &amp; more"));
  assert.ok(!plot.includes("absent"));
});

function row(name: string, rates: readonly number[]) {
  return { name, rounds: rates.map((rate) => ({ rate, latenciesMs: [] })) };
}
