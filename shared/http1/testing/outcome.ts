/** For tests: what became of a promise, which must not hang. */

const patienceMs = 5_000;

/** What the work gives; throws if there is nothing within 5 s. */
export async function inTime<T>(work: Promise<T>): Promise<T> {
  const hanging = Promise.withResolvers<never>();
  const timer = setTimeout(() => hanging.reject(new Error("it hangs")), patienceMs);
  return await Promise.race([work, hanging.promise]).finally(() => clearTimeout(timer));
}

/** "ok", or the name of the error; throws if there is neither within 5 s. */
export async function outcomeOf(work: Promise<unknown>): Promise<string> {
  return await inTime(
    work.then(() => "ok", (error) => error instanceof Error ? error.name : String(error)),
  );
}
