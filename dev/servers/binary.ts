/** Finding a server's program on this machine, or installing it with the system's packages. */
import type { Logger } from "../../shared/log.ts";
import { runToEnd } from "../process.ts";
import { SetupError } from "../setup_error.ts";

/** Looked in after PATH: servers are often installed where a user's PATH does not reach. */
const extraDirs = ["/usr/sbin", "/usr/local/sbin", "/usr/local/bin", "/opt/homebrew/bin"];
const installTimeoutMs = 10 * 60_000;

let installing: Promise<void> = Promise.resolve();

export interface Program {
  /** Names under which it may be found, best first. */
  readonly names: readonly string[];
  readonly packages: { readonly apt: string; readonly brew: string };
  /** The variable that names a running server instead. */
  readonly urlVariable: string;
}

export interface CommandResult {
  readonly code: number;
  readonly lines: readonly string[];
}

/** The machine as far as looking for programs goes; tests give a made-up one. */
export interface Machine {
  readonly path: string;
  readonly extraDirs: readonly string[];
  readonly isRoot: boolean;
  /** Runs a command to its end. */
  run(command: string, args: readonly string[]): Promise<CommandResult>;
}

/** This machine. Installing inherits what a package manager needs: proxies, locale, home. */
export function thisMachine(): Machine {
  const env = Deno.env.toObject();
  return {
    path: env["PATH"] ?? "/usr/bin:/bin",
    extraDirs,
    isRoot: Deno.uid() === 0,
    run: (command, args) => {
      const quiet = { ...env, DEBIAN_FRONTEND: "noninteractive", HOMEBREW_NO_AUTO_UPDATE: "1" };
      return runToEnd({ command, args, env: quiet }, { timeoutMs: installTimeoutMs });
    },
  };
}

/** The path of the program, installed if need be. Throws `SetupError` naming the ways out. */
export async function requireProgram(
  program: Program,
  { log, machine = thisMachine() }: { log: Logger; machine?: Machine },
): Promise<string> {
  const found = await findProgram(program.names, machine);
  if (found) return found;
  // One after another: package managers lock each other out.
  installing = installing.then(() => install(program, log, machine));
  await installing;
  const installed = await findProgram(program.names, machine);
  if (installed) return installed;
  throw new SetupError(waysOut(program));
}

/** The first of `names` that is an executable file on PATH or where servers usually live. */
export async function findProgram(
  names: readonly string[],
  { path, extraDirs }: Pick<Machine, "path" | "extraDirs">,
): Promise<string | undefined> {
  const dirs = [...path.split(":").filter((dir) => dir !== ""), ...extraDirs];
  for (const name of names) {
    for (const dir of dirs) {
      if (await isExecutable(`${dir}/${name}`)) return `${dir}/${name}`;
    }
  }
  return undefined;
}

async function isExecutable(path: string): Promise<boolean> {
  try {
    const { isFile, mode } = await Deno.stat(path);
    return isFile && ((mode ?? 0) & 0o111) !== 0;
  } catch {
    return false;
  }
}

async function install(program: Program, log: Logger, machine: Machine): Promise<void> {
  const name = program.names[0];
  for (const [command, args] of await installCommands(program, machine)) {
    log.info(`${name} is not here, installing it: ${[command, ...args].join(" ")}`);
    const { code, lines } = await machine.run(command, args);
    if (code === 0) continue;
    log.warn(`that ended with exit code ${code}: ${lines.slice(-3).join(" / ")}`);
    return;
  }
}

type Command = readonly [string, readonly string[]];

async function installCommands(program: Program, machine: Machine): Promise<readonly Command[]> {
  const { apt, brew } = program.packages;
  const aptGet = await findProgram(["apt-get"], machine);
  if (aptGet) {
    const update = ["update"];
    const add = ["install", "-y", "--no-install-recommends", apt];
    if (machine.isRoot) return [[aptGet, update], [aptGet, add]];
    const sudo = await findProgram(["sudo"], machine);
    if (!sudo || (await machine.run(sudo, ["-n", "true"])).code !== 0) return [];
    return [[sudo, ["-n", aptGet, ...update]], [sudo, ["-n", aptGet, ...add]]];
  }
  const homebrew = await findProgram(["brew"], machine);
  return homebrew ? [[homebrew, ["install", brew]]] : [];
}

function waysOut({ names, packages, urlVariable }: Program): string {
  return [
    `${names[0]} was found neither on PATH nor in ${extraDirs.join(", ")}. Either`,
    `  Debian, Ubuntu:  apt-get update && apt-get install -y ${packages.apt}`,
    `  macOS:           brew install ${packages.brew}`,
    `  elsewhere:       put the program on PATH`,
    `  or name a running server:  ${urlVariable}=… deno task dev`,
  ].join("\n");
}
