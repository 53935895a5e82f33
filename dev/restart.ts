/** Keeping one process running: again after a crash, with growing pauses, or when told to. */
import type { ProcessEnd } from "./process.ts";
import { pause } from "./wait.ts";

/** What is kept running: a process of ours or an embedded server. */
export interface Unit {
  readonly pid: number;
  readonly ended: Promise<ProcessEnd>;
  kill(signal: Deno.Signal): void;
  stop(): Promise<unknown>;
}

export interface Backoff {
  readonly firstMs: number;
  /** Each pause is twice the one before, up to this. */
  readonly maxMs: number;
  /** Who lived this long starts over with the first pause. */
  readonly resetAfterMs: number;
}

export const defaultBackoff: Backoff = { firstMs: 250, maxMs: 10_000, resetAfterMs: 30_000 };

export interface KeepOptions {
  readonly name: string;
  readonly start: () => Promise<Unit>;
  /** One sentence for the person at the terminal. */
  readonly say: (sentence: string) => void;
  /** Told right after a start, and with undefined after an end. */
  readonly onChange?: (pid: number | undefined) => Promise<void>;
  readonly backoff?: Backoff;
}

export interface KeptUnit {
  /** Undefined while it is not running. */
  readonly pid: number | undefined;
  /** How often it has ended without being told to since it was last told to start. */
  readonly crashes: number;
  /** Stops it and starts it again at once; ends a pause after a crash. */
  restart(): Promise<void>;
  /** Stops it for good. */
  stop(): Promise<void>;
  /** Kills it for good, without waiting. */
  killNow(): void;
}

/** Starts a unit and keeps it running. Throws only if the very first start does. */
export async function keepRunning(options: KeepOptions): Promise<KeptUnit> {
  const keeper = new Keeper(options);
  await keeper.begin();
  return keeper;
}

class Keeper implements KeptUnit {
  readonly #options: KeepOptions;
  readonly #backoff: Backoff;
  #unit: Unit | undefined;
  #delayMs: number;
  #loop: Promise<void> = Promise.resolve();
  /** Aborts the pause after a crash. */
  #wake = new AbortController();
  #restarting = false;
  #stopping = false;
  crashes = 0;

  constructor(options: KeepOptions) {
    this.#options = options;
    this.#backoff = options.backoff ?? defaultBackoff;
    this.#delayMs = this.#backoff.firstMs;
  }

  get pid(): number | undefined {
    return this.#unit?.pid;
  }

  async begin(): Promise<void> {
    const unit = await this.#start();
    this.#loop = this.#keep(unit);
  }

  async restart(): Promise<void> {
    this.#restarting = true;
    this.crashes = 0;
    this.#wake.abort();
    await this.#unit?.stop();
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    this.#wake.abort();
    await this.#unit?.stop();
    await this.#loop;
  }

  killNow(): void {
    this.#stopping = true;
    this.#wake.abort();
    this.#unit?.kill("SIGKILL");
  }

  async #start(): Promise<Unit> {
    const unit = await this.#options.start();
    this.#unit = unit;
    await this.#options.onChange?.(unit.pid);
    return unit;
  }

  async #keep(first: Unit): Promise<void> {
    let unit: Unit | undefined = first;
    while (true) {
      const startedMs = performance.now();
      const end: ProcessEnd | undefined = await unit?.ended;
      this.#unit = undefined;
      await this.#options.onChange?.(undefined);
      if (!this.#stopping && !this.#restarting) await this.#afterCrash(end, startedMs);
      if (this.#stopping) return;
      if (this.#restarting) this.#delayMs = this.#backoff.firstMs;
      this.#restarting = false;
      this.#wake = new AbortController();
      unit = await this.#startAgain();
      // Told to stop, or to start anew, while it was starting: nobody has stopped this one yet.
      if (this.#stopping || this.#restarting) await unit?.stop();
    }
  }

  async #startAgain(): Promise<Unit | undefined> {
    try {
      return await this.#start();
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.#options.say(`${this.#options.name} could not be started: ${reason}`);
      return undefined;
    }
  }

  async #afterCrash(end: ProcessEnd | undefined, startedMs: number): Promise<void> {
    this.crashes++;
    if (performance.now() - startedMs >= this.#backoff.resetAfterMs) {
      this.#delayMs = this.#backoff.firstMs;
    }
    const how = end ? describe(end) : "did not start";
    this.#options.say(`${this.#options.name} ${how}: starting it again in ${this.#delayMs} ms`);
    const wake = this.#wake;
    const delayMs = this.#delayMs;
    this.#delayMs = Math.min(delayMs * 2, this.#backoff.maxMs);
    await pause(delayMs, wake.signal);
  }
}

function describe({ code, signal }: ProcessEnd): string {
  return signal ? `was ended by ${signal}` : `ended with exit code ${code}`;
}
