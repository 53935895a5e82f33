/** The instances of all services, followed through NATS. */
import type { Msg, NatsConnection, Subscription } from "nats";
import type { Logger } from "../log.ts";
import type { Nats } from "../nats/connection.ts";
import {
  bucketDefault,
  type BucketOptions,
  bucketSubject,
  decodeHost,
  keyOf,
  readBucket,
  type StoredKey,
  ttlMsDefault,
} from "./bucket.ts";
import { createHostList, type Directory, type Host, type HostList, type Hosts } from "./hosts.ts";

export interface DirectoryOptions extends BucketOptions {
  readonly nats: Nats;
  readonly log: Logger;
  /** A monotonic clock in milliseconds. */
  readonly now?: () => number;
}

interface Entry {
  readonly name: string;
  readonly host: Host;
  /** The value as it was read: a heartbeat repeats it. */
  readonly text: string;
  /** When the instance counts as dead unless it is heard of again. */
  runsOutMs: number;
}

/** The most instances of all services together; further ones are not seen. */
const entriesMax = 2_000;

/**
 * Follows the bucket. It listens to the bucket's subject, which the client library subscribes to
 * again by itself after a reconnect, rather than through a JetStream consumer, which has gone
 * silent then; and reads the whole bucket at each connect and whenever an instance is overdue.
 *
 * An instance is dropped when it is deleted, or not renewed for `ttlMs` although NATS was heard
 * after that. While NATS is away, or silent, the last known instances stay.
 */
export function createDirectory(options: DirectoryOptions): Directory {
  return new NatsDirectory(options);
}

class NatsDirectory implements Directory {
  readonly #nats: Nats;
  readonly #log: Logger;
  readonly #now: () => number;
  readonly #bucket: string;
  readonly #ttlMs: number;
  readonly #entries = new Map<string, Entry>();
  readonly #lists = new Map<string, HostList>();
  /** Keys that were deleted, and until when word of them is old: ids never come back. */
  readonly #deleted = new Map<string, number>();
  readonly #warned = new Set<string>();
  readonly #timer: ReturnType<typeof setInterval>;
  readonly #leaveNats: () => void;
  #subscription: Subscription | undefined;
  #subscribed: NatsConnection | undefined;
  #heardMs = -Infinity;
  #readAtMs = -Infinity;
  #readDue = true;
  #reading: Promise<void> | undefined;
  #stopped = false;

  constructor(options: DirectoryOptions) {
    this.#nats = options.nats;
    this.#log = options.log.with({ component: "directory" });
    this.#now = options.now ?? (() => performance.now());
    this.#bucket = options.bucket ?? bucketDefault;
    this.#ttlMs = options.ttlMs ?? ttlMsDefault;
    this.#leaveNats = options.nats.onConnect((connection) => this.#connected(connection));
    this.#timer = setInterval(() => this.#sweep(), this.#ttlMs / 20);
  }

  hosts(name: string): Hosts {
    const known = this.#lists.get(name);
    if (known) return known;
    const list = createHostList(name, this.#hostsOf(name));
    this.#lists.set(name, list);
    return list;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopped = true;
    clearInterval(this.#timer);
    this.#leaveNats();
    this.#subscription?.unsubscribe();
    await this.#reading;
  }

  /** Everybody gets a whole ttl to be heard again: nobody could be while NATS was away. */
  #connected(connection: NatsConnection): void {
    const runsOutMs = this.#now() + this.#ttlMs;
    for (const entry of this.#entries.values()) entry.runsOutMs = runsOutMs;
    if (this.#subscribed !== connection) {
      this.#subscribed = connection;
      const callback = (error: Error | null, message: Msg) => {
        if (!error && !this.#stopped) this.#heard(message);
      };
      this.#subscription = connection.subscribe(bucketSubject(this.#bucket), { callback });
    }
    this.#readDue = true;
    this.#read(connection);
  }

  #heard(message: Msg): void {
    this.#proveAlive(this.#now());
    const key = keyOf(message.subject);
    const deleted = message.headers?.has("KV-Operation") ?? false;
    if (deleted) this.#delete(key);
    else this.#renew(key, message.data, this.#ttlMs);
  }

  /** Reads the bucket once at a time; what fails is tried again by the sweep. */
  #read(connection: NatsConnection): void {
    if (this.#reading || this.#stopped) return;
    const startedMs = this.#now();
    this.#readAtMs = startedMs;
    this.#reading = readBucket(connection, this.#bucket)
      .then((keys) => {
        for (const stored of keys) this.#stored(stored);
        this.#proveAlive(startedMs);
        this.#readDue = false;
      })
      .catch((error) => this.#log.warn("the bucket of services could not be read", { error }))
      .finally(() => this.#reading = undefined);
  }

  /** NATS works. If it was silent for long, everybody was: their next heartbeats may be on the way. */
  #proveAlive(atMs: number): void {
    if (atMs - this.#heardMs > this.#ttlMs * 0.6) {
      const graceMs = this.#now() + this.#ttlMs * 0.4;
      for (const entry of this.#entries.values()) {
        entry.runsOutMs = Math.max(entry.runsOutMs, graceMs);
      }
    }
    this.#heardMs = Math.max(this.#heardMs, atMs);
  }

  #stored({ key, value, writtenMs }: StoredKey): void {
    if (!value) return this.#delete(key);
    const leftMs = this.#ttlMs - (Date.now() - writtenMs);
    const known = this.#entries.has(key);
    // By two clocks, the server's and ours: one that is off must not hide an instance that lives.
    const floorMs = known ? 0 : this.#ttlMs * 0.4;
    const cappedMs = !known && leftMs < 0 ? this.#ttlMs : Math.min(leftMs, this.#ttlMs);
    this.#renew(key, value, Math.max(cappedMs, floorMs));
  }

  #renew(key: string, value: Uint8Array, leftMs: number): void {
    if (this.#deleted.has(key)) return;
    const runsOutMs = this.#now() + leftMs;
    const text = new TextDecoder().decode(value);
    const known = this.#entries.get(key);
    if (known?.text === text) {
      known.runsOutMs = Math.max(known.runsOutMs, runsOutMs);
      return;
    }
    const decoded = decodeHost(key, value);
    if (!decoded) return this.#warnOnce(key, "an entry of the bucket of services makes no sense");
    if (!known && this.#entries.size >= entriesMax) {
      return this.#warnOnce(key, "too many instances, one is not seen");
    }
    this.#entries.set(key, { ...decoded, text, runsOutMs });
    this.#changed(decoded.name);
  }

  #delete(key: string): void {
    this.#deleted.set(key, this.#now() + this.#ttlMs);
    this.#drop(key, "instance left");
  }

  #drop(key: string, message: string): void {
    const entry = this.#entries.get(key);
    if (!entry) return;
    this.#entries.delete(key);
    // Every process hears of every service; only those that it calls are its news.
    const level = this.#lists.has(entry.name) ? "info" : "debug";
    this.#log[level](message, { key, url: entry.host.url });
    this.#changed(entry.name);
  }

  #changed(name: string): void {
    this.#lists.get(name)?.replace(this.#hostsOf(name));
  }

  #hostsOf(name: string): readonly Host[] {
    return [...this.#entries.values()].filter((entry) => entry.name === name)
      .map((entry) => entry.host);
  }

  #sweep(): void {
    const now = this.#now();
    for (const [key, untilMs] of this.#deleted) if (untilMs < now) this.#deleted.delete(key);
    const connection = this.#nats.connection();
    if (!connection) return;
    let overdue = this.#readDue;
    for (const [key, { runsOutMs }] of this.#entries) {
      if (runsOutMs <= now && this.#heardMs >= runsOutMs) this.#drop(key, "instance went silent");
      else if (runsOutMs - now < this.#ttlMs * 0.55) overdue = true;
    }
    if (overdue && now - this.#readAtMs >= this.#ttlMs / 10) this.#read(connection);
  }

  #warnOnce(key: string, message: string): void {
    if (this.#warned.has(key) || this.#warned.size >= entriesMax) return;
    this.#warned.add(key);
    this.#log.warn(message, { key });
  }
}
