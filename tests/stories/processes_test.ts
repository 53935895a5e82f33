/** Each process as it is really started: by its task, with its own narrow permissions. */
import assert from "node:assert/strict";
import { startArguments } from "../../dev/command.ts";
import { repositoryRoot } from "../../tools/buf.ts";
import { runProgram } from "../../tools/run_program.ts";
import { serviceNames, startMall } from "../support/mall.ts";

Deno.test("every process starts by its task, answers its probes, and stops on SIGTERM", async () => {
  await using mall = await startMall();
  for (const name of [...serviceNames, "bff"] as const) {
    await using process = await mall.spawn(name);
    const health = await fetch(`${process.url}/healthz`);
    assert.deepEqual([name, await health.json()], [name, { status: "ok" }]);
    const metrics = await (await fetch(`${process.url}/metrics`)).text();
    assert.match(metrics, /process_resident_memory_bytes\{app="\w+"\} \d+/);
    if (name === "bff") {
      const asset = await fetch(`${process.url}/docs/swagger-ui.css`);
      await asset.body?.cancel();
      assert.equal(asset.status, 200);
    }
    assert.deepEqual(await process.kill("SIGTERM"), { code: 0, signal: null });
  }
});

Deno.test("a process without its environment says what is missing, and exits 2", async () => {
  const { code, stderr } = await runProgram(
    Deno.execPath(),
    await startArguments(repositoryRoot, "product"),
    { cwd: repositoryRoot, env: { PRODUCT_PORT: "http", NO_COLOR: "1" }, clearEnv: true },
  );
  assert.equal(code, 2, stderr);
  for (const name of ["NATS_URL", "REDIS_URL", "PRODUCT_POSTGRES_URL", "PRODUCT_PORT"]) {
    assert.ok(stderr.includes(name), `${name} is not named in:\n${stderr}`);
  }
});

Deno.test("no process may do what it has no use for", async () => {
  const attempts = [
    `Deno.readTextFileSync("/etc/passwd")`,
    `Deno.writeTextFileSync("/tmp/mall-escape", "x")`,
    `new Deno.Command("id").outputSync()`,
    `Deno.dlopen("libc.so.6", {})`,
    `if (Deno.env.get("HOME") === undefined) throw new Error("NotCapable")`,
  ];
  const probe = `const out = [];
    for (const attempt of ${JSON.stringify(attempts)}) {
      try { new Function(attempt)(); out.push("allowed: " + attempt); } catch { out.push("denied"); }
    }
    console.log(JSON.stringify(out));`;
  for (const name of [...serviceNames, "bff"] as const) {
    const flags = (await startArguments(repositoryRoot, name)).slice(0, -1);
    const args = [...flags, `data:text/javascript,${encodeURIComponent(probe)}`];
    const { stdout, stderr } = await runProgram(Deno.execPath(), args, { cwd: repositoryRoot });
    assert.deepEqual(JSON.parse(stdout || "[]"), attempts.map(() => "denied"), `${name} ${stderr}`);
  }
});
