/** The real servers of a test run; `deno task test` starts them and tells their addresses. */

export interface TestServers {
  /** A superuser's URL, database `postgres`. */
  readonly postgresUrl: string;
  readonly natsUrl: string;
  readonly redisUrl: string;
}

/** Addresses of the running servers. Throws, naming the way out, outside `deno task test`. */
export function testServers(): TestServers {
  return {
    postgresUrl: required("MALL_TEST_POSTGRES_URL"),
    natsUrl: required("MALL_TEST_NATS_URL"),
    redisUrl: required("MALL_TEST_REDIS_URL"),
  };
}

function required(name: string): string {
  const value = Deno.env.get(name);
  if (value) return value;
  throw new Error(`${name} is not set: run tests by "deno task test [file …]"`);
}
