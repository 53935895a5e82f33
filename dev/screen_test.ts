import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { createScreen } from "./screen.ts";

Deno.test("createScreen() prefixes plainly without colour, and is quiet when told to", async () => {
  const logDir = await Deno.makeTempDir();
  try {
    const written: string[] = [];
    const write = (text: string) => void written.push(text);
    const screen = createScreen({ isTerminal: false, colour: false, logDir, write });
    screen.keepQuiet(true);
    screen.line("order", "12:00:00.000 INFO  serving");
    screen.line("order", "12:00:00.001 ERROR broken");
    screen.keepQuiet(false);
    screen.line("order", "12:00:00.002 INFO  again");
    screen.quietLine("redis", "ready");
    screen.say("one\ntwo");
    screen.close();
    deepStrictEqual(written, [
      "order   | 12:00:00.001 ERROR broken\n",
      "order   | 12:00:00.002 INFO  again\n",
      "dev     | one\n          two\n",
    ]);
    strictEqual(
      await Deno.readTextFile(`${logDir}/order.log`),
      "12:00:00.000 INFO  serving\n12:00:00.001 ERROR broken\n12:00:00.002 INFO  again\n",
    );
    strictEqual(await Deno.readTextFile(`${logDir}/redis.log`), "ready\n");
  } finally {
    await Deno.remove(logDir, { recursive: true });
  }
});

Deno.test("createScreen() colours the names on a terminal", () => {
  const written: string[] = [];
  const screen = createScreen({
    isTerminal: true,
    colour: true,
    write: (text) => void written.push(text),
  });
  screen.line("order", "a");
  screen.line("pay", "b");
  deepStrictEqual(written, ["\x1b[36morder   |\x1b[0m a\n", "\x1b[33mpay     |\x1b[0m b\n"]);
});
