import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { identityOf, pidsByEnvironment } from "../dev/identity.ts";
import { runDirVariable } from "../dev/leftovers.ts";
import { freePort } from "../dev/ports.ts";
import { type RunningProcess, startProcess } from "../dev/process.ts";
import { projectRoot } from "../dev/project.ts";
import { eventually } from "./support/eventually.ts";

/** A small process as the mall's are: it tells its pid, is ready, and crashes when asked to. */
const serviceSource = `
const port = Number(Deno.env.get("PORT"));
Deno.serve({ hostname: "127.0.0.1", port, onListen: () => {} }, (request) => {
  const { pathname } = new URL(request.url);
  if (pathname === "/crash") setTimeout(() => Deno.exit(3), 1);
  return pathname === "/pid" ? new Response(String(Deno.pid)) : new Response("ok");
});
`;

/** The supervisor on two such processes; everything it needs comes from its environment. */
const supervisorSource = `
import { startArguments } from "${projectRoot()}/dev/command.ts";
import { runDev } from "${projectRoot()}/dev/run.ts";
const root = Deno.env.get("FIXTURE_ROOT");
async function plan(name) {
  const port = Deno.env.get("FIXTURE_" + name.toUpperCase());
  return {
    name,
    args: await startArguments(root, name),
    env: { PATH: Deno.env.get("PATH"), HOME: Deno.env.get("HOME") ?? "/tmp", PORT: port },
    url: "http://localhost:" + port,
    readyUrl: "http://127.0.0.1:" + port + "/readyz",
    paths: [name, "shared"],
  };
}
Deno.exit(await runDev({
  root,
  backoff: { firstMs: 20, maxMs: 1_000, resetAfterMs: 30_000 },
  prepare: async () => ({
    processes: [await plan("alpha"), await plan("beta")],
    servers: [],
    databases: {},
    firstCommands: ["curl something"],
  }),
}));
`;

interface Fixture extends AsyncDisposable {
  readonly root: string;
  readonly ports: { readonly alpha: number; readonly beta: number };
  /** Starts the supervisor; waits for its table unless told not to. */
  start(options?: { wait: boolean }): Promise<{ running: RunningProcess; lines: string[] }>;
  /** The pid that answers on a port now. */
  pid(name: "alpha" | "beta"): Promise<number>;
  /** Pids that belong to the fixture's runs. */
  left(): Promise<readonly number[]>;
}

async function fixture(): Promise<Fixture> {
  const root = await Deno.realPath(await Deno.makeTempDir({ prefix: "mall_dev_" }));
  const ports = { alpha: freePort(), beta: freePort() };
  await writeProject(root);
  const started: RunningProcess[] = [];
  const left = () => pidsByEnvironment(runDirVariable, `${root}/.mall`);

  async function start({ wait } = { wait: true }) {
    const lines: string[] = [];
    const running = startProcess({
      command: Deno.execPath(),
      args: ["run", "-A", "--no-config", `${root}/dev.ts`],
      env: {
        PATH: Deno.env.get("PATH") ?? "",
        HOME: Deno.env.get("HOME") ?? "/tmp",
        FIXTURE_ROOT: root,
        FIXTURE_ALPHA: `${ports.alpha}`,
        FIXTURE_BETA: `${ports.beta}`,
      },
      onLine: (line) => lines.push(line),
    });
    started.push(running);
    if (wait) await saying(lines, /^Try:$/);
    return { running, lines };
  }
  async function pid(name: "alpha" | "beta"): Promise<number> {
    const response = await fetch(`http://127.0.0.1:${ports[name]}/pid`);
    return Number(await response.text());
  }
  return {
    root,
    ports,
    start,
    pid,
    left,
    [Symbol.asyncDispose]: async () => {
      await Promise.all(started.map((running) => running.stop()));
      for (const pid of await left()) Deno.kill(pid, "SIGKILL");
      await Deno.remove(root, { recursive: true });
    },
  };
}

async function writeProject(root: string): Promise<void> {
  const command = (name: string) => `deno run --no-config --allow-net --allow-env ${name}/main.ts`;
  const tasks = { "start:alpha": command("alpha"), "start:beta": { command: command("beta") } };
  await Deno.writeTextFile(`${root}/deno.json`, JSON.stringify({ tasks }));
  await Deno.writeTextFile(`${root}/dev.ts`, supervisorSource);
  for (const name of ["alpha", "beta"]) {
    await Deno.mkdir(`${root}/${name}`);
    await Deno.writeTextFile(`${root}/${name}/main.ts`, serviceSource);
  }
}

function saying(lines: readonly string[], pattern: RegExp): Promise<string> {
  return eventually(`a line ${pattern}`, () => lines.find((line) => pattern.test(line)), {
    timeoutMs: 20_000,
  });
}

Deno.test("dev prints one plain table without a terminal, and Ctrl-C stops only its own", async () => {
  await using mall = await fixture();
  const { running, lines } = await mall.start();
  const table = lines.slice(0, lines.indexOf("Try:")).filter((line) => line !== "");
  deepStrictEqual(
    table.map((line) => line.replaceAll(/[\d.]+ (ms|s|MB)\b/g, "N $1").replaceAll(/ +/g, " ")),
    [
      "name url grpc ready in memory",
      `alpha http://localhost:${mall.ports.alpha} - N ms N MB`,
      `beta http://localhost:${mall.ports.beta} - N ms N MB`,
      table.at(-1)?.replaceAll(/[\d.]+ (ms|s)\b/g, "N $1"),
    ],
  );
  match(table.at(-1) ?? "", /^ready in [\d.]+ m?s; Ctrl-C stops it all$/);
  strictEqual(lines.join("\n").includes("\x1b"), false);

  await using bystander = startProcess({ command: "sleep", args: ["60"], env: {} });
  running.kill("SIGINT");
  deepStrictEqual(await running.ended, { code: 0, signal: null });
  deepStrictEqual(await mall.left(), []);
  ok(await identityOf(bystander.pid));
});

Deno.test("dev starts again what crashes, and restarts only what a change concerns", async () => {
  await using mall = await fixture();
  const { lines } = await mall.start();
  const [alpha, beta] = [await mall.pid("alpha"), await mall.pid("beta")];
  await (await fetch(`http://127.0.0.1:${mall.ports.alpha}/crash`)).text();
  await saying(lines, /^dev {5}\| alpha ended with exit code 3: starting it again in 20 ms$/);
  const again = await eventually("a new alpha", async () => {
    const now = await mall.pid("alpha");
    return now !== alpha && now;
  });
  strictEqual(await mall.pid("beta"), beta);

  await Deno.writeTextFile(`${mall.root}/beta/main.ts`, `${serviceSource}// changed\n`);
  await saying(lines, /^dev {5}\| beta\/main\.ts changed: restarting beta$/);
  await eventually("a new beta", async () => (await mall.pid("beta")) !== beta);
  strictEqual(await mall.pid("alpha"), again);
});

Deno.test("dev ends what a killed run left behind, and only that, then goes on", async () => {
  await using mall = await fixture();
  const first = await mall.start();
  const [alpha, beta] = [await mall.pid("alpha"), await mall.pid("beta")];
  first.running.kill("SIGKILL");
  await first.running.ended;
  deepStrictEqual(new Set(await mall.left()), new Set([alpha, beta]));

  await using bystander = startProcess({ command: "sleep", args: ["60"], env: {} });
  const second = await mall.start();
  const sentence = await saying(second.lines, /ending what an earlier run left behind/);
  match(sentence, new RegExp(`pid ${alpha} `));
  deepStrictEqual([await identityOf(alpha), await identityOf(beta)], [undefined, undefined]);
  ok(await identityOf(bystander.pid));
  second.running.kill("SIGTERM");
  strictEqual((await second.running.ended).code, 0);
});

Deno.test("dev refuses to start beside itself and says where it runs", async () => {
  await using mall = await fixture();
  const first = await mall.start();
  const second = await mall.start({ wait: false });
  strictEqual((await second.running.ended).code, 1);
  deepStrictEqual(second.lines, [
    `dev     | the mall runs already (pid ${first.running.pid}): ` +
    "use that one, or stop it first (Ctrl-C there)",
  ]);
});

Deno.test("dev shows what keeps crashing, stays, and comes right when the file does", async () => {
  await using mall = await fixture();
  await Deno.writeTextFile(`${mall.root}/alpha/main.ts`, "Deno.exit(9);\n");
  const { running, lines } = await mall.start();
  await saying(lines, /^dev {5}\| alpha keeps crashing; its log is \.mall\/logs\/alpha\.log/);
  await saying(lines, /^alpha +http:\S+ +- +not ready/);
  await Deno.writeTextFile(`${mall.root}/alpha/main.ts`, serviceSource);
  await eventually("alpha answers", () => mall.pid("alpha").catch(() => 0));
  running.kill("SIGHUP");
  strictEqual((await running.ended).code, 0);
  deepStrictEqual(await mall.left(), []);
});

Deno.test("dev told to stop twice kills at once", async () => {
  await using mall = await fixture();
  const stubborn = `Deno.addSignalListener("SIGTERM", () => {});\n${serviceSource}`;
  await Deno.writeTextFile(`${mall.root}/alpha/main.ts`, stubborn);
  const { running } = await mall.start();
  let ended = false;
  running.ended.then(() => ended = true);
  const startedMs = performance.now();
  await eventually("the end", () => {
    running.kill("SIGINT");
    return ended;
  }, { pollMs: 100 });
  ok(performance.now() - startedMs < 8_000);
  strictEqual((await running.ended).code, 130);
  await eventually("nothing left", async () => (await mall.left()).length === 0);
});
