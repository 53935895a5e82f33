import assert from "node:assert/strict";
import { forgetAfterMs, isSessionId, tidyUserAgent } from "./session.ts";

Deno.test("isSessionId() takes what crypto makes, and nothing that the database would refuse", () => {
  assert.equal(isSessionId(crypto.randomUUID()), true);
  const others = [
    "",
    "7",
    "x".repeat(36),
    crypto.randomUUID().slice(1),
    `${crypto.randomUUID()}\n`,
  ];
  assert.deepEqual(others.map(isSessionId), others.map(() => false));
});

Deno.test("tidyUserAgent() keeps 200 characters, none of which spoils a row or a line", () => {
  assert.equal(tidyUserAgent("Firefox/1\r\nx: y\0"), "Firefox/1  x: y ");
  assert.equal(tidyUserAgent("\ud800"), "\ufffd");
  assert.equal(tidyUserAgent("😀".repeat(300)), "😀".repeat(200));
});

Deno.test("forgetAfterMs outlives every access token of a session", () => {
  assert.equal(forgetAfterMs, 960_000);
});
