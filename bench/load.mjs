/** The load generator: plain JavaScript, so that Deno and Node run the very same loop. */

/**
 * Calls `one` over and over. The first call that fails ends the measurement with its error.
 *
 * @param {() => Promise<void>} one
 * @param {import("./load.ts").LoadOptions} options
 * @returns {Promise<import("./load.ts").LoadResult>}
 */
export async function load(one, { inFlight, measureMs, callsMax = Infinity }) {
  const startedMs = performance.now();
  const end = startedMs + measureMs;
  /** @type {number[]} */
  const latenciesMs = [];
  let begun = 0;
  await Promise.all(Array.from({ length: inFlight }, async () => {
    for (let before = performance.now(); before < end && begun < callsMax;) {
      begun++;
      await one();
      const after = performance.now();
      latenciesMs.push(after - before);
      before = after;
    }
  }));
  const seconds = (performance.now() - startedMs) / 1_000;
  return { rate: latenciesMs.length / seconds, latenciesMs: latenciesMs.sort((a, b) => a - b) };
}
