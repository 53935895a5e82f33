import assert from "node:assert/strict";
import { ConfigError, EnvReader } from "./config.ts";

function reader(values: Record<string, string>): EnvReader {
  return new EnvReader(new Map(Object.entries(values)));
}

/** What `done()` complains about. */
function problemsOf(env: EnvReader): readonly string[] {
  try {
    env.done();
    return [];
  } catch (error) {
    assert.ok(error instanceof ConfigError);
    return error.problems;
  }
}

Deno.test("EnvReader reads typed values and falls back", () => {
  const env = reader({ A: " text ", B: "7", C: "blue", D: "true", E: "http://x.test", F: "  " });
  assert.deepEqual([
    env.string("A"),
    env.string("F", "fallback"),
    env.int("B", { min: 1, max: 9 }),
    env.int("F", { min: 1, max: 9, fallback: 5 }),
    env.port("F", 8080),
    env.oneOf("C", ["red", "blue"], "red"),
    env.oneOf("F", ["red", "blue"], "red"),
    env.bool("D", false),
    env.bool("F", true),
    env.url("E", ["http"]),
    env.url("F", ["http"], ""),
    env.urls("E", ["http"]),
  ], [
    "text",
    "fallback",
    7,
    5,
    8080,
    "blue",
    "red",
    true,
    true,
    "http://x.test",
    "",
    "http://x.test",
  ]);
  assert.deepEqual(problemsOf(env), []);
});

Deno.test("EnvReader.done() tells every mistake at once, and no URL", () => {
  const secret = "pass-w0rd";
  const env = reader({
    INT: "1.5",
    PORT: "65536",
    WORD: "green",
    BOOL: "yes",
    URL: `mysql://root:${secret}@db/x`,
    URLS: `nats://root:${secret}@a,http://root:${secret}@b`,
    NONE: `${secret} is no url`,
  });
  env.string("MISSING");
  env.int("INT", { min: 0, max: 9 });
  env.int("ABSENT", { min: 0, max: 9 });
  env.port("PORT", 1);
  env.oneOf("WORD", ["red", "blue"], "red");
  env.bool("BOOL", false);
  env.url("URL", ["postgres", "postgresql"]);
  env.urls("URLS", ["nats"]);
  env.url("NONE", ["nats"]);
  env.problem("the moon is full");
  assert.deepEqual(problemsOf(env), [
    "MISSING is required",
    `INT must be a whole number from 0 to 9, not "1.5"`,
    "ABSENT is required",
    `PORT must be a whole number from 0 to 65535, not "65536"`,
    `WORD must be one of red, blue, not "green"`,
    `BOOL must be one of true, false, not "yes"`,
    "URL must be a URL starting with postgres:// or postgresql://",
    "URLS must be a URL starting with nats://",
    "NONE must be a URL starting with nats://",
    "the moon is full",
  ]);
  assert.throws(() => env.done(), (error) => !`${error}`.includes(secret));
});

Deno.test("EnvReader.urls() takes the members of a cluster", () => {
  const cluster = "nats://a:4222, nats://b:4222,tls://c:4222";
  const env = reader({ NATS_URL: cluster });
  assert.equal(env.urls("NATS_URL", ["nats", "tls"]), cluster);
  assert.deepEqual(problemsOf(env), []);
});
