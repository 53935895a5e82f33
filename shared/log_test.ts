import assert from "node:assert/strict";
import { createLogger, type LogFields, type LoggerOptions } from "./log.ts";

const now = () => new Date("2026-11-01T09:15:30.250Z");

/** The lines that `write` leaves. */
function linesOf(options: LoggerOptions, write: (log: ReturnType<typeof createLogger>) => void) {
  const lines: string[] = [];
  write(createLogger({ now, ...options, write: (line) => lines.push(line) }));
  return lines;
}

/** One JSON line's own fields. */
function fieldsOf(fields: LogFields): unknown {
  const [line = ""] = linesOf({}, (log) => log.info("hello", fields));
  assert.doesNotMatch(line, /\n/);
  const { time: _time, level: _level, message: _message, ...rest } = JSON.parse(line);
  return rest;
}

Deno.test("createLogger() writes one JSON object a line", () => {
  const lines = linesOf({ fields: { service: "order" } }, (log) => {
    log.with({ component: "relay" }).warn("slow", { ms: 12, nothing: undefined });
  });
  assert.deepEqual(lines.map((line) => JSON.parse(line)), [{
    time: "2026-11-01T09:15:30.250Z",
    level: "warn",
    message: "slow",
    service: "order",
    component: "relay",
    ms: 12,
  }]);
});

Deno.test("createLogger() writes a line for people", () => {
  const lines = linesOf({ format: "text" }, (log) => {
    log.info("serving", { url: "http://x:1", port: 1, why: "two words", password: "x" });
  });
  assert.deepEqual(lines, [
    `09:15:30.250 INFO  serving url=http://x:1 port=1 why="two words" password="[redacted]"`,
  ]);
});

Deno.test("createLogger() drops what is below its level", () => {
  const write = (log: ReturnType<typeof createLogger>) => {
    log.debug("a");
    log.info("b");
    log.warn("c");
    log.error("d");
  };
  const messages = (["debug", "info", "warn", "error"] as const).map((level) => {
    return linesOf({ level }, write).map((line) => JSON.parse(line).message).join("");
  });
  assert.deepEqual(messages, ["abcd", "bcd", "cd", "d"]);
});

Deno.test("createLogger() redacts what is named like a secret, also inside", () => {
  assert.deepEqual(
    fieldsOf({
      password: "p",
      access_token: "t",
      Authorization: "Bearer t",
      card_number: 4111n,
      user: { name: "demo", passwordHash: "h", nested: { cookie: "c" } },
      user_id: 123n,
    }),
    {
      password: "[redacted]",
      access_token: "[redacted]",
      Authorization: "[redacted]",
      card_number: "[redacted]",
      user: `{"name":"demo","passwordHash":"[redacted]","nested":{"cookie":"[redacted]"}}`,
      user_id: "123",
    },
  );
});

Deno.test("createLogger() shows an error with its causes, within a limit", () => {
  const [line = ""] = linesOf({}, (log) => {
    const cause = new Error("the disk is full");
    log.error("failed", { error: new Error("could not save", { cause }) });
  });
  assert.match(JSON.parse(line).error, /could not save[\s\S]*Caused by: Error: the disk is full/);
  const long = new Error("x".repeat(10_000), { cause: new Error("the root") });
  const { error } = fieldsOf({ error: long }) as { error: string };
  assert.match(error, /Caused by: Error: the root/);
  assert.ok(error.length <= 2_000);
});

Deno.test("createLogger() never throws, whatever it is given", () => {
  const circle: Record<string, unknown> = { n: 1n };
  circle["self"] = circle;
  const loop = new Error("loop");
  loop.cause = loop;
  const odd = [
    circle,
    loop,
    Symbol("s"),
    () => 1,
    NaN,
    null,
    { toJSON: () => undefined },
    {
      get trap() {
        throw new Error("no");
      },
    },
    "x".repeat(100_000),
    [1n, { token: "t" }],
  ];
  for (const format of ["json", "text"] as const) {
    for (const value of odd) {
      const [line = ""] = linesOf({ format }, (log) => log.info("odd", { value }));
      assert.match(line, /odd/);
      assert.ok(line.length < 2_200);
    }
  }
});

Deno.test("createLogger() outlives a closed pipe", () => {
  const log = createLogger({
    write: () => {
      throw new Deno.errors.BrokenPipe();
    },
  });
  log.info("nobody listens");
});

Deno.test("createLogger() keeps a field from passing for the line's own", () => {
  const [line = ""] = linesOf({}, (log) => log.info("hello", { level: "error", message: "fake" }));
  assert.deepEqual(JSON.parse(line), {
    time: "2026-11-01T09:15:30.250Z",
    level: "info",
    message: "hello",
    level_: "error",
    message_: "fake",
  });
});
