import assert from "node:assert/strict";
import { shownName } from "./profile.ts";

Deno.test("shownName() is the chosen name, else the login name", () => {
  const cases = [
    { name: "苏小满", username: "demo", shown: "苏小满" },
    { name: "", username: "demo", shown: "demo" },
  ];
  assert.deepEqual(cases.map(shownName), cases.map(({ shown }) => shown));
});
