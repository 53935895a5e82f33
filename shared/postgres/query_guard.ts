/**
 * Limits around postgres.js 3.4.9 that it does not have itself. Tried on a server killed under
 * load, three things go wrong without them:
 *  - a query waits for a free connection for ever;
 *  - a transaction whose connection was lost goes on: its next statement (or the library's own
 *    ROLLBACK) is written to a socket that is null, an uncaught error that ends the process;
 *  - or it is written to the same connection object, by then open again and in use by somebody
 *    else: a COMMIT of the dead transaction would commit half of another one.
 * The guard reaches into the query objects (`handle`, `reject`), which the types do not show; its
 * tests fail if a new version moves them.
 */
import type postgres from "postgres";
import { AcquireTimeoutError, isConnectionLoss } from "./errors.ts";
import type { Sql, Tx } from "./pool.ts";

/** What a pending query of postgres.js has beside its public face. */
interface QueryInternals {
  executed: boolean;
  /** The connection it was sent on; null while it waits. */
  state: unknown;
  strings: readonly string[];
  args: readonly unknown[];
  handle(): Promise<void>;
  resolve(value: unknown): void;
  reject(error: unknown): void;
}

/** Whether the connection under a transaction was lost, and by what. */
interface TransactionLife {
  lost: unknown;
}

/**
 * `sql` with a limit on every wait for a connection, in milliseconds, and transactions that die
 * when their connection does. Dispose of it when the pool has ended.
 */
export function guardSql(raw: Sql, acquireTimeoutMs: number): Sql & Disposable {
  const room = new WaitingRoom(acquireTimeoutMs);
  const call = wrapCalls(raw, (query) => boundWait(query, room));
  return Object.assign(call, raw, {
    unsafe: wrapUnsafe(raw, (query) => boundWait(query, room)),
    begin: guardedBegin(raw, acquireTimeoutMs),
    [Symbol.dispose]: () => room.close(),
  });
}

/** The queries that are not settled, the oldest first; one timer for all, as timers are dear. */
class WaitingRoom {
  /** When each query stops waiting, by `performance.now()`. */
  readonly #waiting = new Map<QueryInternals, number>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly waitMaxMs: number) {}

  enter(query: QueryInternals): void {
    this.#waiting.set(query, performance.now() + this.waitMaxMs);
    this.#timer ??= setTimeout(() => this.#look(), this.waitMaxMs);
  }

  leave(query: QueryInternals): void {
    this.#waiting.delete(query);
  }

  close(): void {
    clearTimeout(this.#timer);
  }

  #look(): void {
    this.#timer = undefined;
    for (const [query, until] of this.#waiting) {
      const leftMs = until - performance.now();
      if (leftMs > 0) {
        this.#timer = setTimeout(() => this.#look(), leftMs);
        return;
      }
      this.#waiting.delete(query);
      if (query.state === null) giveUp(query, this.waitMaxMs);
    }
  }
}

/**
 * Rejects a query that was not sent in time. It stays in the library's queue (taking it out there
 * loses a connection), so what will be sent when its turn comes must do nothing.
 */
function giveUp(query: QueryInternals, waitedMs: number): void {
  query.strings = ["select 1"];
  query.args = [];
  query.reject(new AcquireTimeoutError(waitedMs));
}

function guardedBegin(raw: Sql, acquireTimeoutMs: number): Sql["begin"] {
  type Body = (tx: Tx) => unknown;
  async function begin(modeOrBody: string | Body, maybeBody?: Body): Promise<unknown> {
    const mode = typeof modeOrBody === "string" ? modeOrBody : "";
    const body = typeof modeOrBody === "string" ? maybeBody : modeOrBody;
    if (body === undefined) throw new TypeError("begin() needs a function");
    const life: TransactionLife = { lost: undefined };
    const wait = Promise.withResolvers<never>();
    const timer = setTimeout(() => {
      life.lost = new AcquireTimeoutError(acquireTimeoutMs);
      wait.reject(life.lost);
    }, acquireTimeoutMs);
    const work = raw.begin(mode, (tx) => {
      clearTimeout(timer);
      // Nobody waits any more: throwing here rolls back and gives the connection back.
      if (life.lost !== undefined) throw life.lost;
      return runBody(tx, life, body);
    });
    work.catch((error) => life.lost ??= error);
    try {
      return await Promise.race([work, wait.promise]);
    } finally {
      clearTimeout(timer);
    }
  }
  return begin as Sql["begin"];
}

/**
 * Runs the body of a transaction. When the connection is lost it never settles, so that the
 * library sends neither COMMIT nor ROLLBACK; `begin` itself rejects on the close.
 */
async function runBody(tx: Tx, life: TransactionLife, body: (tx: Tx) => unknown): Promise<unknown> {
  const never = new Promise<never>(() => {});
  try {
    const result = body(guardTx(tx, life));
    const value = await (Array.isArray(result) ? Promise.all(result) : result);
    return life.lost === undefined ? value : never;
  } catch (error) {
    if (life.lost === undefined) throw error;
    return never;
  }
}

function guardTx(tx: Tx, life: TransactionLife): Tx {
  const call = wrapCalls(tx, (query) => dieWith(query, life));
  return Object.assign(call, tx, {
    unsafe: wrapUnsafe(tx, (query) => dieWith(query, life)),
    savepoint: guardedSavepoint(tx, life),
  });
}

function guardedSavepoint(tx: Tx, life: TransactionLife): Tx["savepoint"] {
  type Body = (tx: Tx) => unknown;
  function savepoint(nameOrBody: string | Body, maybeBody?: Body): Promise<unknown> {
    if (life.lost !== undefined) return Promise.reject(life.lost);
    if (typeof nameOrBody === "function") {
      return tx.savepoint((inner) => runBody(inner, life, nameOrBody));
    }
    if (maybeBody === undefined) throw new TypeError("savepoint() needs a function");
    return tx.savepoint(nameOrBody, (inner) => runBody(inner, life, maybeBody));
  }
  return savepoint as Tx["savepoint"];
}

/** Lets a query wait for a connection in the room, from when it is first awaited. */
function boundWait(query: QueryInternals, room: WaitingRoom): void {
  const { handle, resolve, reject } = query;
  query.handle = function (): Promise<void> {
    if (!query.executed) room.enter(query);
    return handle.call(query);
  };
  query.resolve = (value) => {
    room.leave(query);
    resolve(value);
  };
  query.reject = (error) => {
    room.leave(query);
    reject(error);
  };
}

/** Notes the loss of the connection at once, and lets nothing be sent after it. */
function dieWith(query: QueryInternals, life: TransactionLife): void {
  const { handle, reject } = query;
  query.handle = function (): Promise<void> {
    if (life.lost === undefined || query.executed) return handle.call(query);
    query.executed = true;
    reject(life.lost);
    return Promise.resolve();
  };
  query.reject = (error) => {
    if (isConnectionLoss(error)) life.lost ??= error;
    reject(error);
  };
}

type Callable = postgres.ISql<{ bigint: bigint }>;

/** The same tagged template, with `wrap` put around each query that it makes. */
function wrapCalls<T extends Callable>(inner: T, wrap: (query: QueryInternals) => void): T {
  const make = inner as unknown as (...args: readonly unknown[]) => unknown;
  function call(...args: readonly unknown[]): unknown {
    const made = make(...args);
    if (isQuery(made)) wrap(made);
    return made;
  }
  return call as unknown as T;
}

function wrapUnsafe<T extends Callable>(
  inner: T,
  wrap: (query: QueryInternals) => void,
): T["unsafe"] {
  const make = inner.unsafe as unknown as (...args: readonly unknown[]) => unknown;
  function unsafe(...args: readonly unknown[]): unknown {
    const made = make(...args);
    if (isQuery(made)) wrap(made);
    return made;
  }
  return unsafe as unknown as T["unsafe"];
}

/** Identifiers and value lists are made by the same call; only queries can be sent. */
function isQuery(made: unknown): made is QueryInternals {
  return made instanceof Promise && "handle" in made && "executed" in made;
}
