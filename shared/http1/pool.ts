/** The connections of a client to one server: as many as calls are in flight, up to a limit. */
import type { Cancellation } from "../deadline/cancellation.ts";
import { type Answer, Connection } from "./connection.ts";
import { NotSent } from "./not_sent.ts";

export interface PoolOptions {
  readonly hostname: string;
  readonly port: number;
  /** Connections at once; more calls wait for their turn. */
  readonly connectionsMax?: number;
  /** Calls that wait at once; one more is refused with `NotSent`. */
  readonly waitingMax?: number;
  /** A connection that nobody used for so long is closed, in milliseconds. */
  readonly idleMs?: number;
  /** How long opening a connection may take, in milliseconds. */
  readonly connectMs?: number;
  /** The largest body of an answer, in bytes. */
  readonly bodyBytesMax: number;
}

export interface Pool {
  /**
   * Sends one request and reads its answer. Rejects with the cancellation's reason, with
   * `NotSent`, or with what ended the connection. A request is sent once at most. It keeps no process alive: who waits for
   * an answer has a timer that does.
   */
  exchange(request: Uint8Array, cancellation: Cancellation): Promise<Answer>;
}

/** An unused connection, and since when, on the clock of `performance.now()`. */
interface Idle {
  readonly connection: Connection;
  readonly sinceMs: number;
}

/** A call in the queue: it is given a connection, or a place to open one in. */
type Turn = PromiseWithResolvers<Connection | undefined>;

/** Opens no connection before the first call. */
export function createPool(options: PoolOptions): Pool {
  return new ConnectionPool(options);
}

/**
 * What becomes free is handed to the call that waits longest. So nobody waits while a connection is
 * idle or another may be opened, and no call that comes later can take what a waiting one was given.
 */
class ConnectionPool implements Pool {
  readonly #options: Required<PoolOptions>;
  /** The one used last is taken first: under less load the others grow old and close. */
  readonly #idle: Idle[] = [];
  readonly #waiting = new Set<Turn>();
  /** Connections that are open or being opened, and places for one that a call was given. */
  #count = 0;
  #sweeping = false;

  constructor(options: PoolOptions) {
    this.#options = {
      connectionsMax: 256,
      waitingMax: 1_000,
      idleMs: 30_000,
      connectMs: 5_000,
      ...options,
    };
  }

  async exchange(request: Uint8Array, cancellation: Cancellation): Promise<Answer> {
    const connection = this.#idle.pop()?.connection ?? await this.#take(cancellation);
    try {
      cancellation.throwIfCancelled();
      cancellation.onCancel(() => connection.close());
      return await connection.exchange(request, this.#options.bodyBytesMax);
    } catch (error) {
      cancellation.throwIfCancelled();
      throw error;
    } finally {
      cancellation.passed();
      this.#giveBack(connection);
    }
  }

  #take(cancellation: Cancellation): Promise<Connection> {
    if (this.#count === this.#options.connectionsMax) return this.#turn(cancellation);
    this.#count++;
    return this.#opened(cancellation);
  }

  /** Waits until a connection is free, or a place for one. */
  async #turn(cancellation: Cancellation): Promise<Connection> {
    const { waitingMax } = this.#options;
    if (this.#waiting.size >= waitingMax) {
      throw new NotSent(`${waitingMax} calls wait for a connection already`);
    }
    const turn: Turn = Promise.withResolvers();
    this.#waiting.add(turn);
    cancellation.onCancel(() => {
      if (this.#waiting.delete(turn)) turn.reject(cancellation.reason);
    });
    return await turn.promise ?? await this.#opened(cancellation);
  }

  /** Opens a connection in a place that is counted already. */
  async #opened(cancellation: Cancellation): Promise<Connection> {
    if (cancellation.cancelled) this.#freePlace();
    cancellation.throwIfCancelled();
    const opening = this.#open();
    const given = Promise.withResolvers<never>();
    cancellation.onCancel(() => given.reject(cancellation.reason));
    try {
      return await Promise.race([opening, given.promise]);
    } catch (error) {
      // This call waits no longer, but the connection may still come: it serves the next.
      opening.then((connection) => this.#giveBack(connection), () => {});
      throw error;
    }
  }

  async #open(): Promise<Connection> {
    const { hostname, port, connectMs } = this.#options;
    const late = new AbortController();
    const timer = setTimeout(() => late.abort(), connectMs);
    try {
      const socket = await Deno.connect({ hostname, port, signal: late.signal });
      return this.#connection(socket);
    } catch (error) {
      this.#freePlace();
      throw new NotSent("no connection could be opened", { cause: error });
    } finally {
      clearTimeout(timer);
    }
  }

  #connection(socket: Deno.TcpConn): Connection {
    socket.setNoDelay(true);
    socket.unref();
    const connection: Connection = new Connection(socket, () => {
      const at = this.#idle.findIndex((idle) => idle.connection === connection);
      if (at >= 0) this.#idle.splice(at, 1);
      this.#freePlace();
    });
    return connection;
  }

  /** The place of a connection that is gone goes to the next call, which opens another. */
  #freePlace(): void {
    const next = this.#nextTurn();
    if (next === undefined) this.#count--;
    else next.resolve(undefined);
  }

  /** A connection that has closed has given its place back already. */
  #giveBack(connection: Connection): void {
    if (!connection.open) return;
    const next = this.#nextTurn();
    if (next !== undefined) return next.resolve(connection);
    this.#idle.push({ connection, sinceMs: performance.now() });
    this.#sweepLater();
  }

  #nextTurn(): Turn | undefined {
    for (const next of this.#waiting) {
      this.#waiting.delete(next);
      return next;
    }
    return undefined;
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
