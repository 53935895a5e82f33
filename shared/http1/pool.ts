/** The connections of a client to one server: as many as calls are in flight, up to a limit. */
import type { Cancellation } from "./cancellation.ts";
import { type Answer, Connection, type Socket } from "./connection.ts";

export interface PoolOptions {
  readonly hostname: string;
  readonly port: number;
  /** Connections at once; more calls wait for their turn. */
  readonly connectionsMax?: number;
  /** Calls that wait at once; one more is refused with `PoolExhausted`. */
  readonly waitingMax?: number;
  /** A connection that nobody used for so long is closed, in milliseconds. */
  readonly idleMs?: number;
  /** The largest body of an answer, in bytes. */
  readonly bodyBytesMax: number;
}

export interface Pool {
  /**
   * Sends one request and reads its answer. Rejects with the cancellation's reason, or with what
   * ended the connection. A request is sent once at most.
   */
  exchange(request: Uint8Array, cancellation: Cancellation): Promise<Answer>;
}

/** More calls wait for a connection than may. */
export class PoolExhausted extends Error {
  override readonly name = "PoolExhausted";
}

/** An unused connection, and since when, on the clock of `performance.now()`. */
interface Idle {
  readonly connection: Connection;
  readonly sinceMs: number;
}

/** Opens no connection before the first call. */
export function createPool(options: PoolOptions): Pool {
  return new ConnectionPool(options);
}

class ConnectionPool implements Pool {
  readonly #options: Required<PoolOptions>;
  /** The one used last comes first: under less load the others grow old and close. */
  readonly #idle: Idle[] = [];
  readonly #waiting = new Set<() => void>();
  #count = 0;
  #sweeping = false;

  constructor(options: PoolOptions) {
    this.#options = { connectionsMax: 256, waitingMax: 1_000, idleMs: 30_000, ...options };
  }

  async exchange(request: Uint8Array, cancellation: Cancellation): Promise<Answer> {
    const connection = this.#idle.pop()?.connection ?? await this.#take(cancellation);
    cancellation.onCancel(() => connection.close());
    try {
      return await connection.exchange(request, this.#options.bodyBytesMax);
    } catch (error) {
      cancellation.throwIfCancelled();
      throw error;
    } finally {
      cancellation.passed();
      this.#giveBack(connection);
    }
  }

  /** A connection that is free or new; waits for one when there are as many as may be. */
  async #take(cancellation: Cancellation): Promise<Connection> {
    for (;;) {
      cancellation.throwIfCancelled();
      const free = this.#idle.pop();
      if (free !== undefined) return free.connection;
      if (this.#count < this.#options.connectionsMax) return await this.#connect(cancellation);
      await this.#turn(cancellation);
    }
  }

  async #connect(cancellation: Cancellation): Promise<Connection> {
    const { hostname, port } = this.#options;
    this.#count++;
    const opening = Deno.connect({ hostname, port }).catch((error) => {
      this.#gone();
      throw error;
    });
    const given = Promise.withResolvers<never>();
    cancellation.onCancel(() => given.reject(cancellation.reason));
    try {
      return this.#connection(await Promise.race([opening, given.promise]));
    } catch (error) {
      // Nobody waits for it any more, but it may still come: it serves the next.
      opening.then((socket) => this.#giveBack(this.#connection(socket)), () => {});
      throw error;
    }
  }

  #connection(socket: Socket & Partial<Pick<Deno.TcpConn, "setNoDelay" | "unref">>): Connection {
    socket.setNoDelay?.(true);
    // An unused connection keeps no process alive; a call has a deadline's timer, which does.
    socket.unref?.();
    const connection: Connection = new Connection(socket, () => {
      const at = this.#idle.findIndex((idle) => idle.connection === connection);
      if (at >= 0) this.#idle.splice(at, 1);
      this.#gone();
    });
    return connection;
  }

  /** A place for another connection is free. */
  #gone(): void {
    this.#count--;
    this.#callNext();
  }

  #giveBack(connection: Connection): void {
    if (!connection.open) return;
    this.#idle.push({ connection, sinceMs: performance.now() });
    this.#callNext();
    this.#sweepLater();
  }

  #callNext(): void {
    for (const next of this.#waiting) {
      this.#waiting.delete(next);
      return next();
    }
  }

  async #turn(cancellation: Cancellation): Promise<void> {
    const { waitingMax } = this.#options;
    if (this.#waiting.size >= waitingMax) {
      throw new PoolExhausted(`${waitingMax} calls wait for a connection already`);
    }
    const turn = Promise.withResolvers<void>();
    this.#waiting.add(turn.resolve);
    cancellation.onCancel(turn.resolve);
    await turn.promise;
    this.#waiting.delete(turn.resolve);
    // It may have been called and given up at once: the place is somebody else's then.
    if (cancellation.cancelled) this.#callNext();
  }

  #sweepLater(): void {
    if (this.#sweeping) return;
    this.#sweeping = true;
    const timer = setTimeout(() => {
      this.#sweeping = false;
      this.#sweep();
    }, this.#options.idleMs / 2);
    Deno.unrefTimer(timer);
  }

  #sweep(): void {
    const oldestMs = performance.now() - this.#options.idleMs;
    const old = this.#idle.filter(({ sinceMs }) => sinceMs <= oldestMs);
    for (const { connection } of old) connection.close();
    if (this.#idle.length > 0) this.#sweepLater();
  }
}
