import assert from "node:assert/strict";
import { readCompose } from "./file.ts";
import { composeProblems } from "./rules.ts";

const good = `
x-hardened: &hardened
  read_only: true
  cap_drop: [ALL]
  security_opt: ["no-new-privileges:true"]
  restart: unless-stopped
  stop_grace_period: 15s
  mem_limit: 256m
services:
  store:
    <<: *hardened
    image: postgres:18
    environment: { POSTGRES_PASSWORD: "\${POSTGRES_PASSWORD:?set it}", LEVEL: "\${LEVEL:-info}" }
    volumes: ["data:/data", "./deploy/x.conf:/x.conf:ro"]
    networks: [inside]
    healthcheck: { test: [CMD, pg_isready] }
  once:
    <<: *hardened
    image: mall:1
    environment:
      URL: "postgres://postgres:\${POSTGRES_PASSWORD:?set it}@store:5432/postgres"
    depends_on: { store: { condition: service_healthy } }
  app:
    <<: *hardened
    image: registry:5000/mall:1
    ports: ["127.0.0.1:80:80"]
    depends_on: { once: { condition: service_completed_successfully } }
    healthcheck: { test: [CMD, ask] }
networks: { inside: {} }
volumes: { data: {} }
`;

Deno.test("composeProblems() is content with a careful file", () => {
  assert.deepEqual(composeProblems(readCompose(good)), []);
});

Deno.test("composeProblems() tells each mistake in a sentence", () => {
  const cases: readonly (readonly [string, string, string])[] = [
    ["postgres:18", "postgres", 'store: pin the version of its image "postgres"'],
    ["postgres:18", "postgres:latest", 'store: pin the version of its image "postgres:latest"'],
    [
      "registry:5000/mall:1",
      "registry:5000/mall",
      'app: pin the version of its image "registry:5000/mall"',
    ],
    [
      'POSTGRES_PASSWORD: "${POSTGRES_PASSWORD:?set it}"',
      "POSTGRES_PASSWORD: postgres",
      "store: take the secret of POSTGRES_PASSWORD from the environment: ${POSTGRES_PASSWORD:?a message}",
    ],
    [
      "postgres:${POSTGRES_PASSWORD:?set it}@",
      "postgres:secret@",
      "once: take the secret of URL from the environment: ${…_PASSWORD:?a message}",
    ],
    [
      "postgres:${POSTGRES_PASSWORD:?set it}@",
      "postgres:${POSTGRES_PASSWORD:-secret}@",
      "once: take the secret of URL from the environment: ${…_PASSWORD:?a message}",
    ],
    [
      "${LEVEL:-info}",
      "${LEVEL}",
      "store: LEVEL is empty without LEVEL: give it a default or a message",
    ],
    [
      "healthcheck: { test: [CMD, ask] }",
      "",
      "app: give it a healthcheck with test: [CMD, program, …]",
    ],
    [
      "depends_on: { store: {",
      "depends_on: { stroe: {",
      "once: depends on stroe, which does not exist",
    ],
    [
      "condition: service_healthy",
      "condition: service_started",
      "once: say what it waits for of store: service_healthy or service_completed_successfully",
    ],
    ["networks: [inside]", "networks: [outside]", "store: network outside is not declared"],
    ["data:/data", "date:/data", "store: volume date is not declared"],
    [
      "image: mall:1",
      'image: mall:1\n    ports: ["80:81"]',
      "app: port 80 is published by once too",
    ],
  ];
  for (const [from, to, problem] of cases) {
    assert.ok(good.includes(from), from);
    assert.deepEqual(composeProblems(readCompose(good.replace(from, to))), [problem]);
  }
});

Deno.test("composeProblems() asks every service to be hardened", () => {
  const lax = `
services:
  lax: { image: "redis:7", cap_drop: [NET_RAW], healthcheck: { test: [CMD, redis-cli, ping] } }
`;
  assert.deepEqual(composeProblems(readCompose(lax)), [
    "lax: give it read_only: true",
    "lax: give it cap_drop: [ALL]",
    'lax: give it security_opt: ["no-new-privileges:true"]',
    "lax: give it mem_limit",
    "lax: give it stop_grace_period",
    "lax: give it restart",
  ]);
});

Deno.test("readCompose() refuses what is no compose file", () => {
  assert.throws(() => readCompose("services: 3"), /has no services/);
  assert.throws(() => readCompose("services: { a: 3 }"), /service a is not a map/);
  assert.throws(() => readCompose("services: { a: {} }\nservices: {}"), /unique/);
});
