import assert from "node:assert/strict";
import type { Transport } from "@connectrpc/connect";
import { createHostList } from "../discovery/hosts.ts";
import { createBalancer } from "./balancer.ts";
import type { Instance } from "./instance.ts";
import { hostAt, hostsAt } from "./testing/toy.ts";

const unused = (): Promise<never> => Promise.reject(new Error("not called"));
const transport: Transport = { unary: unused, stream: unused };
const none: ReadonlySet<Instance> = new Set();

function balancerOf(hosts = hostsAt(1, 2)) {
  return createBalancer(hosts, () => transport);
}

function portOf(instance: Instance | undefined): string | undefined {
  return instance && new URL(instance.host.url).port;
}

/** How often each port is picked in `picks` picks. */
function shares(balancer: ReturnType<typeof balancerOf>, picks: number): Record<string, number> {
  const counts: Record<string, number> = {};
  for (let pick = 0; pick < picks; pick++) {
    const port = portOf(balancer.pick(none)) ?? "none";
    counts[port] = (counts[port] ?? 0) + 1;
  }
  return counts;
}

function open(instance: Instance | undefined): void {
  for (let failure = 0; failure < 5; failure++) instance?.breaker.failed();
}

Deno.test("Balancer.pick() knows none, one and many instances", () => {
  const hosts = createHostList("order");
  const balancer = balancerOf(hosts);
  assert.equal(balancer.pick(none), undefined);
  hosts.replace([hostAt(1)]);
  assert.equal(portOf(balancer.pick(none)), "1");
  hosts.replace([hostAt(1), hostAt(2), hostAt(3), hostAt(4)]);
  assert.deepEqual(Object.keys(shares(balancer, 500)), ["1", "2", "3", "4"]);
});

Deno.test("Balancer.pick() shares among equals", () => {
  const { 1: one = 0, 2: two = 0 } = shares(balancerOf(), 2_000);
  assert.ok(one > 700 && two > 700, `${one} and ${two}`);
});

Deno.test("Balancer.pick() prefers the fast instance and the idle one", () => {
  const balancer = balancerOf();
  const first = balancer.pick(none);
  assert.ok(first);
  const other = portOf(balancer.pick(new Set([first])));
  Object.assign(first, { latencyMs: 100, measuredMs: performance.now() });
  assert.deepEqual(shares(balancer, 100), { [`${other}`]: 100 });
  Object.assign(first, { latencyMs: 0, inFlight: 5 });
  assert.deepEqual(shares(balancer, 100), { [`${other}`]: 100 });
});

Deno.test("Balancer.pick() leaves out what was tried, unless nothing else is left", () => {
  const balancer = balancerOf();
  const first = balancer.pick(none);
  assert.ok(first);
  const second = balancer.pick(new Set([first]));
  assert.ok(second && second !== first);
  assert.ok(balancer.pick(new Set([first, second])));
});

Deno.test("Balancer.pick() keeps an instance's statistics while it is listed, and only then", () => {
  const hosts = hostsAt(1);
  const balancer = balancerOf(hosts);
  const known = balancer.pick(none);
  hosts.replace([hostAt(1), hostAt(2)]);
  hosts.replace([hostAt(1)]);
  assert.equal(balancer.pick(none), known);
  hosts.replace([]);
  assert.equal(balancer.pick(none), undefined);
  hosts.replace([hostAt(1)]);
  assert.notEqual(balancer.pick(none), known);
});

Deno.test("Balancer.pick() avoids an open breaker, and refuses when all are open", () => {
  const balancer = balancerOf();
  const first = balancer.pick(none);
  assert.ok(first);
  open(first);
  const second = balancer.pick(none);
  assert.deepEqual(shares(balancer, 50), { [`${portOf(second)}`]: 50 });
  open(second);
  assert.equal(balancer.pick(none), undefined);
});

Deno.test("Balancer.pick() gives a trial only to a call that may be repeated, if others serve", () => {
  const balancer = balancerOf();
  const first = balancer.pick(none);
  assert.ok(first);
  let trials = 0;
  Object.assign(first, { breaker: { closed: false, allows: () => ++trials > 0 } });
  assert.notEqual(balancer.pick(none, { repeatable: false }), first);
  assert.equal(trials, 0);
  assert.equal(balancer.pick(none, { repeatable: true }), first);
  const second = balancer.pick(new Set([first]), { repeatable: false });
  open(second);
  assert.equal(balancer.pick(none, { repeatable: false }), first);
});
