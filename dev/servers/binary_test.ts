import { deepStrictEqual, rejects, strictEqual } from "node:assert/strict";
import { createLogger } from "../../shared/log.ts";
import { findProgram, type Machine, type Program, requireProgram } from "./binary.ts";

const program: Program = {
  names: ["some-server", "other-server"],
  packages: { apt: "some-server", brew: "some" },
  urlVariable: "MALL_SOME_URL",
};
const log = createLogger({ write: () => {} });

/** A machine with one directory of programs; commands are recorded and `effect` happens. */
async function machineWith(
  programs: readonly string[],
  { isRoot = true, effect = () => Promise.resolve(0) }: {
    isRoot?: boolean;
    effect?: (dir: string, command: string) => Promise<number>;
  } = {},
): Promise<Machine & { dir: string; commands: string[] } & AsyncDisposable> {
  const dir = await Deno.makeTempDir();
  for (const name of programs) await addProgram(dir, name);
  const commands: string[] = [];
  return {
    dir,
    commands,
    path: dir,
    extraDirs: [],
    isRoot,
    run: async (command, args) => {
      const line = [command, ...args].join(" ").replaceAll(`${dir}/`, "");
      commands.push(line);
      return { code: await effect(dir, line), lines: [] };
    },
    [Symbol.asyncDispose]: () => Deno.remove(dir, { recursive: true }),
  };
}

async function addProgram(dir: string, name: string): Promise<void> {
  await Deno.writeTextFile(`${dir}/${name}`, "", { mode: 0o755 });
}

Deno.test("findProgram() takes the best name, executable files only", async () => {
  await using machine = await machineWith(["other-server"]);
  await Deno.writeTextFile(`${machine.dir}/some-server`, "", { mode: 0o644 });
  const { dir } = machine;
  strictEqual(await findProgram(program.names, machine), `${dir}/other-server`);
  strictEqual(
    await findProgram(program.names, { path: "", extraDirs: [dir] }),
    `${dir}/other-server`,
  );
  strictEqual(await findProgram(["none"], machine), undefined);
});

Deno.test("requireProgram() installs by apt-get as root, updating the lists first", async () => {
  await using machine = await machineWith(["apt-get"], {
    effect: async (dir, command) => {
      if (command.includes("install")) await addProgram(dir, "some-server");
      return 0;
    },
  });
  strictEqual(await requireProgram(program, { log, machine }), `${machine.dir}/some-server`);
  deepStrictEqual(machine.commands, [
    "apt-get update",
    "apt-get install -y --no-install-recommends some-server",
  ]);
});

Deno.test("requireProgram() never asks for a password", async () => {
  await using machine = await machineWith(["apt-get", "sudo"], {
    isRoot: false,
    effect: () => Promise.resolve(1),
  });
  await rejects(requireProgram(program, { log, machine }), { name: "SetupError" });
  deepStrictEqual(machine.commands, ["sudo -n true"]);
});

Deno.test("requireProgram() names every way out when nothing helps", async () => {
  await using machine = await machineWith([]);
  await rejects(requireProgram(program, { log, machine }), {
    name: "SetupError",
    message: [
      "some-server was found neither on PATH nor in /usr/sbin, /usr/local/sbin, /usr/local/bin, " +
      "/opt/homebrew/bin. Either",
      "  Debian, Ubuntu:  apt-get update && apt-get install -y some-server",
      "  macOS:           brew install some",
      "  elsewhere:       put the program on PATH",
      "  or name a running server:  MALL_SOME_URL=… deno task dev",
    ].join("\n"),
  });
  deepStrictEqual(machine.commands, []);
});
