/** The instances of a service, as a client sees them. */
import { unavailable } from "../errors.ts";

/** One running instance. */
export interface Host {
  /** Random per process: a restarted instance is another one. */
  readonly instanceId: string;
  /** Where it serves, such as `http://10.0.0.5:8080`, without a slash at the end. */
  readonly url: string;
  readonly version: string;
  /** Its share of the calls relative to the others: 1 is usual, 1 to 100. */
  readonly weight: number;
  /** When it started, Unix milliseconds. */
  readonly startedMs: number;
}

/** The instances of one service, changing under the reader. */
export interface Hosts {
  /** Cached: the same array until something changes, so comparing it tells whether anything did. */
  list(): readonly Host[];
  /** Calls the listener after each change; returns how to stop it. The listener must not throw. */
  onChange(listener: () => void): () => void;
  /** The list as soon as it has `count` instances; rejects with Unavailable after `timeoutMs`. */
  waitFor(count: number, timeoutMs: number): Promise<readonly Host[]>;
}

/** Where clients learn of services: NATS, or a fixed list. */
export interface Directory extends AsyncDisposable {
  /** The instances of the service `name`; empty while nothing is known of it. */
  hosts(name: string): Hosts;
}

/** Hosts that their owner replaces as a whole. */
export interface HostList extends Hosts {
  replace(hosts: readonly Host[]): void;
}

/** Creates the list of the service `name`. */
export function createHostList(name: string, initial: readonly Host[] = []): HostList {
  let hosts = initial;
  const listeners = new Set<() => void>();

  function onChange(listener: () => void): () => void {
    listeners.add(listener);
    return () => listeners.delete(listener);
  }

  function waitFor(count: number, timeoutMs: number): Promise<readonly Host[]> {
    if (hosts.length >= count) return Promise.resolve(hosts);
    return new Promise((resolve, reject) => {
      const stop = onChange(() => hosts.length >= count && settle(() => resolve(hosts)));
      const timer = setTimeout(() => settle(() => reject(unavailable(name))), timeoutMs);
      function settle(answer: () => void): void {
        clearTimeout(timer);
        stop();
        answer();
      }
    });
  }

  function replace(next: readonly Host[]): void {
    hosts = next;
    for (const listener of [...listeners]) listener();
  }
  return { list: () => hosts, onChange, waitFor, replace };
}
