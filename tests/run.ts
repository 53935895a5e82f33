/**
 * `deno task test [arguments of deno test]`: brings up servers of its own on free ports, runs the
 * tests against them, and leaves nothing behind. Works beside a running `deno task dev`.
 */
import { createLogger } from "../shared/log.ts";
import { identityOf, isAlive, type ProcessIdentity } from "../dev/identity.ts";
import { endLeftovers, runDirVariable } from "../dev/leftovers.ts";
import { type OutputStream, type RunningProcess, startProcess } from "../dev/process.ts";
import { startNats } from "../dev/servers/nats.ts";
import { startPostgres } from "../dev/servers/postgres.ts";
import { startRedis } from "../dev/servers/redis.ts";
import type { EmbeddedServer, ServerOptions } from "../dev/servers/server.ts";
import { SetupError } from "../dev/setup_error.ts";

const root = new URL("..", import.meta.url).pathname;
const dirPrefix = "mall-test-";
const log = createLogger({ format: "text" });
/** Test files in parallel: each of them keeps the servers busy as well. */
const jobs = "2";

interface TestServers extends AsyncDisposable {
  readonly env: Readonly<Record<string, string>>;
}

/** Sums up what `deno test` printed: `ok | 12 passed | 0 failed`, once for each run of it. */
export class Tally {
  passed = 0;
  failed = 0;
  /** The files of failed tests, as `deno test` lists them at its end. */
  readonly failedFiles = new Set<string>();

  add(line: string): void {
    // deno-lint-ignore no-control-regex -- colours are control characters
    const plain = line.replaceAll(/\x1b\[[\d;]*m/g, "");
    const match = plain.match(/^(?:ok|FAILED) \| (\d+) passed(?: \([^)]*\))? \| (\d+) failed/);
    this.passed += Number(match?.[1] ?? 0);
    this.failed += Number(match?.[2] ?? 0);
    const file = / => (\.\/\S+_test\.ts):\d+:\d+$/.exec(plain)?.[1];
    if (file !== undefined) this.failedFiles.add(file);
  }
}

/** Runs the tests and answers the exit code. `stopped` aborts with the code to exit with. */
async function runTests(args: readonly string[], stopped: AbortSignal): Promise<number> {
  await sweepDeadRuns();
  const dir = await Deno.makeTempDir({ prefix: dirPrefix });
  try {
    await writeRecord(dir, [Deno.pid]);
    // As root, Postgres runs as somebody else who must be able to pass.
    await Deno.chmod(dir, 0o711);
    await using servers = await startServers(dir);
    if (stopped.aborted) return Number(stopped.reason);
    return await denoTest(args, { dir, env: servers.env, stopped });
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

/** Starts all three at once; when one fails, the others are stopped. */
async function startServers(dir: string): Promise<TestServers> {
  const pids = [Deno.pid];
  const options = (name: string): ServerOptions => ({
    dataDir: `${dir}/${name}`,
    log,
    env: { [runDirVariable]: dir },
    onSpawn: (pid) => pids.push(pid),
  });
  const password = crypto.randomUUID();
  const results = await Promise.allSettled([
    startPostgres({ ...options("postgres"), password, durable: false }),
    startNats(options("nats")),
    startRedis(options("redis")),
  ]);
  const started = results.flatMap((r) => r.status === "fulfilled" ? [r.value] : []);
  const stop = () => stopAll(started);
  const failure = results.find((result) => result.status === "rejected");
  const [postgres, nats, redis] = started;
  if (failure || !postgres || !nats || !redis) {
    await stop();
    throw failure?.reason;
  }
  await writeRecord(dir, pids);
  const env = {
    MALL_TEST_POSTGRES_URL: postgres.url,
    MALL_TEST_NATS_URL: nats.url,
    MALL_TEST_REDIS_URL: redis.url,
  };
  return { env, [Symbol.asyncDispose]: stop };
}

async function stopAll(servers: readonly EmbeddedServer[]): Promise<void> {
  await Promise.all(servers.map((server) => server.stop()));
}

interface TestRun {
  readonly dir: string;
  readonly env: Readonly<Record<string, string>>;
  readonly stopped: AbortSignal;
}

/** More failed files than this are no accident of a busy machine. */
const secondTryFilesMax = 4;

/**
 * Runs the tests and prints the sum. In CI, whose machine may stand still for seconds, files that
 * failed get one second try, alone; those that pass it are named as unsteady: mend them.
 */
async function denoTest(args: readonly string[], run: TestRun): Promise<number> {
  const first = await runOnce(["--parallel", ...args], run);
  const { tally } = first;
  const files = [...tally.failedFiles];
  const again = Deno.env.has("CI") && first.code !== 0 && files.length > 0 &&
    files.length <= secondTryFilesMax && !run.stopped.aborted;
  const last = again ? await secondTry(files, run) : first;
  const failed = last.tally.failed;
  print(`${tally.passed + tally.failed - failed} passed, ${failed} failed`, "stdout");
  return run.stopped.aborted ? Number(run.stopped.reason) : last.code;
}

async function secondTry(files: readonly string[], run: TestRun) {
  print(`\nsecond try, one after the other: ${files.join(" ")}`, "stdout");
  const second = await runOnce(files, run);
  const unsteady = files.filter((file) => !second.tally.failedFiles.has(file));
  if (second.code === 0) print(`unsteady, to be mended: ${unsteady.join(" ")}`, "stdout");
  return second;
}

async function runOnce(
  args: readonly string[],
  { dir, env, stopped }: TestRun,
): Promise<{ readonly code: number; readonly tally: Tally }> {
  const tally = new Tally();
  const colour = Deno.stdout.isTerminal() && !Deno.noColor ? { FORCE_COLOR: "1" } : {};
  const running = startProcess({
    command: Deno.execPath(),
    args: ["test", "-A", "--unstable-no-legacy-abort", ...args],
    cwd: root,
    env: { DENO_JOBS: jobs, ...Deno.env.toObject(), ...colour, ...env, [runDirVariable]: dir },
    onLine: (line, stream) => {
      tally.add(line);
      print(line, stream);
    },
  });
  const { code } = await endUnless(running, stopped);
  return { code, tally };
}

/** Waits for the end; when `stopped` aborts, asks for it. */
async function endUnless(running: RunningProcess, stopped: AbortSignal) {
  let stopping: Promise<unknown> = Promise.resolve();
  function stop(): void {
    stopping = running.stop([
      { signal: "SIGINT", graceMs: 3_000 },
      { signal: "SIGKILL", graceMs: 5_000 },
    ]);
  }
  stopped.addEventListener("abort", stop);
  if (stopped.aborted) stop();
  try {
    return await running.ended;
  } finally {
    stopped.removeEventListener("abort", stop);
    await stopping;
  }
}

function print(line: string, stream: OutputStream): void {
  try {
    Deno[stream].writeSync(new TextEncoder().encode(`${line}\n`));
  } catch {
    // Whoever read us is gone (`| head`); the exit code still tells.
  }
}

async function writeRecord(dir: string, pids: readonly number[]): Promise<void> {
  const identities = await Promise.all(pids.map(identityOf));
  await Deno.writeTextFile(`${dir}/run.json`, JSON.stringify(identities.filter(Boolean)));
}

/** A run that was killed could not clean up: the next one does, processes and files. */
async function sweepDeadRuns(): Promise<void> {
  const temporary = Deno.env.get("TMPDIR") ?? "/tmp";
  for await (const { name, isDirectory } of Deno.readDir(temporary)) {
    if (!isDirectory || !name.startsWith(dirPrefix)) continue;
    await sweep(`${temporary}/${name}`);
  }
}

async function sweep(runDir: string): Promise<void> {
  const text = await Deno.readTextFile(`${runDir}/run.json`).catch(() => "[]");
  const recorded: readonly ProcessIdentity[] = JSON.parse(text);
  const [owner] = recorded;
  // Without a record it may just be starting, or belong to another user.
  if (!owner || await isAlive(owner)) return;
  await endLeftovers({ runDir, recorded, log, graceMs: 2_000 });
  await Deno.remove(runDir, { recursive: true });
}

const signalCodes = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

async function main(): Promise<number> {
  const stopped = new AbortController();
  for (const [signal, code] of Object.entries(signalCodes)) {
    Deno.addSignalListener(signal as keyof typeof signalCodes, () => stopped.abort(code));
  }
  try {
    return await runTests(Deno.args, stopped.signal);
  } catch (error) {
    if (error instanceof SetupError) log.error(error.message);
    else log.error("the tests could not be run", { error });
    return 1;
  }
}

if (import.meta.main) Deno.exit(await main());
