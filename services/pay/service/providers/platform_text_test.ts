import assert from "node:assert/strict";
import { cutText } from "./platform_text.ts";

Deno.test("cutText() cuts between characters, by their bytes", () => {
  assert.deepEqual([0, 2, 3, 4, 7, 8, 99].map((max) => cutText("两a😀b", max)), [
    "",
    "",
    "两",
    "两a",
    "两a",
    "两a😀",
    "两a😀b",
  ]);
});
