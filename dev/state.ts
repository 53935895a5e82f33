/** What `deno task dev` keeps in .mall/: a lock, secrets, chosen ports, and who is running. */
import { identityOf, type ProcessIdentity } from "./identity.ts";
import { SetupError } from "./setup_error.ts";

/** What runs now, for the next start, for `seed`, and for whoever wants to look. */
export interface RunRecord {
  readonly supervisor: ProcessIdentity;
  /** Every process that the supervisor has started and not seen ending, by name. */
  readonly processes: Readonly<Record<string, ProcessIdentity>>;
  /** Where things are, by name: `bff` → `http://localhost:8888`. */
  readonly urls: Readonly<Record<string, string>>;
  /** Each service's Postgres URL, password included: the file is for its owner only. */
  readonly databases: Readonly<Record<string, string>>;
}

export interface MallState extends Disposable {
  /** The absolute path of .mall. */
  readonly dir: string;
  /** What the run before this one wrote, if it did not end properly. */
  readonly earlier: RunRecord | undefined;
  /** A random word that is made once and kept. */
  secret(name: string): string;
  /** A word that `make` makes once and that is kept. */
  keep(name: string, make: () => Promise<string>): Promise<string>;
  /** The port that `name` got last time. */
  rememberedPort(name: string): number | undefined;
  rememberPort(name: string, port: number): void;
  /** Notes a process that was just started, or with undefined that it ended. */
  record(name: string, pid: number | undefined): Promise<void>;
  recordPlaces(places: Pick<RunRecord, "urls" | "databases">): void;
  /** Everything ended properly: nothing is left for the next start to look after. */
  forgetRun(): void;
}

/** Where the state of the project in `root` is. */
export function stateDir(root: string): string {
  return `${root.replace(/\/$/, "")}/.mall`;
}

/**
 * Takes the lock of `root`'s mall; the system gives it back even after kill -9. Throws `SetupError`
 * when another `deno task dev` has it, or the directory cannot be written.
 */
export async function openState(root: string): Promise<MallState> {
  const dir = stateDir(root);
  const lock = takeLock(dir);
  const earlier = readRecord(dir);
  if (!lock) throw new SetupError(alreadyRunning(earlier));
  const supervisor = await identityOf(Deno.pid);
  if (!supervisor) throw new Error("a process that does not find itself");
  return stateIn(dir, { lock, earlier, supervisor });
}

/** Reads what the running mall wrote; undefined when none runs. */
export function readRun(root: string): RunRecord | undefined {
  const dir = stateDir(root);
  try {
    if (!Deno.statSync(dir).isDirectory) return undefined;
  } catch {
    return undefined;
  }
  const lock = takeLock(dir);
  if (!lock) return readRecord(dir);
  lock.close();
  return undefined;
}

interface Opened {
  readonly lock: Deno.FsFile;
  readonly earlier: RunRecord | undefined;
  readonly supervisor: ProcessIdentity;
}

function stateIn(dir: string, { lock, earlier, supervisor }: Opened): MallState {
  const secrets = new StringMap(`${dir}/secrets.json`);
  const ports = new StringMap(`${dir}/ports.json`);
  let run: RunRecord = { supervisor, processes: {}, urls: {}, databases: {} };

  function update(change: Partial<RunRecord>): void {
    run = { ...run, ...change };
    writeWhole(`${dir}/run.json`, run);
  }
  return {
    dir,
    earlier,
    secret: (name) => secrets.get(name) ?? secrets.set(name, randomWord()),
    async keep(name, make) {
      return secrets.get(name) ?? secrets.set(name, await make());
    },
    rememberedPort: (name) => Number(ports.get(name)) || undefined,
    rememberPort: (name, port) => void ports.set(name, `${port}`),
    async record(name, pid) {
      const identity = pid === undefined ? undefined : await identityOf(pid);
      const { [name]: _gone, ...others } = run.processes;
      update({ processes: identity ? { ...others, [name]: identity } : others });
    },
    recordPlaces: (places) => update(places),
    forgetRun: () => removeIfThere(`${dir}/run.json`),
    [Symbol.dispose]: () => lock.close(),
  };
}

function takeLock(dir: string): Deno.FsFile | undefined {
  try {
    Deno.mkdirSync(dir, { recursive: true });
    const file = Deno.openSync(`${dir}/lock`, { create: true, write: true });
    if (file.tryLockSync(true)) return file;
    file.close();
    return undefined;
  } catch (cause) {
    if (!(cause instanceof Deno.errors.PermissionDenied)) throw cause;
    const sentence = `${dir} cannot be written: make it yours (it may belong to another user)`;
    throw new SetupError(sentence, { cause });
  }
}

function alreadyRunning(run: RunRecord | undefined): string {
  const pid = run ? ` (pid ${run.supervisor.pid})` : "";
  const place = run?.urls["bff"] ? ` at ${run.urls["bff"]}` : "";
  return `the mall runs already${place}${pid}: use that one, or stop it first (Ctrl-C there)`;
}

function readRecord(dir: string): RunRecord | undefined {
  try {
    return JSON.parse(Deno.readTextFileSync(`${dir}/run.json`));
  } catch {
    // Written whole or not at all, so this means: there is none.
    return undefined;
  }
}

/** A small file of words, written at once with every change. */
class StringMap {
  readonly #path: string;
  readonly #values: Record<string, string>;

  constructor(path: string) {
    this.#path = path;
    this.#values = readWords(path);
  }

  get(name: string): string | undefined {
    return this.#values[name];
  }

  set(name: string, value: string): string {
    this.#values[name] = value;
    writeWhole(this.#path, this.#values);
    return value;
  }
}

function readWords(path: string): Record<string, string> {
  try {
    return JSON.parse(Deno.readTextFileSync(path));
  } catch (cause) {
    if (cause instanceof Deno.errors.NotFound) return {};
    throw new SetupError(`${path} cannot be read: remove it, or run \`deno task reset\``, {
      cause,
    });
  }
}

/** Readable by the owner only; a crash leaves the old file or the new one, never half of one. */
function writeWhole(path: string, value: unknown): void {
  const draft = `${path}.new`;
  removeIfThere(draft);
  Deno.writeTextFileSync(draft, JSON.stringify(value, null, 2), { mode: 0o600, createNew: true });
  Deno.renameSync(draft, path);
}

function removeIfThere(path: string): void {
  try {
    Deno.removeSync(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

function randomWord(): string {
  return [...crypto.getRandomValues(new Uint8Array(24))]
    .map((byte) => byte.toString(16).padStart(2, "0"))
    .join("");
}
