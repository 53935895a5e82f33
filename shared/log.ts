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
    write(render(now(), lineLevel, message, { ...fields, ...extra }));
  }
  return {
    debug: (message, extra) => emit("debug", message, extra),
    info: (message, extra) => emit("info", message, extra),
    warn: (message, extra) => emit("warn", message, extra),
    error: (message, extra) => emit("error", message, extra),
    with: (extra) => createLogger({ ...options, fields: { ...fields, ...extra } }),
  };
}

function jsonLine(time: Date, level: LogLevel, message: string, fields: LogFields): string {
  const line: Record<string, unknown> = { time: time.toISOString(), level, message };
  for (const [name, value] of Object.entries(fields)) {
    if (value !== undefined) line[name] = presentable(name, value);
  }
  return JSON.stringify(line);
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
  if (secretField.test(name)) return "[redacted]";
  if (value instanceof Error) return errorText(value);
  if (typeof value === "bigint") return value.toString();
  if (typeof value === "string") return value.slice(0, valueLengthMax);
  if (typeof value === "object" && value !== null) {
    return JSON.stringify(value, (_key, inner) => typeof inner === "bigint" ? `${inner}` : inner)
      .slice(0, valueLengthMax);
  }
  return value;
}

/** The stack with its causes: for logs only, it never goes to a client. */
function errorText(error: Error): string {
  const own = error.stack ?? `${error.name}: ${error.message}`;
  const cause = error.cause instanceof Error ? `\nCaused by: ${errorText(error.cause)}` : "";
  return (own + cause).slice(0, valueLengthMax);
}

const encoder = new TextEncoder();

function writeToStderr(line: string): void {
  Deno.stderr.writeSync(encoder.encode(line + "\n"));
}
