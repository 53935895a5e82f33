import assert from "node:assert/strict";
import { ConfigError, EnvReader } from "../config.ts";
import { processKeys } from "../../tests/support/process_keys.ts";
import { readServiceConfig } from "./config.ts";

function read(values: Record<string, string>) {
  const env = new EnvReader(new Map(Object.entries(values)));
  const config = readServiceConfig("order", env, { port: 8080 });
  env.done();
  return config;
}

const keys = Object.fromEntries(await processKeys("order"));
const needed = {
  ...keys,
  NATS_URL: "nats://n:4222",
  ORDER_POSTGRES_URL: "postgres://p/order",
};

Deno.test("readServiceConfig() needs two URLs and has a default for the rest", () => {
  const { auth, ...config } = read(needed);
  assert.deepEqual([auth.issuer, auth.audience, auth.serviceKeys.size], ["mall", "mall", 6]);
  assert.deepEqual(config, {
    name: "order",
    bind: "0.0.0.0",
    natsUrl: "nats://n:4222",
    staticHosts: "",
    corsOrigins: ["*"],
    logLevel: "info",
    logFormat: "json",
    port: 8080,
    grpcPort: undefined,
    host: "127.0.0.1",
    postgresUrl: "postgres://p/order",
    postgresPoolMax: 10,
    postgresPrepare: true,
    role: "all",
    jetstreamReplicas: 1,
    crashAt: "",
  });
});

Deno.test("readServiceConfig() reads the service's own variables and the shared ones", () => {
  const config = read({
    ...needed,
    NATS_URL: "nats://a:4222,nats://b:4222",
    ORDER_PORT: "0",
    ORDER_GRPC_PORT: "9080",
    ORDER_POSTGRES_PREPARE: "false",
    CORS_ORIGINS: "https://a.test, https://b.test",
    ROLE: "jobs",
  });
  const { natsUrl, port, grpcPort, postgresPrepare, corsOrigins, role } = config;
  assert.deepEqual({ natsUrl, port, grpcPort, postgresPrepare, corsOrigins, role }, {
    natsUrl: "nats://a:4222,nats://b:4222",
    port: 0,
    grpcPort: 9080,
    postgresPrepare: false,
    corsOrigins: ["https://a.test", "https://b.test"],
    role: "jobs",
  });
});

Deno.test("readServiceConfig() tells every mistake at once", () => {
  const bad = {
    ...keys,
    ORDER_PORT: "x",
    ROLE: "boss",
    JETSTREAM_REPLICAS: "6",
    ORDER_GRPC_PORT: "-1",
  };
  assert.throws(() => read(bad), (error) => {
    assert.ok(error instanceof ConfigError);
    assert.deepEqual(error.problems.map((problem) => problem.split(" ")[0]), [
      "NATS_URL",
      "ORDER_PORT",
      "ORDER_GRPC_PORT",
      "ORDER_POSTGRES_URL",
      "ROLE",
      "JETSTREAM_REPLICAS",
    ]);
    return true;
  });
});
