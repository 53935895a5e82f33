/** Waiting with a limit; no timer outlives its wait. */

/** Settles as `promise` does, or with undefined after `timeoutMs`. */
export async function within<T>(promise: Promise<T>, timeoutMs: number): Promise<T | undefined> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const limit = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), timeoutMs);
  });
  try {
    return await Promise.race([promise, limit]);
  } finally {
    clearTimeout(timer);
  }
}

/** Waits `ms`, or less if `signal` aborts; never throws. */
export function pause(ms: number, signal?: AbortSignal): Promise<void> {
  if (signal?.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    function finish(): void {
      clearTimeout(timer);
      signal?.removeEventListener("abort", finish);
      resolve();
    }
    const timer = setTimeout(finish, ms);
    signal?.addEventListener("abort", finish);
  });
}

export interface PollOptions {
  readonly timeoutMs: number;
  /** Between two questions; 25 ms unless told. */
  readonly everyMs?: number;
  readonly signal?: AbortSignal;
}

/**
 * Asks until the answer is truthy. Answers undefined when the time is over or `signal` aborts;
 * what `ask` throws goes to the caller.
 */
export async function poll<T>(
  ask: () => T | Promise<T>,
  options: PollOptions,
): Promise<NonNullable<T> | undefined> {
  const { timeoutMs, everyMs = 25, signal } = options;
  const end = performance.now() + timeoutMs;
  while (!signal?.aborted) {
    const answer = await ask();
    if (answer) return answer;
    if (performance.now() >= end) return undefined;
    await pause(everyMs, signal);
  }
  return undefined;
}
