/** Being told to stop: Ctrl-C, SIGTERM, a closed terminal, or an error nobody caught. */

export interface StopRequest extends Disposable {
  /** Resolves with the exit code when it is time to stop. */
  readonly requested: Promise<number>;
  readonly signal: AbortSignal;
}

export interface StopOptions {
  /** The person has no patience: called right before the process exits. */
  readonly onSecond: () => void;
}

const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
/**
 * Ctrl-C reaches the whole foreground group, and `deno task` passes its own signal on to us as
 * well: what comes this soon after the first is the same key press.
 */
const samePressMs = 500;
const impatientCode = 130;

/** Listens until disposed. A second request exits the process at once. */
export function listenForStop({ onSecond }: StopOptions): StopRequest {
  const stop = new AbortController();
  const { promise, resolve } = Promise.withResolvers<number>();
  let firstMs: number | undefined;

  function request(code: number): void {
    firstMs ??= performance.now();
    resolve(code);
    stop.abort();
  }
  function onSignal(): void {
    if (firstMs === undefined) return request(0);
    if (performance.now() - firstMs < samePressMs) return;
    onSecond();
    Deno.exit(impatientCode);
  }
  /** Without this an uncaught rejection would end us and leave the children behind. */
  function onRejection(event: PromiseRejectionEvent): void {
    event.preventDefault();
    reportError(event.reason);
    request(1);
  }
  for (const name of signals) Deno.addSignalListener(name, onSignal);
  globalThis.addEventListener("unhandledrejection", onRejection);
  return {
    requested: promise,
    signal: stop.signal,
    [Symbol.dispose]: () => {
      for (const name of signals) Deno.removeSignalListener(name, onSignal);
      globalThis.removeEventListener("unhandledrejection", onRejection);
    },
  };
}

function reportError(reason: unknown): void {
  const text = reason instanceof Error ? reason.stack ?? reason.message : String(reason);
  try {
    Deno.stderr.writeSync(new TextEncoder().encode(`unexpected: ${text}\n`));
  } catch {
    // Nobody reads it any more; stopping matters more.
  }
}
