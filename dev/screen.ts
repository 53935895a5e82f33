/** The terminal and the log files: every line with the name of who said it. */

const nameWidth = 8;
/** Colours that can be told apart on dark and light backgrounds. */
const colours = [36, 33, 35, 32, 34, 96, 93, 95, 92, 94] as const;
const lineOfPeace = /^\d\d:\d\d:\d\d\.\d{3} (DEBUG|INFO |WARN )/;

export interface ScreenOptions {
  readonly isTerminal: boolean;
  readonly colour: boolean;
  /** Where log files go; none are written without it. */
  readonly logDir?: string;
  readonly write?: (text: string) => void;
}

export interface Screen {
  readonly isTerminal: boolean;
  /** A line of a process: to its log file, and to the screen as far as that is wanted now. */
  line(name: string, text: string): void;
  /** Only to the log file. */
  quietLine(name: string, text: string): void;
  /** A sentence of ours. */
  say(sentence: string): void;
  /** Text as it is. */
  raw(text: string): void;
  /** While on, information and debug lines of processes only go to their files. */
  keepQuiet(on: boolean): void;
  close(): void;
}

/** Creates the screen; log files start afresh. */
export function createScreen(options: ScreenOptions): Screen {
  const write = options.write ?? writeToStdout;
  const files = new Map<string, LogFile>();
  const names: string[] = [];
  let quiet = false;
  let closed = false;

  function prefix(name: string): string {
    const padded = `${name.padEnd(nameWidth)}|`;
    if (!options.colour) return padded;
    if (!names.includes(name)) names.push(name);
    return `\x1b[${colours[names.indexOf(name) % colours.length]}m${padded}\x1b[0m`;
  }
  function quietLine(name: string, text: string): void {
    if (options.logDir === undefined || closed) return;
    const file = files.get(name) ?? new LogFile(`${options.logDir}/${name}.log`);
    files.set(name, file);
    file.write(text);
  }
  return {
    isTerminal: options.isTerminal,
    quietLine,
    line(name, text) {
      quietLine(name, text);
      if (quiet && lineOfPeace.test(text)) return;
      write(`${prefix(name)} ${text}\n`);
    },
    say: (sentence) => write(`${prefix("dev")} ${sentence.replaceAll("\n", "\n          ")}\n`),
    raw: write,
    keepQuiet: (on) => void (quiet = on),
    close() {
      closed = true;
      files.forEach((file) => file.close());
      files.clear();
    },
  };
}

const encoder = new TextEncoder();
/** Whoever read us may be gone (`| head`, a closed terminal): no reason to leave children behind. */
function writeToStdout(text: string): void {
  try {
    Deno.stdout.writeSync(encoder.encode(text));
  } catch {
    // The log files have it all.
  }
}

const logBytesMax = 10_000_000;

/** A log file that starts over, keeping one older part, when it gets too long. */
class LogFile {
  readonly #path: string;
  #file: Deno.FsFile;
  #bytes = 0;

  constructor(path: string) {
    this.#path = path;
    Deno.mkdirSync(path.slice(0, path.lastIndexOf("/")), { recursive: true });
    this.#file = open(path);
  }

  write(line: string): void {
    this.#bytes += this.#file.writeSync(encoder.encode(`${line}\n`));
    if (this.#bytes < logBytesMax) return;
    this.#file.close();
    Deno.renameSync(this.#path, `${this.#path}.old`);
    this.#file = open(this.#path);
    this.#bytes = 0;
  }

  close(): void {
    this.#file.close();
  }
}

function open(path: string): Deno.FsFile {
  return Deno.openSync(path, { create: true, write: true, truncate: true, mode: 0o600 });
}
