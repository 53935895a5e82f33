/** For tests: what became of a promise, which must not hang. */

const patienceMs = 5_000;

/** "ok", or the name of the error; throws if there is neither within 5 s. */
export async function outcomeOf(work: Promise<unknown>): Promise<string> {
  const hanging = Promise.withResolvers<never>();
  const timer = setTimeout(() => hanging.reject(new Error("it hangs")), patienceMs);
  const named = work.then(() => "ok", (error) => error instanceof Error ? error.name : error);
  return await Promise.race([named, hanging.promise]).finally(() => clearTimeout(timer));
}
