/** An embedded NATS server with JetStream on files. */
import { runToEnd, startProcess } from "../process.ts";
import { type Program, requireProgram } from "./binary.ts";
import { answers } from "./probe.ts";
import { type EmbeddedServer, launch, logOf, type ServerOptions } from "./server.ts";

const program: Program = {
  names: ["nats-server"],
  packages: { apt: "nats-server", brew: "nats-server" },
  urlVariable: "MALL_NATS_URL",
};
const env = { PATH: "/usr/bin:/bin" };

/** Starts NATS on 127.0.0.1. Throws `SetupError` when it is not installed or does not start. */
export async function startNats(options: ServerOptions): Promise<EmbeddedServer> {
  const command = await requireProgram(program, { log: logOf(options) });
  await Deno.mkdir(options.dataDir, { recursive: true });
  const syncs = await canSetSyncInterval(command);
  return await launch({
    name: "NATS",
    options,
    // SIGTERM lets it flush its streams; SIGINT would do the same.
    stopSteps: [{ signal: "SIGTERM", graceMs: 10_000 }, { signal: "SIGKILL", graceMs: 5_000 }],
    url: (port) => `nats://127.0.0.1:${port}`,
    spawn: async (port, onLine) => {
      const config = `${options.dataDir}/nats.conf`;
      await Deno.writeTextFile(config, natsConfig(options.dataDir, port, syncs));
      return startProcess({
        command,
        args: ["-c", config],
        env: { ...env, ...options.env },
        onLine,
      });
    },
    ready: (_running, port) =>
      answers(port, { question: "PING\r\n", expected: /^INFO .*"jetstream":\s*true[^]*PONG/ }),
  });
}

/**
 * The store's limits keep a runaway producer from filling the disk. JetStream acknowledges before
 * it has synced; where the server lets us (2.10 and later) it syncs every 10 s instead of 2 min.
 */
export function natsConfig(dataDir: string, port: number, setsSyncInterval: boolean): string {
  return [
    `listen: "127.0.0.1:${port}"`,
    `server_name: "mall"`,
    `jetstream {`,
    `  store_dir: ${JSON.stringify(`${dataDir}/jetstream`)}`,
    `  max_file_store: 8GB`,
    `  max_memory_store: 64MB`,
    ...(setsSyncInterval ? [`  sync_interval: "10s"`] : []),
    `}`,
    "",
  ].join("\n");
}

/** An older server refuses to start on a setting that it does not know. */
async function canSetSyncInterval(command: string): Promise<boolean> {
  const { lines } = await runToEnd({ command, args: ["--version"], env }, { timeoutMs: 10_000 });
  const version = lines.join(" ").match(/v(\d+)\.(\d+)\./);
  if (!version) return false;
  const [major, minor] = [Number(version[1]), Number(version[2])];
  return major > 2 || (major === 2 && minor >= 10);
}
