/**
 * Creates the services' roles and databases once and ends; for containers.
 *
 *     MALL_POSTGRES_URL=postgres://postgres:…@postgres/postgres ORDER_POSTGRES_PASSWORD=… \
 *       deno run --allow-net --allow-env dev/provision.ts
 */
import { ConfigError, EnvReader, type EnvSource } from "../shared/config.ts";
import { createLogger, type Logger } from "../shared/log.ts";
import { type PerService, perService, provisionDatabases } from "./databases.ts";
import { poll } from "./wait.ts";

/** Postgres in a container may need this long for its first start. */
const patienceMs = 60_000;
const retryEveryMs = 1_000;

export interface ProvisionConfig {
  readonly superuserUrl: string;
  readonly passwords: PerService<string>;
}

/** Reads MALL_POSTGRES_URL and <SERVICE>_POSTGRES_PASSWORD. Throws `ConfigError`. */
export function provisionConfig(source: EnvSource): ProvisionConfig {
  const env = new EnvReader(source);
  const config = {
    superuserUrl: env.url("MALL_POSTGRES_URL", ["postgres", "postgresql"]),
    passwords: perService((service) => env.string(`${service.toUpperCase()}_POSTGRES_PASSWORD`)),
  };
  env.done();
  return config;
}

async function main(log: Logger): Promise<number> {
  try {
    const { superuserUrl, passwords } = provisionConfig(Deno.env);
    let refusal: unknown;
    const urls = await poll(
      () => provisionDatabases(superuserUrl, passwords).catch((error) => void (refusal = error)),
      { timeoutMs: patienceMs, everyMs: retryEveryMs },
    );
    if (!urls) throw refusal;
    log.info("roles and databases are ready", { databases: Object.keys(urls).length });
    return 0;
  } catch (error) {
    if (error instanceof ConfigError) log.error(error.message);
    else log.error("roles and databases could not be made", { error });
    return 1;
  }
}

if (import.meta.main) Deno.exit(await main(createLogger()));
