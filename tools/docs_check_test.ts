import assert from "node:assert/strict";
import { EnvReader, type EnvSource } from "../shared/config.ts";
import { variablesRead } from "./docs_check.ts";

Deno.test("variablesRead() tells what a config asks for, also after a mistake", () => {
  function readConfig(source: EnvSource): string {
    const env = new EnvReader(source);
    const url = env.url("THING_URL", ["http"]);
    env.port("THING_PORT", 80);
    env.done();
    return url;
  }
  assert.deepEqual(variablesRead(readConfig), ["THING_URL", "THING_PORT"]);
});
