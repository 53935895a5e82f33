import { deepStrictEqual, throws } from "node:assert/strict";
import { denoArguments } from "./command.ts";

Deno.test("denoArguments() splits a plain command and understands quotes", () => {
  deepStrictEqual(
    denoArguments(`deno run --allow-env=ORDER_*,HOST '--allow-read=a b' --x="c d" main.ts`),
    ["run", "--allow-env=ORDER_*,HOST", "--allow-read=a b", "--x=c d", "main.ts"],
  );
});

Deno.test("denoArguments() refuses what needs a shell, and other programs", () => {
  const refused = [
    "node main.js",
    "deno run main.ts && echo done",
    "deno run $HOME/main.ts",
    "deno run *.ts",
    "deno run main.ts > log",
    "deno run 'open",
    "",
  ];
  for (const command of refused) throws(() => denoArguments(command), { name: "SetupError" });
});
