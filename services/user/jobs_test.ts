import assert from "node:assert/strict";
import { userJobs } from "./jobs.ts";

/** Sweeps a store of so many old sessions; answers how many batches it took. */
async function sweep(old: number, signal = new AbortController().signal): Promise<number> {
  let left = old;
  let batches = 0;
  const [job] = userJobs({
    sweep(limit) {
      const swept = Math.min(left, limit);
      left -= swept;
      batches++;
      return Promise.resolve(swept);
    },
  });
  assert.ok(job?.kind === "timer");
  await job.run(signal);
  return batches;
}

Deno.test("the sweep goes on while there is something, and no longer than a turn", async () => {
  assert.deepEqual(
    [await sweep(0), await sweep(999), await sweep(2_500), await sweep(10_000_000)],
    [1, 1, 3, 100],
  );
});

Deno.test("the sweep stops with the process", async () => {
  assert.equal(await sweep(2_500, AbortSignal.abort()), 0);
});
