/** An embedded Redis: a cache, so nothing of it is written to disk. */
import { startProcess } from "../process.ts";
import { type Program, requireProgram } from "./binary.ts";
import { answers } from "./probe.ts";
import { type EmbeddedServer, launch, logOf, type ServerOptions } from "./server.ts";

const program: Program = {
  names: ["redis-server", "valkey-server"],
  packages: { apt: "redis-server", brew: "redis" },
  urlVariable: "MALL_REDIS_URL",
};

/** Starts Redis on 127.0.0.1. Throws `SetupError` when it is not installed or does not start. */
export async function startRedis(options: ServerOptions): Promise<EmbeddedServer> {
  const command = await requireProgram(program, { log: logOf(options) });
  await Deno.mkdir(options.dataDir, { recursive: true });
  return await launch({
    name: "Redis",
    options,
    stopSteps: [{ signal: "SIGTERM", graceMs: 5_000 }, { signal: "SIGKILL", graceMs: 5_000 }],
    url: (port) => `redis://127.0.0.1:${port}`,
    spawn: (port, onLine) => {
      const args = redisArguments(options.dataDir, port);
      const env = { PATH: "/usr/bin:/bin", ...options.env };
      return Promise.resolve(startProcess({ command, args, env, cwd: options.dataDir, onLine }));
    },
    ready: (_running, port) => answers(port, { question: "PING\r\n", expected: /^\+PONG/ }),
  });
}

/**
 * Eviction is volatile-lru: rows and lists in the cache have an expiry and go first, while what was
 * put there on purpose without one (stock of a flash sale) stays; a cached key that was written
 * without an expiry then shows early as an error instead of hiding behind eviction.
 */
function redisArguments(dataDir: string, port: number): readonly string[] {
  return [
    ["--bind", "127.0.0.1"],
    ["--port", `${port}`],
    ["--dir", dataDir],
    ["--daemonize", "no"],
    ["--save", ""],
    ["--appendonly", "no"],
    ["--maxmemory", "128mb"],
    ["--maxmemory-policy", "volatile-lru"],
  ].flat();
}
