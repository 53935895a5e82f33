import assert from "node:assert/strict";
import { armCrashPoint, crashPoint } from "./crash_point.ts";

Deno.test("crashPoint() ends the process at the named place and pass only", () => {
  const deaths: string[] = [];
  try {
    armCrashPoint("here:2", () => deaths.push("here"));
    for (const name of ["there", "here", "there", "here", "here"]) crashPoint(name);
    assert.deepEqual(deaths, ["here"]);
    armCrashPoint(undefined);
    crashPoint("here");
    assert.deepEqual(deaths, ["here"]);
  } finally {
    armCrashPoint(undefined);
  }
});
