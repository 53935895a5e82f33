/** Tells the others that this instance serves, for as long as it does. */
import { setTimeout as sleep } from "node:timers/promises";
import type { KV, NatsConnection, Service } from "nats";
import type { Logger } from "../log.ts";
import type { Nats } from "../nats/connection.ts";
import {
  bucketDefault,
  type BucketOptions,
  encodeHost,
  openBucket,
  ttlMsDefault,
} from "./bucket.ts";
import type { Host } from "./hosts.ts";

export interface RegistryOptions extends BucketOptions {
  readonly nats: Nats;
  readonly log: Logger;
  /** The service's name: lower-case letters, digits, `-` and `_`. */
  readonly name: string;
  /** The origin that others reach it by. */
  readonly url: string;
  readonly version: string;
  /** 1 unless told; 1 to 100. */
  readonly weight?: number;
  /** Copies of the bucket when this instance has to create it: 1 unless on a NATS cluster. */
  readonly replicas?: number;
  /** How often the entry is renewed, in milliseconds; 3,000, and always less than a third of `ttlMs`. */
  readonly heartbeatMs?: number;
}

/** One instance's entry. Disposing it is `close()`. */
export interface Registration extends AsyncDisposable {
  readonly instanceId: string;
  /** Whether the last heartbeat was stored. */
  readonly registered: boolean;
  /** Deletes the entry, so that clients leave at once. Takes 3 s at most; never fails. */
  close(): Promise<void>;
}

/** A failed heartbeat is tried again after this long at most, in milliseconds. */
const retryMs = 1_000;
const closeTimeoutMs = 3_000;

/**
 * Registers in the background and renews for ever: while NATS is away nothing happens, when it is
 * back, with its data or without, the entry is too.
 */
export function registerInstance(options: RegistryOptions): Registration {
  return new InstanceEntry(options);
}

class InstanceEntry implements Registration {
  readonly instanceId = crypto.randomUUID().replaceAll("-", "");
  readonly #options: RegistryOptions;
  readonly #host: Host;
  readonly #key: string;
  readonly #heartbeatMs: number;
  readonly #log: Logger;
  readonly #running: Promise<void>;
  readonly #leaveNats: () => void;
  #stopped = false;
  #wake = new AbortController();
  #bucket: KV | undefined;
  #registered = false;
  #micro: { readonly connection: NatsConnection; readonly service: Service } | undefined;

  constructor(options: RegistryOptions) {
    const { name, url, version, weight = 1, heartbeatMs = 3_000 } = options;
    this.#options = options;
    this.#host = { instanceId: this.instanceId, url, version, weight, startedMs: Date.now() };
    this.#key = `${name}.${this.instanceId}`;
    this.#heartbeatMs = heartbeatMs;
    this.#log = options.log.with({ component: "registry" });
    this.#leaveNats = options.nats.onConnect((connection) => this.#connected(connection));
    this.#running = this.#run();
  }

  get registered(): boolean {
    return this.#registered;
  }

  async close(): Promise<void> {
    if (this.#stopped) return;
    this.#stopped = true;
    this.#leaveNats();
    this.#wake.abort();
    const timeout = new AbortController();
    const late = sleep(closeTimeoutMs, undefined, { signal: timeout.signal }).catch(() => {});
    await Promise.race([this.#leave(), late]);
    timeout.abort();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #run(): Promise<void> {
    while (!this.#stopped) {
      await this.#beat();
      if (this.#stopped) return;
      const pauseMs = this.#registered ? this.#heartbeatMs : Math.min(retryMs, this.#heartbeatMs);
      const jitteredMs = pauseMs * (0.9 + Math.random() * 0.2);
      await sleep(jitteredMs, undefined, { signal: this.#wake.signal }).catch(() => {});
      if (!this.#stopped) this.#wake = new AbortController();
    }
  }

  /** After a reconnect the bucket may be gone: open it anew, and at once. */
  async #connected(connection: NatsConnection): Promise<void> {
    this.#bucket = undefined;
    this.#wake.abort();
    if (this.#micro?.connection === connection) return;
    const service = await connection.services.add(this.#microConfig());
    this.#micro = { connection, service };
  }

  async #beat(): Promise<void> {
    const connection = this.#options.nats.connection();
    if (!connection) return this.#missed("nats is away");
    try {
      const { bucket = bucketDefault, ttlMs = ttlMsDefault, replicas = 1 } = this.#options;
      this.#bucket ??= await openBucket(connection, { bucket, ttlMs, replicas });
      await this.#bucket.put(this.#key, encodeHost(this.#host));
      if (!this.#registered) this.#log.info("registered", { key: this.#key, url: this.#host.url });
      this.#registered = true;
    } catch (error) {
      this.#bucket = undefined;
      this.#missed(error);
    }
  }

  #missed(error: unknown): void {
    if (this.#registered) this.#log.warn("not registered, trying on", { error });
    this.#registered = false;
  }

  /** The entry goes first, after a heartbeat on its way, which would bring it back. */
  async #leave(): Promise<void> {
    await this.#running;
    try {
      if (this.#options.nats.connected) await this.#bucket?.delete(this.#key);
      if (this.#options.nats.connected) await this.#micro?.service.stop();
    } catch (error) {
      this.#log.warn("the entry could not be deleted, it will run out", { error });
    }
    this.#registered = false;
  }

  /** What `nats micro ls` shows. It insists on a semantic version. */
  #microConfig(): Parameters<NatsConnection["services"]["add"]>[0] {
    const { name, version, url } = this.#options;
    const semantic = /^\d+\.\d+\.\d+([-+][\w.+-]+)?$/.test(version);
    return {
      name,
      version: semantic ? version : "0.0.0",
      description: `the ${name} service`,
      metadata: { url, version, instance: this.instanceId },
    };
  }
}
