/** Structured logging: one JSON object a line, or one readable line for people. */

/** Severities, least first. */
export const logLevels = ["debug", "info", "warn", "error"] as const;
export type LogLevel = (typeof logLevels)[number];
export type LogFormat = "json" | "text";
export type LogFields = Readonly<Record<string, unknown>>;

/** Writes lines of one process. Fields never hold tokens, passwords, addresses or payloads. */
export interface Logger {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
  /** The same log with `fields` added to every line. */
  with(fields: LogFields): Logger;
}

export interface LoggerOptions {
  /** Lines below this severity are dropped. */
  level?: LogLevel;
  format?: LogFormat;
  fields?: LogFields;
  /** Where a finished line goes; standard error unless told. */
  write?: (line: string) => void;
  now?: () => Date;
}

/** The longest value of one field, in characters: a log line is not a place for bodies. */
const valueLengthMax = 2_000;
const secretField = /password|secret|token|authorization|cookie|answer|card|address/i;

/** Creates a logger. Fields whose name tells of a secret are written as `[redacted]`. */
export function createLogger(options: LoggerOptions = {}): Logger {
  const { level = "info", format = "json", fields = {}, write = writeToStderr } = options;
  const now = options.now ?? (() => new Date());
  const levelMin = logLevels.indexOf(level);
  const render = format === "json" ? jsonLine : textLine;

  function emit(lineLevel: LogLevel, message: string, extra?: LogFields): void {
    if (logLevels.indexOf(lineLevel) < levelMin) return;
    const line = () => render(now(), lineLevel, message, { ...fields, ...extra });
    writeSafely(line, write);
  }
  return {
    debug: (message, extra) => emit("debug", message, extra),
    info: (message, extra) => emit("info", message, extra),
    warn: (message, extra) => emit("warn", message, extra),
    error: (message, extra) => emit("error", message, extra),
    with: (extra) => createLogger({ ...options, fields: { ...fields, ...extra } }),
  };
}

/** A log that cannot be written must not end what it tells of: nobody is left to be told. */
function writeSafely(line: () => string, write: (line: string) => void): void {
  try {
    write(line());
  } catch {
    // A closed pipe, a getter that throws: the line is lost, the call goes on.
  }
}

/** Written member by member: every call of the mall writes a line in every process that it passes. */
function jsonLine(time: Date, level: LogLevel, message: string, fields: LogFields): string {
  let line = `{"time":"${isoText(time)}","level":"${level}","message":${JSON.stringify(message)}`;
  for (const name of Object.keys(fields)) {
    // Nothing comes of a value that JSON does not know, such as undefined.
    const value = JSON.stringify(presentable(name, fields[name]));
    if (value !== undefined) line += `,${nameOf(name).member}:${value}`;
  }
  return line + "}";
}

let lastMs = NaN;
let lastText = "";

/** Lines of one millisecond share it: it costs more than any other member. */
function isoText(time: Date): string {
  const ms = time.getTime();
  if (ms !== lastMs) [lastMs, lastText] = [ms, time.toISOString()];
  return lastText;
}

/** What a field's name means for its member. */
interface FieldName {
  /** As it stands in the JSON, quotes included: not like a member that every line has. */
  readonly member: string;
  readonly isSecret: boolean;
}

/** Names are words of the code, so there are few. */
const knownNames = new Map<string, FieldName>();
const knownNamesMax = 1_000;
const ownMembers = ["time", "level", "message"];

function nameOf(name: string): FieldName {
  const known = knownNames.get(name);
  if (known !== undefined) return known;
  const member = JSON.stringify(ownMembers.includes(name) ? `${name}_` : name);
  const made = { member, isSecret: secretField.test(name) };
  if (knownNames.size < knownNamesMax) knownNames.set(name, made);
  return made;
}

function textLine(time: Date, level: LogLevel, message: string, fields: LogFields): string {
  const rest = Object.entries(fields)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}=${textValue(presentable(name, value))}`);
  return [time.toISOString().slice(11, 23), level.toUpperCase().padEnd(5), message, ...rest]
    .join(" ");
}

function textValue(value: unknown): string {
  return typeof value === "string" && /^[\w.:/@-]+$/.test(value) ? value : JSON.stringify(value);
}

function presentable(name: string, value: unknown): unknown {
  if (value === undefined) return undefined;
  if (nameOf(name).isSecret) return "[redacted]";
  if (value instanceof Error) return errorText(value);
  if (typeof value === "bigint") return value.toString();
  if (typeof value === "string") return value.slice(0, valueLengthMax);
  if (typeof value === "object" && value !== null) return objectText(value);
  return value;
}

function objectText(value: object): string {
  try {
    return `${JSON.stringify(value, presentableInside)}`.slice(0, valueLengthMax);
  } catch {
    return "[cannot be shown]";
  }
}

function presentableInside(name: string, value: unknown): unknown {
  if (secretField.test(name)) return "[redacted]";
  if (value instanceof Error) return errorText(value);
  return typeof value === "bigint" ? value.toString() : value;
}

/** Further causes of an error say little, and may go in a circle. */
const causesMax = 5;

/** The stack with its causes: for logs only, it never goes to a client. */
function errorText(error: Error, causesLeft = causesMax): string {
  const own = error.stack ?? `${error.name}: ${error.message}`;
  if (!(error.cause instanceof Error) || causesLeft === 0) return own.slice(0, valueLengthMax);
  // Half for each, so that a long stack does not hide what began it.
  const cause = `\nCaused by: ${errorText(error.cause, causesLeft - 1)}`;
  return (own.slice(0, valueLengthMax / 2) + cause).slice(0, valueLengthMax);
}

const encoder = new TextEncoder();

function writeToStderr(line: string): void {
  let rest = encoder.encode(line + "\n");
  while (rest.byteLength > 0) rest = rest.subarray(Deno.stderr.writeSync(rest));
}
