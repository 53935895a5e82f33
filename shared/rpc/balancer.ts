/**
 * Chooses an instance by the power of two choices: of two random ones the cheaper (Mitzenmacher
 * 2001), cost being EWMA latency × calls in flight.
 */
import type { Transport } from "@connectrpc/connect";
import type { Host, Hosts } from "../discovery/hosts.ts";
import { costOf, createInstance, type Instance } from "./instance.ts";

export interface Balancer {
  /**
   * An instance that lets calls through and is not in `tried`; undefined if there is none. When
   * every other one is spent, one that was tried comes again rather than nothing. An instance
   * whose breaker wants a trial gets a call that may be repeated; any other call goes there only
   * if nobody else takes it.
   */
  pick(tried: ReadonlySet<Instance>, options?: { repeatable: boolean }): Instance | undefined;
}

/** Follows `hosts`; an instance keeps its statistics as long as it is listed. */
export function createBalancer(hosts: Hosts, connect: (host: Host) => Transport): Balancer {
  let listed: readonly Host[] = [];
  let instances: readonly Instance[] = [];

  function refresh(): void {
    const now = hosts.list();
    if (now === listed) return;
    const known = new Map(instances.map((instance) => [keyOf(instance.host), instance]));
    instances = now.map((host) => known.get(keyOf(host)) ?? createInstance(host, connect(host)));
    listed = now;
  }
  return {
    pick(tried, { repeatable } = { repeatable: true }) {
      refresh();
      const fresh = instances.filter((instance) => !tried.has(instance));
      return choose(fresh, repeatable) ?? choose(instances, repeatable);
    },
  };
}

function keyOf(host: Host): string {
  return `${host.instanceId} ${host.url}`;
}

function choose(instances: readonly Instance[], repeatable: boolean): Instance | undefined {
  const closed = instances.filter((instance) => instance.breaker.closed);
  if (closed.length === instances.length) return cheaperOfTwo(closed);
  if (!repeatable && closed.length > 0) return cheaperOfTwo(closed);
  const trial = instances.find((instance) => !instance.breaker.closed && instance.breaker.allows());
  return trial ?? cheaperOfTwo(closed);
}

function cheaperOfTwo(instances: readonly Instance[]): Instance | undefined {
  const first = Math.floor(Math.random() * instances.length);
  const step = 1 + Math.floor(Math.random() * (instances.length - 1));
  const one = instances[first];
  const other = instances[(first + step) % instances.length];
  if (one === undefined || other === undefined || one === other) return one;
  const nowMs = performance.now();
  return costOf(other, nowMs) < costOf(one, nowMs) ? other : one;
}
