/** Everything that one run has started: servers first, processes on top, stopped in reverse. */
import { runDirVariable } from "./leftovers.ts";
import { startProcess } from "./process.ts";
import { type Backoff, keepRunning, type KeptUnit, type Unit } from "./restart.ts";
import type { Screen } from "./screen.ts";
import type { MallState } from "./state.ts";
import { poll } from "./wait.ts";
import type { Watched } from "./watch.ts";

export interface ServerPlan {
  readonly name: string;
  /** What the table shows; without a password. */
  readonly url: string;
  readonly start: () => Promise<Unit>;
}

export interface ProcessPlan extends Watched {
  /** Arguments for deno. */
  readonly args: readonly string[];
  /** The whole environment. */
  readonly env: Readonly<Record<string, string>>;
  /** What people open. */
  readonly url: string;
  /** Answers 200 once the process can do its work. */
  readonly readyUrl: string;
  /** Where native gRPC clients go; undefined when there is no such door. */
  readonly grpc?: string;
}

/** What became of a start. */
export interface Started {
  readonly name: string;
  readonly url: string;
  readonly grpc?: string;
  /** From its start to its first good answer; undefined when it is not ready. */
  readonly readyMs?: number;
  readonly pid?: number;
}

export interface SupervisorOptions {
  readonly root: string;
  readonly state: MallState;
  readonly screen: Screen;
  readonly backoff?: Backoff;
  /** How long a process may take until it is ready; 60 s unless told. */
  readonly readyTimeoutMs?: number;
}

/** Who crashes this often before it was ever ready is not waited for any longer. */
const crashesMax = 3;
const probeTimeoutMs = 2_000;

export class Supervisor {
  readonly #options: SupervisorOptions;
  readonly #servers = new Map<string, KeptUnit>();
  readonly #processes = new Map<string, KeptUnit>();
  /** Starts under way: stopping waits for them, so that nothing slips through. */
  readonly #starting = new Set<Promise<unknown>>();
  readonly #stopping = new AbortController();

  constructor(options: SupervisorOptions) {
    this.#options = options;
  }

  /** Whether anything was started, or is about to be. */
  get hasStarted(): boolean {
    return this.#servers.size + this.#processes.size + this.#starting.size > 0;
  }

  /** Starts the servers at once. Throws what the first failing one throws. */
  async startServers(plans: readonly ServerPlan[]): Promise<readonly Started[]> {
    return await this.#together(plans.map(async ({ name, url, start }) => {
      const startedMs = performance.now();
      const unit = await this.#keep(this.#servers, name, start);
      return started({ name, url }, { readyMs: performance.now() - startedMs, pid: unit.pid });
    }));
  }

  /** Starts the processes at once and waits until each is ready or has failed. */
  async startProcesses(plans: readonly ProcessPlan[]): Promise<readonly Started[]> {
    return await this.#together(plans.map(async (plan) => {
      const startedMs = performance.now();
      const unit = await this.#keep(this.#processes, plan.name, () => this.#spawn(plan));
      const ready = await this.#untilReady(plan, unit);
      const readyMs = ready ? performance.now() - startedMs : undefined;
      return started(plan, { readyMs, pid: unit.pid });
    }));
  }

  /** Restarts the named processes at once. */
  async restart(names: readonly string[]): Promise<void> {
    await Promise.all(names.map((name) => this.#processes.get(name)?.restart()));
  }

  /** Stops the processes, all at once, then the servers. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    // A process that is waited for ends when it is stopped; a server is waited for to be there.
    await stopAll(this.#processes);
    await Promise.allSettled(this.#starting);
    await stopAll(this.#processes);
    await stopAll(this.#servers);
  }

  /** Kills everything at once. */
  killNow(): void {
    this.#stopping.abort();
    for (const unit of [...this.#processes.values(), ...this.#servers.values()]) unit.killNow();
  }

  async #together<T>(starts: readonly Promise<T>[]): Promise<readonly T[]> {
    starts.forEach((start) => this.#starting.add(start));
    const results = await Promise.allSettled(starts);
    starts.forEach((start) => this.#starting.delete(start));
    return results.map((result) => {
      if (result.status === "rejected") throw result.reason;
      return result.value;
    });
  }

  async #keep(
    units: Map<string, KeptUnit>,
    name: string,
    start: () => Promise<Unit>,
  ): Promise<KeptUnit> {
    if (this.#stopping.signal.aborted) throw new Error("stopping");
    const { state, screen, backoff } = this.#options;
    const unit = await keepRunning({
      name,
      start,
      say: screen.say,
      onChange: (pid) => state.record(name, pid),
      ...(backoff ? { backoff } : {}),
    });
    units.set(name, unit);
    return unit;
  }

  #spawn({ name, args, env }: ProcessPlan): Promise<Unit> {
    const { root, state, screen } = this.#options;
    return Promise.resolve(startProcess({
      command: Deno.execPath(),
      args,
      cwd: root,
      env: { ...env, [runDirVariable]: state.dir },
      onLine: (line) => screen.line(name, line),
    }));
  }

  async #untilReady(plan: ProcessPlan, unit: KeptUnit): Promise<boolean> {
    const timeoutMs = this.#options.readyTimeoutMs ?? 60_000;
    let last = "";
    const verdict = await poll(async () => {
      if (unit.crashes >= crashesMax) return "crashed";
      last = await readiness(plan.readyUrl);
      return last === "ready" ? "ready" : undefined;
    }, { timeoutMs, everyMs: 50, signal: this.#stopping.signal });
    if (verdict === "ready" || this.#stopping.signal.aborted) return verdict === "ready";
    this.#options.screen.say(
      verdict === "crashed"
        ? `${plan.name} keeps crashing; its log is .mall/logs/${plan.name}.log. ` +
          "It is started again when its files change"
        : `${plan.name} is not ready after ${timeoutMs / 1_000} s: ${last}`,
    );
    return false;
  }
}

function started(
  { name, url, grpc }: { name: string; url: string; grpc?: string },
  { readyMs, pid }: { readyMs: number | undefined; pid: number | undefined },
): Started {
  return {
    name,
    url,
    ...(grpc === undefined ? {} : { grpc }),
    ...(readyMs === undefined ? {} : { readyMs }),
    ...(pid === undefined ? {} : { pid }),
  };
}

async function stopAll(units: ReadonlyMap<string, KeptUnit>): Promise<void> {
  await Promise.all([...units.values()].map((unit) => unit.stop()));
}

/** `ready`, or why not: the answer's own words tell which dependency is missing. */
async function readiness(url: string): Promise<string> {
  const limit = new AbortController();
  const timer = setTimeout(() => limit.abort(), probeTimeoutMs);
  try {
    const response = await fetch(url, { signal: limit.signal });
    const text = await response.text();
    return response.status === 200 ? "ready" : `${response.status} ${text.slice(0, 300)}`;
  } catch {
    return `no answer from ${url}`;
  } finally {
    clearTimeout(timer);
  }
}
