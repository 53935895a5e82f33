/** The process's one connection to NATS: it may be away at start, and come and go at any time. */
import { setTimeout as sleep } from "node:timers/promises";
import { connect, type ConnectionOptions, type NatsConnection } from "nats";
import { unavailable } from "../errors.ts";
import type { Logger } from "../log.ts";

export interface NatsOptions {
  /** `nats://[user:password@]host:port`; several, separated by commas, for a cluster. */
  readonly url: string;
  /** What the server's monitoring shows: the process's name. */
  readonly name: string;
  readonly log: Logger;
}

/** Told at each connect and each reconnect. What it throws is logged. */
export type ConnectListener = (connection: NatsConnection) => void | Promise<void>;

/**
 * A connection in the background. Nobody has to wait for it, and it never rejects by itself. One
 * thing is out of reach: when the server resets a connection during the handshake (a wrong password
 * does that), the library's socket may raise an uncaught ECONNRESET, which the process must survive
 * by a handler of its own, as `runProcess()` has one.
 */
export interface Nats extends AsyncDisposable {
  /** Whether the server is reachable now, as far as known: a silent peer is noticed within 15 s. */
  readonly connected: boolean;
  /**
   * The connection, or undefined while the server is away: the library drops on reconnect what
   * was published meanwhile, so nothing should be.
   */
  connection(): NatsConnection | undefined;
  /** The first connection. Rejects with Unavailable if `close()` comes before it. */
  readonly ready: Promise<NatsConnection>;
  /** Calls the listener now if connected, and then at each (re)connect; returns how to stop it. */
  onConnect(listener: ConnectListener): () => void;
  /** Sends what is waiting, ends the subscriptions, closes. Takes 3 s at most. */
  close(): Promise<void>;
}

const dialTimeoutMs = 2_000;
const drainTimeoutMs = 2_000;
const redialMinMs = 100;
const redialMaxMs = 1_000;

/** Starts connecting and goes on for ever, with jittered pauses of at most a second. */
export function connectNats(options: NatsOptions): Nats {
  return new NatsLink(options);
}

class NatsLink implements Nats {
  readonly ready: Promise<NatsConnection>;
  readonly #first = Promise.withResolvers<NatsConnection>();
  readonly #listeners = new Set<ConnectListener>();
  readonly #stop = new AbortController();
  readonly #log: Logger;
  readonly #running: Promise<void>;
  #connection: NatsConnection | undefined;
  #connected = false;
  #attempts = 0;
  #toldAway = false;
  #redialAtMs = 0;

  constructor(options: NatsOptions) {
    this.#log = options.log.with({ component: "nats" });
    this.ready = this.#first.promise;
    this.ready.catch(() => {});
    this.#running = this.#run(connectionOptions(options, () => this.#redialMs()));
  }

  get connected(): boolean {
    return this.#connected;
  }

  connection(): NatsConnection | undefined {
    return this.#connected ? this.#connection : undefined;
  }

  onConnect(listener: ConnectListener): () => void {
    this.#listeners.add(listener);
    if (this.#connected && this.#connection) this.#tell(listener, this.#connection);
    return () => this.#listeners.delete(listener);
  }

  async close(): Promise<void> {
    this.#stop.abort();
    this.#first.reject(unavailable("nats"));
    const connection = this.#connection;
    if (connection) await this.#closeConnection(connection);
    await this.#running;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** The library reconnects by itself once it was connected; the first time is up to us. */
  async #run(options: ConnectionOptions): Promise<void> {
    while (!this.#stop.signal.aborted) {
      const connection = await this.#dial(options);
      if (connection && !this.#stop.signal.aborted) await this.#follow(connection);
      await connection?.close();
      await sleep(this.#redialMs(), undefined, { signal: this.#stop.signal }).catch(() => {});
    }
  }

  async #dial(options: ConnectionOptions): Promise<NatsConnection | undefined> {
    try {
      return await connect(options);
    } catch (error) {
      if (!this.#toldAway) this.#log.warn("nats is away, connecting on", { error: told(error) });
      this.#toldAway = true;
      return undefined;
    }
  }

  /** Returns when the connection is closed for good. */
  async #follow(connection: NatsConnection): Promise<void> {
    this.#connection = connection;
    this.#watch(connection).catch((error) => this.#log.error("nats status ended", { error }));
    this.#up(connection, "nats connected");
    this.#first.resolve(connection);
    const error = await connection.closed();
    this.#connected = false;
    if (!this.#stop.signal.aborted) this.#log.error("nats connection lost for good", { error });
  }

  /** Not awaited: the library's statuses do not end when the connection does. */
  async #watch(connection: NatsConnection): Promise<void> {
    for await (const status of connection.status()) {
      if (status.type === "disconnect") this.#down();
      if (status.type === "reconnect") this.#up(connection, "nats reconnected");
      if (status.type === "error") this.#log.warn("nats error", { error: `${status.data}` });
    }
  }

  #up(connection: NatsConnection, message: string): void {
    this.#connected = true;
    this.#attempts = 0;
    this.#toldAway = false;
    this.#log.info(message, { server: connection.getServer() });
    for (const listener of this.#listeners) this.#tell(listener, connection);
  }

  #down(): void {
    if (!this.#connected) return;
    this.#connected = false;
    if (!this.#stop.signal.aborted) this.#log.warn("nats disconnected, reconnecting");
  }

  async #tell(listener: ConnectListener, connection: NatsConnection): Promise<void> {
    try {
      await listener(connection);
    } catch (error) {
      this.#log.error("a nats connect listener failed", { error });
    }
  }

  /** Exponential up to the maximum, with half of it random so that processes do not march in step. */
  #redialMs(): number {
    const ceilingMs = Math.min(redialMaxMs, redialMinMs * 2 ** Math.min(this.#attempts++, 10));
    const waitMs = ceilingMs / 2 + Math.random() * ceilingMs / 2;
    this.#redialAtMs = performance.now() + waitMs;
    return waitMs;
  }

  async #closeConnection(connection: NatsConnection): Promise<void> {
    const wasConnected = this.#connected;
    const timeout = new AbortController();
    if (wasConnected) {
      const late = sleep(drainTimeoutMs, undefined, { signal: timeout.signal }).catch(() => {});
      await Promise.race([connection.drain().catch(() => {}), late]);
    }
    timeout.abort();
    await connection.close();
    // The library's own pause before the next dial cannot be cancelled: leave nothing behind.
    if (!wasConnected) await sleep(Math.max(0, this.#redialAtMs - performance.now()) + 10);
  }
}

function connectionOptions(options: NatsOptions, redialMs: () => number): ConnectionOptions {
  const urls = options.url.split(",").map((text) => new URL(text.trim()));
  const user = urls[0]?.username;
  return {
    servers: urls.map((url) => url.host),
    name: options.name,
    ...(user ? { user: decodeURIComponent(user) } : {}),
    ...(user ? { pass: decodeURIComponent(urls[0]?.password ?? "") } : {}),
    timeout: dialTimeoutMs,
    pingInterval: 5_000,
    maxPingOut: 2,
    maxReconnectAttempts: -1,
    reconnectDelayHandler: redialMs,
    // A server that restarts with its users not yet loaded must not end the connection for good.
    ignoreAuthErrorAbort: true,
  };
}

/** The library's errors carry their meaning in a code. */
function told(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
