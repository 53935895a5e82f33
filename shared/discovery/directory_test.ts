import assert from "node:assert/strict";
import { RequestStrategy } from "nats";
import { eventually } from "../../tests/support/eventually.ts";
import { createLogger } from "../log.ts";
import { connectNats, type Nats } from "../nats/connection.ts";
import { startTestNats } from "../nats/test_server.ts";
import { createDirectory } from "./directory.ts";
import type { Directory } from "./hosts.ts";
import { registerInstance, type Registration } from "./registry.ts";

const lines: string[] = [];
const log = createLogger({ write: (line) => lines.push(line) });
const times = { ttlMs: 1_000, heartbeatMs: 250 };

function register(nats: Nats, port: number): Registration {
  const url = `http://127.0.0.1:${port}`;
  return registerInstance({ nats, log, name: "order", url, version: "1.2.3", ...times });
}

function urls(directory: Directory): string[] {
  return directory.hosts("order").list().map((host) => host.url).sort();
}

const one = "http://127.0.0.1:1001";
const two = "http://127.0.0.1:1002";

Deno.test("createDirectory() sees instances come and leave", async () => {
  await using server = await startTestNats();
  await using nats = connectNats({ url: server.url, name: "a", log });
  await using remote = connectNats({ url: server.url, name: "b", log });
  await using early = register(remote, 1001);
  await eventually("registered", () => early.registered);
  await using directory = createDirectory({ nats, log, ttlMs: times.ttlMs });
  const [host] = await directory.hosts("order").waitFor(1, 5_000);
  assert.ok(host);
  const { startedMs, ...rest } = host;
  assert.ok(Math.abs(Date.now() - startedMs) < 10_000);
  assert.deepEqual(rest, {
    instanceId: early.instanceId,
    url: one,
    version: "1.2.3",
    weight: 1,
  });
  const late = register(remote, 1002);
  await directory.hosts("order").waitFor(2, 5_000);
  const list = directory.hosts("order").list();
  const heardBefore = nats.connection()?.stats().inMsgs ?? 0;
  await eventually("heartbeats", () => (nats.connection()?.stats().inMsgs ?? 0) > heardBefore + 3);
  assert.equal(directory.hosts("order").list(), list);
  const leftMs = performance.now();
  await late.close();
  await eventually("the deletion", () => urls(directory).length === 1);
  assert.ok(performance.now() - leftMs < times.ttlMs / 2, "a deletion is seen at once");
  assert.deepEqual(urls(directory), [one]);
  assert.deepEqual(directory.hosts("product").list(), []);
});

Deno.test("createDirectory() drops an instance that was killed, not the others", async () => {
  await using server = await startTestNats();
  await using nats = connectNats({ url: server.url, name: "a", log });
  await using lives = register(nats, 1001);
  const dying = connectNats({ url: server.url, name: "b", log });
  await using dead = register(dying, 1002);
  await eventually("both", () => lives.registered && dead.registered);
  await using directory = createDirectory({ nats, log, ttlMs: times.ttlMs });
  await directory.hosts("order").waitFor(2, 5_000);
  await dying.close();
  const diedMs = performance.now();
  let shortest = 2;
  await eventually("the drop", () => {
    shortest = Math.min(shortest, urls(directory).length);
    return urls(directory).length === 1;
  });
  const tookMs = performance.now() - diedMs;
  assert.deepEqual(urls(directory), [one]);
  assert.ok(tookMs < times.ttlMs * 1.3, `${tookMs} ms`);
  assert.ok(tookMs > times.ttlMs - times.heartbeatMs * 1.5, `${tookMs} ms`);
});

Deno.test("createDirectory() drops the only instance when it was killed", async () => {
  await using server = await startTestNats();
  await using nats = connectNats({ url: server.url, name: "a", log });
  await using directory = createDirectory({ nats, log, ttlMs: times.ttlMs });
  const dying = connectNats({ url: server.url, name: "b", log });
  await using _dead = register(dying, 1001);
  await directory.hosts("order").waitFor(1, 5_000);
  await dying.close();
  await eventually("the drop", () => urls(directory).length === 0, { timeoutMs: 3_000 });
});

for (const wipe of [false, true]) {
  Deno.test(`createDirectory() keeps hosts without NATS and heals after it, wiped: ${wipe}`, async () => {
    await using server = await startTestNats();
    await using nats = connectNats({ url: server.url, name: "a", log });
    await using remote = connectNats({ url: server.url, name: "b", log });
    await using first = register(remote, 1001);
    await using directory = createDirectory({ nats, log, ttlMs: times.ttlMs });
    await directory.hosts("order").waitFor(1, 5_000);
    await server.stop();
    const goneMs = performance.now();
    await eventually("over two ttls", () => performance.now() - goneMs > times.ttlMs * 2.5);
    assert.deepEqual(urls(directory), [one]);
    assert.equal(first.registered, false);
    await using _second = register(remote, 1002);
    await server.start({ wipe });
    await directory.hosts("order").waitFor(2, 5_000);
    await eventually("registered again", () => first.registered);
    const backMs = performance.now();
    await eventually("over a ttl", () => {
      assert.deepEqual(urls(directory), [one, two]);
      return performance.now() - backMs > times.ttlMs * 1.5;
    });
  });
}

Deno.test("createDirectory() keeps hosts while NATS is frozen", async () => {
  await using server = await startTestNats();
  await using nats = connectNats({ url: server.url, name: "a", log });
  await using _entry = register(nats, 1001);
  await using directory = createDirectory({ nats, log, ttlMs: times.ttlMs });
  await directory.hosts("order").waitFor(1, 5_000);
  let shortest = 1;
  directory.hosts("order").onChange(() => shortest = urls(directory).length);
  server.freeze();
  const frozenMs = performance.now();
  await eventually("three ttls", () => performance.now() - frozenMs > times.ttlMs * 3);
  server.thaw();
  await eventually("another ttl", () => performance.now() - frozenMs > times.ttlMs * 5);
  assert.equal(shortest, 1);
});

Deno.test("createDirectory() ignores entries that make no sense", async () => {
  await using server = await startTestNats();
  await using nats = connectNats({ url: server.url, name: "a", log });
  const connection = await nats.ready;
  await using entry = register(nats, 1001);
  await eventually("registered", () => entry.registered);
  await using directory = createDirectory({ nats, log, ttlMs: times.ttlMs });
  const good = { url: "http://h:1", version: "1", weight: 1, started: 0 };
  const broken = [
    "{",
    "null",
    '"text"',
    JSON.stringify({ ...good, url: "file:///etc/passwd" }),
    JSON.stringify({ ...good, url: 7 }),
    JSON.stringify({ ...good, weight: 0 }),
    JSON.stringify({ ...good, weight: "1" }),
    JSON.stringify({ ...good, version: undefined }),
  ];
  broken.forEach((value, at) => connection.publish(`$KV.services.order.broken${at}`, value));
  connection.publish("$KV.services.order", JSON.stringify(good));
  connection.publish("$KV.services.order.a.b", JSON.stringify(good));
  connection.publish("$KV.services.order.zz", JSON.stringify(good));
  await directory.hosts("order").waitFor(2, 5_000);
  assert.deepEqual(urls(directory), [one, "http://h:1"]);
  assert.equal(lines.filter((line) => line.includes("order.broken3")).length, 1);
});

Deno.test("registerInstance() shows the instance as a NATS micro service", async () => {
  await using server = await startTestNats();
  await using nats = connectNats({ url: server.url, name: "a", log });
  await using entry = register(nats, 1001);
  const connection = await nats.ready;
  const found = await eventually("the micro service", async () => {
    const pings = [];
    for await (
      const ping of await connection.services.client({
        strategy: RequestStrategy.Timer,
        maxWait: 200,
      }).ping()
    ) {
      pings.push({ name: ping.name, version: ping.version, metadata: ping.metadata });
    }
    return pings[0];
  });
  const metadata = { url: one, version: "1.2.3", instance: entry.instanceId };
  assert.deepEqual(found, { name: "order", version: "1.2.3", metadata });
});

Deno.test("Registration.close() ends in its time without NATS", async () => {
  await using server = await startTestNats();
  await using nats = connectNats({ url: server.url, name: "a", log });
  const entry = register(nats, 1001);
  await eventually("registered", () => entry.registered);
  await server.stop();
  const startedMs = performance.now();
  await entry.close();
  assert.ok(performance.now() - startedMs < 3_500);
});
