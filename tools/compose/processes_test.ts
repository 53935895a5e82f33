import assert from "node:assert/strict";
import { EnvReader, type EnvSource } from "../../shared/config.ts";
import { readCompose } from "./file.ts";
import { type Program, programProblems } from "./processes.ts";

const good = `
services:
  store: { image: "postgres:18", networks: [data] }
  nats: { image: "nats:2", networks: [data] }
  once: { build: ., networks: [data], depends_on: [store] }
  order:
    build: .
    command: [task, --quiet, "start:order"]
    environment:
      ORDER_POSTGRES_URL: "postgres://order:\${PASSWORD:?set it}@store:5432/order"
      NATS_URL: nats://nats:4222
      OTEL_DENO: "true"
    networks: [data]
    ports: ["127.0.0.1:8080:8080"]
    depends_on: [once, nats]
    healthcheck:
      test: [CMD, deno, run, "--allow-net=127.0.0.1:8080", x.ts, "http://127.0.0.1:8080/readyz"]
`;

const programs: readonly Program[] = [
  { name: "order", readConfig: readOrder, task: "start:order" },
  { name: "once", readConfig: () => ({}) },
];

function readOrder(source: EnvSource) {
  const env = new EnvReader(source);
  const config = {
    postgresUrl: env.url("ORDER_POSTGRES_URL", ["postgres"]),
    natsUrl: env.url("NATS_URL", ["nats"]),
    port: env.port("ORDER_PORT", 8080),
    grpcPort: undefined,
  };
  env.done();
  return config;
}

Deno.test("programProblems() is content when each program has what it needs", () => {
  assert.deepEqual(programProblems(readCompose(good), programs), []);
});

Deno.test("programProblems() tells each mistake in a sentence", () => {
  const probe = "order: its healthcheck must ask 127.0.0.1:8080";
  const cases: readonly (readonly [string, string, readonly string[]])[] = [
    ["NATS_URL: nats:", "NATS_ULR: nats:", [
      "order: NATS_URL is required",
      "order: sets NATS_ULR, which its config does not read",
    ]],
    ["OTEL_DENO", "ORDER_LIMIT", ["order: sets ORDER_LIMIT, which its config does not read"]],
    ["8080:8080", "8080:80", ["order: publishes 80, but listens on 8080"]],
    ["http://127.0.0.1:8080/readyz", "http://127.0.0.1:8081/readyz", [probe]],
    ["--allow-net=127.0.0.1:8080", "--allow-net=127.0.0.1:8081", [probe]],
    ["@store:5432", "@stroe:5432", [
      "order: ORDER_POSTGRES_URL names stroe, which does not exist",
    ]],
    ['nats:2", networks: [data]', 'nats:2", networks: [bus]', [
      "order: shares no network with nats of NATS_URL",
    ]],
    ["[once, nats]", "[once]", ["order: does not wait for nats of NATS_URL"]],
    ["start:order", "start:pay", ['order: its command must be [task, --quiet, "start:order"]']],
    ["  order:", "  ordre:", [
      "ordre: is built from here, but there is no such program",
      "order: is missing in compose.yaml",
    ]],
  ];
  for (const [from, to, problems] of cases) {
    assert.ok(good.includes(from), from);
    assert.deepEqual(programProblems(readCompose(good.replace(from, to)), programs), problems);
  }
});
