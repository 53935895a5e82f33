/** The pool of connections to one service's own database. */
import type { Socket } from "node:net";
import postgres from "postgres";
import type { Logger } from "../log.ts";
import { registerArrayTypes } from "./array_types.ts";
import { guardSql } from "./query_guard.ts";
import { openWatchedSocket } from "./watched_socket.ts";

/**
 * The pool: tag a template to run one statement, `inTransaction` for several. `bigint` columns are
 * `bigint`, never text and never a rounded number.
 */
export type Sql = postgres.Sql<{ bigint: bigint }>;
/** A running transaction. */
export type Tx = postgres.TransactionSql<{ bigint: bigint }>;
/** A pool with its owner's duty: dispose of it. */
export type Postgres = Sql & AsyncDisposable;

export interface PostgresOptions {
  /** `postgres://user:password@host:port/database`; `?sslmode=require` for TLS. */
  readonly url: string;
  /** `application_name`: who this is in `pg_stat_activity`. */
  readonly name: string;
  readonly log: Logger;
  /** Connections at most. */
  readonly poolMax?: number;
  /** The longest wait for a connection, free or new, in milliseconds. */
  readonly acquireTimeoutMs?: number;
  /** The longest statement, in milliseconds. */
  readonly statementTimeoutMs?: number;
  /** The longest wait for a lock, in milliseconds. */
  readonly lockTimeoutMs?: number;
  /** The longest pause inside a transaction, in milliseconds. */
  readonly idleInTransactionTimeoutMs?: number;
  /** After this many seconds without a query a connection is closed. */
  readonly idleTimeoutS?: number;
  /** Named prepared statements; false behind a pooler that shares connections by transaction. */
  readonly prepare?: boolean;
  /**
   * Plan each prepared statement once, whatever its parameters: for a service whose every statement
   * has one good plan, planning anew costs more than the query. Needs `prepare`.
   */
  readonly genericPlans?: boolean;
  /** What the server says beside its answers; nothing is done with it unless told. */
  readonly onNotice?: (message: string) => void;
  /**
   * Send limits and the like when connecting. False behind a pooler that refuses unknown
   * start-up parameters: then set them on the role (`ALTER ROLE … SET statement_timeout = …`).
   */
  readonly sessionSettings?: boolean;
}

/** One try to connect takes this many seconds at most. */
const connectTimeoutS = 2;
/** A server that is to cancel a statement after its limit gets this long to say so. */
const silenceGraceMs = 2_000;
/** Pauses between tries to connect stay short: a query in the queue pays for each. */
const backoffMaxS = 0.25;
/** The shortest pause between a connection's end and the next connection, in milliseconds. */
const reconnectPauseMs = 50;
/** Queries in hand get this many seconds when the pool closes. */
const endTimeoutS = 5;

/**
 * Opens a pool; it connects when first used, and again by itself whenever the server is back.
 * No query hangs: it waits at most `acquireTimeoutMs` for a connection, and once sent at most
 * `statementTimeoutMs` + 2.5 s for a sign of life (over TLS only the server's own limit holds).
 */
export function openPostgres(options: PostgresOptions): Postgres {
  const { acquireTimeoutMs = 3_000, statementTimeoutMs = 5_000 } = options;
  const life = { ended: false };
  const raw = postgres(options.url, {
    max: options.poolMax ?? 10,
    prepare: options.prepare ?? true,
    types: { bigint: postgres.BigInt },
    fetch_types: false,
    connect_timeout: connectTimeoutS,
    idle_timeout: options.idleTimeoutS ?? 60,
    backoff: (attempt) => Math.min(0.02 * 2 ** attempt, backoffMaxS) * (0.5 + Math.random() / 2),
    onnotice: (notice) => options.onNotice?.(notice["message"] ?? ""),
    connection: connectionSettings(options, statementTimeoutMs),
    ...socketOption(options.url, statementTimeoutMs + silenceGraceMs, life),
  });
  registerArrayTypes(raw);
  const sql = guardSql(raw, acquireTimeoutMs);
  return Object.assign(sql, {
    async [Symbol.asyncDispose](): Promise<void> {
      life.ended = true;
      await raw.end({ timeout: endTimeoutS });
      sql[Symbol.dispose]();
      options.log.debug("postgres pool closed", { name: options.name });
    },
  });
}

function connectionSettings(
  options: PostgresOptions,
  statementTimeoutMs: number,
): Partial<postgres.ConnectionParameters> {
  const name = { application_name: options.name };
  if (options.sessionSettings === false) return name;
  return {
    ...name,
    ...(options.genericPlans ? { plan_cache_mode: "force_generic_plan" } : {}),
    // Compiling a plan takes longer than any statement here should.
    jit: false,
    statement_timeout: statementTimeoutMs,
    lock_timeout: options.lockTimeoutMs ?? 2_000,
    idle_in_transaction_session_timeout: options.idleInTransactionTimeoutMs ?? 10_000,
  };
}

/**
 * The watched socket, where it can be used: not under TLS, whose bytes it does not see, and not
 * with several hosts, which only the library's own socket walks through.
 */
function socketOption(url: string, silenceMaxMs: number, life: { ended: boolean }): object {
  const { hostname, port, searchParams } = new URL(url);
  const tls = ["ssl", "sslmode"].some((name) => {
    return !["disable", "false"].includes(searchParams.get(name) ?? "disable");
  });
  if (tls || hostname === "" || hostname.includes(",") || hostname.includes("%")) return {};
  let closedAt = -Infinity;
  return {
    async socket(): Promise<Socket> {
      // While a server starts up postgres.js tries again without a pause of its own.
      const waitMs = closedAt + reconnectPauseMs - performance.now();
      if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs));
      if (life.ended) throw new Error("the pool is closed");
      const host = hostname.replace(/^\[|\]$/g, "");
      const socket = openWatchedSocket({ host, port: Number(port || 5432), silenceMaxMs });
      socket.once("close", () => closedAt = performance.now());
      return socket;
    },
  };
}

/** Whether the database answers within `timeoutMs`. Never throws: it is for readiness. */
export async function pingPostgres(sql: Sql, timeoutMs: number): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const timer = setTimeout(() => resolve(false), timeoutMs);
  sql`SELECT 1`.then(() => resolve(true), () => resolve(false));
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
  }
}
