/**
 * What an abort signal is, for calls that are many and short: one listener, and no event. A call
 * goes through stages; each says how it is stopped.
 */
export class Cancellation {
  #cause: { readonly reason: unknown } | undefined;
  #stop: (() => void) | undefined;

  /** Stops the stage that is under way. Only the first reason counts. */
  cancel(reason: unknown): void {
    if (this.#cause !== undefined) return;
    this.#cause = { reason };
    const stop = this.#stop;
    this.#stop = undefined;
    stop?.();
  }

  get cancelled(): boolean {
    return this.#cause !== undefined;
  }

  get reason(): unknown {
    return this.#cause?.reason;
  }

  /** How to stop what happens from now on; at once if it is too late already. */
  onCancel(stop: () => void): void {
    if (this.#cause === undefined) this.#stop = stop;
    else stop();
  }

  /** The stage is over: nothing is to be stopped. */
  passed(): void {
    this.#stop = undefined;
  }

  /** Throws the reason if there is one. */
  throwIfCancelled(): void {
    if (this.#cause !== undefined) throw this.#cause.reason;
  }
}
