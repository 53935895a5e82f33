/** The command of a process, taken from where it is written once: the tasks of deno.json. */
import { SetupError } from "./setup_error.ts";

/** What only a shell understands; a task that needs it cannot be run without one. */
const shellSyntax = /[$`;&|<>(){}*?~#\\]/;

/** Reads deno.json of `root` and answers the arguments for deno of the task `start:<process>`. */
export async function startArguments(root: string, process: string): Promise<readonly string[]> {
  const file = `${root}/deno.json`;
  const { tasks = {} } = JSON.parse(await Deno.readTextFile(file));
  const task = tasks[`start:${process}`];
  const command = typeof task === "string" ? task : task?.command;
  if (typeof command !== "string") {
    throw new SetupError(`${file} has no task start:${process}: add it, "deno run … main.ts"`);
  }
  return denoArguments(command);
}

/**
 * Splits a command line `deno …` into deno's arguments. Single and double quotes are understood;
 * other shell syntax is refused, except `*` within a flag, which deno itself understands.
 */
export function denoArguments(command: string): readonly string[] {
  if (/["']/.test(withoutQuoted(command))) {
    throw new SetupError(`a quote of a start task is never closed: ${command}`);
  }
  const words = command.match(/(?:[^\s"']+|"[^"]*"|'[^']*')+/g) ?? [];
  const [program, ...args] = words.map(unquoted);
  if (program !== "deno") {
    throw new SetupError(`a start task must begin with \`deno\`, not: ${command}`);
  }
  return args;
}

function unquoted(word: string): string {
  const bare = withoutQuoted(word);
  const flagPattern = word.startsWith("--") ? bare.replaceAll("*", "") : bare;
  if (shellSyntax.test(flagPattern)) {
    throw new SetupError(`a start task may not use shell syntax: ${word}`);
  }
  return word.replaceAll(/"([^"]*)"|'([^']*)'/g, "$1$2");
}

function withoutQuoted(text: string): string {
  return text.replaceAll(/"[^"]*"|'[^']*'/g, "");
}
