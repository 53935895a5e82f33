/**
 * A container's health check, since the image has no curl:
 *
 *     deno run --allow-net=127.0.0.1:8080 tools/health_check.ts http://127.0.0.1:8080/readyz
 *
 * Ends with 0 if the answer is a 2xx, else with 1 and what was wrong on standard error.
 */

/** Less than the engine's own time limit, so that the reason is told. */
const timeoutMs = 4_000;

/** What is wrong with the process behind `url`, or undefined if it answers a 2xx in time. */
export async function healthProblem(
  url: string,
  options: { timeoutMs: number } = { timeoutMs },
): Promise<string | undefined> {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(options.timeoutMs) });
    const body = await answer.text();
    return answer.ok ? undefined : `${answer.status} ${body.slice(0, 1_000)}`;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

if (import.meta.main) {
  const [url] = Deno.args;
  const problem = url === undefined ? "give the URL to ask" : await healthProblem(url);
  if (problem !== undefined) console.error(problem);
  Deno.exit(problem === undefined ? 0 : 1);
}
