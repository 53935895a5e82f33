/** The toy as a process of its own, to be ended at a crash point: database, NATS, crash point. */
import { armCrashPoint } from "../../crash_point.ts";
import { connectNats } from "../../nats/connection.ts";
import { openPostgres } from "../../postgres/pool.ts";
import { quiet, startToyConsumer, startToyRelay, toyJob } from "./toy.ts";

async function main(): Promise<void> {
  const [databaseUrl = "", natsUrl = "", crashAt = ""] = Deno.args;
  const sql = openPostgres({ url: databaseUrl, name: "crashing", log: quiet });
  const nats = connectNats({ url: natsUrl, name: "crashing", log: quiet });
  await nats.ready;
  armCrashPoint(crashAt);
  startToyRelay(sql, nats);
  startToyConsumer(toyJob(), sql, nats);
}

if (import.meta.main) await main();
