/** One run of `deno task dev`, from the lock to the last child's end. */
import { createLogger, type Logger } from "../shared/log.ts";
import { residentBytes } from "./identity.ts";
import { endLeftovers } from "./leftovers.ts";
import type { Backoff } from "./restart.ts";
import { createScreen, type Screen } from "./screen.ts";
import { SetupError } from "./setup_error.ts";
import { type MallState, openState, type RunRecord, stateDir } from "./state.ts";
import { listenForStop, type StopRequest } from "./stop_signals.ts";
import { type ProcessPlan, type ServerPlan, type Started, Supervisor } from "./supervisor.ts";
import { duration, megabytes, renderTable } from "./table.ts";
import { watchFiles } from "./watch.ts";

/** What there is to run, worked out once the state is open. */
export interface Prepared {
  readonly processes: readonly ProcessPlan[];
  /** Servers that were started, for the table. */
  readonly servers: readonly Started[];
  readonly databases: RunRecord["databases"];
  /** Where servers are that are looked at later, by name. */
  readonly serverUrls?: RunRecord["urls"];
  /** Run once everything is ready. */
  readonly seed?: () => Promise<void>;
  /** Shown at the end: what to try first. */
  readonly firstCommands: readonly string[];
}

export interface PrepareContext {
  readonly state: MallState;
  readonly screen: Screen;
  readonly log: Logger;
  startServers(plans: readonly ServerPlan[]): Promise<readonly Started[]>;
}

export interface DevPlan {
  /** The project: what is run, watched, and where .mall is. Absolute, no slash at the end. */
  readonly root: string;
  readonly prepare: (context: PrepareContext) => Promise<Prepared>;
  readonly backoff?: Backoff;
}

/**
 * Runs the plan until it is told to stop by a signal, and answers the exit code: 0 after an orderly
 * stop, 1 when it could not start. Nothing that it started is left.
 */
export async function runDev(plan: DevPlan): Promise<number> {
  const startedMs = performance.now();
  const isTerminal = Deno.stdout.isTerminal();
  const colour = isTerminal && !Deno.noColor;
  try {
    using state = await openState(plan.root);
    const screen = createScreen({ isTerminal, colour, logDir: `${stateDir(plan.root)}/logs` });
    const log = createLogger({ format: "text", write: (line) => screen.line("dev", line) });
    try {
      return await runWith(plan, { state, screen, log, startedMs });
    } finally {
      screen.close();
    }
  } catch (error) {
    createScreen({ isTerminal, colour }).say(describe(error));
    return 1;
  }
}

interface Run {
  readonly state: MallState;
  readonly screen: Screen;
  readonly log: Logger;
  readonly startedMs: number;
}

async function runWith(plan: DevPlan, run: Run): Promise<number> {
  const { state, screen, log } = run;
  const supervisor = new Supervisor({
    root: plan.root,
    state,
    screen,
    ...(plan.backoff ? { backoff: plan.backoff } : {}),
  });
  using stop = listenForStop({ onSecond: () => supervisor.killNow() });
  let code = 0;
  try {
    const recorded = Object.values(state.earlier?.processes ?? {});
    await endLeftovers({ runDir: state.dir, recorded, log });
    await Promise.race([start(plan, supervisor, run, stop), stop.requested]);
    code = await stop.requested;
  } catch (error) {
    screen.say(describe(error));
    code = 1;
  }
  screen.keepQuiet(false);
  if (supervisor.hasStarted) screen.say("stopping");
  await supervisor.stop();
  state.forgetRun();
  if (supervisor.hasStarted) screen.say("stopped");
  return code;
}

/** Brings everything up, shows the table, and keeps an eye on the files from then on. */
async function start(
  plan: DevPlan,
  supervisor: Supervisor,
  run: Run,
  stop: StopRequest,
): Promise<void> {
  const { state, screen, log } = run;
  screen.keepQuiet(true);
  const prepared = await plan.prepare({
    state,
    screen,
    log,
    startServers: (plans) => supervisor.startServers(plans),
  });
  if (stop.signal.aborted) return;
  const { processes, databases, serverUrls } = prepared;
  const urls = {
    ...serverUrls,
    ...Object.fromEntries(processes.map(({ name, url }) => [name, url])),
  };
  state.recordPlaces({ urls, databases });
  const started = await supervisor.startProcesses(processes);
  if (stop.signal.aborted) return;
  const allReady = started.every(({ readyMs }) => readyMs !== undefined);
  await seed(prepared, allReady, screen);
  if (stop.signal.aborted) return;
  screen.keepQuiet(false);
  await showTable(prepared, started, run);
  watch(plan, processes, supervisor, screen, stop);
}

async function seed(prepared: Prepared, allReady: boolean, screen: Screen): Promise<void> {
  if (!prepared.seed) return;
  if (!allReady) {
    screen.say("no demo data as long as not everything is ready: `deno task seed` loads it later");
    return;
  }
  try {
    await prepared.seed();
  } catch (error) {
    screen.say(`the demo data could not be loaded (\`deno task seed\` tries again): ${error}`);
  }
}

async function showTable(
  prepared: Prepared,
  processes: readonly Started[],
  { screen, startedMs }: Run,
): Promise<void> {
  const rows = await Promise.all(
    [...processes, ...prepared.servers].map(async (row) => ({
      ...row,
      memory: row.pid === undefined ? undefined : await residentBytes(row.pid),
    })),
  );
  const table = renderTable(rows, [
    { title: "name", value: (row) => row.name },
    { title: "url", value: (row) => row.url },
    { title: "grpc", value: (row) => row.grpc ?? "-" },
    {
      title: "ready in",
      value: ({ readyMs }) => readyMs === undefined ? "not ready" : duration(readyMs),
      right: true,
    },
    { title: "memory", value: ({ memory }) => megabytes(memory), right: true },
  ]);
  const isReady = processes.every(({ readyMs }) => readyMs !== undefined);
  const verdict = isReady ? "ready" : "partly ready";
  const total = `${verdict} in ${duration(performance.now() - startedMs)}; Ctrl-C stops it all`;
  screen.raw(`\n${table}\n${total}\n`);
  if (prepared.firstCommands.length === 0) return;
  screen.raw(`\nTry:\n${prepared.firstCommands.map((line) => `  ${line}\n`).join("")}\n`);
}

function watch(
  { root }: DevPlan,
  watched: readonly ProcessPlan[],
  supervisor: Supervisor,
  screen: Screen,
  stop: StopRequest,
): void {
  const watcher = watchFiles({
    root,
    watched,
    onChange: (names, path) => {
      screen.say(`${path} changed: restarting ${names.join(", ")}`);
      supervisor.restart(names).catch((error) => screen.say(describe(error)));
    },
  });
  stop.signal.addEventListener("abort", () => watcher[Symbol.dispose]());
}

/** A sentence for what we foresaw; for the rest all there is, to be reported. */
function describe(error: unknown): string {
  if (error instanceof SetupError) return error.message;
  return error instanceof Error ? error.stack ?? error.message : String(error);
}
