/** Runs one timer job: once a period, on one of the instances. */
import type { Logger } from "../log.ts";
import type { Sql } from "../postgres/pool.ts";
import type { TimerJob } from "./jobs.ts";
import { pause } from "./pause.ts";
import { newUuid } from "./uuid.ts";

export interface TimerOptions {
  readonly sql: Sql;
  readonly log: Logger;
  /** How long a turn holds without renewal, in milliseconds. */
  readonly leaseMs?: number;
  /** How long a stop waits for a run, in milliseconds. */
  readonly drainMs?: number;
}

/** While Postgres is away. */
const retryMs = 2_000;
/** No look at the table comes sooner after another. */
const lookMinMs = 20;

/**
 * Starts a timer in the background. The turn is a row with a lease, not an advisory lock: a lock
 * would need a connection of its own for the whole run (behind a pooler it would not hold at
 * all), and would let two instances run one after the other in the same period. An instance that
 * dies in its run leaves its turn when the lease ends, and the period is run again.
 */
export function startTimer(job: TimerJob, options: TimerOptions): AsyncDisposable {
  const { sql, leaseMs = 15_000, drainMs = 8_000 } = options;
  const log = options.log.with({ component: "timer", timer: job.name });
  const stop = new AbortController();
  const running = loop();
  return {
    async [Symbol.asyncDispose](): Promise<void> {
      stop.abort();
      const late = new AbortController();
      await Promise.race([running, pause(drainMs, late.signal)]);
      late.abort();
    },
  };

  async function loop(): Promise<void> {
    while (!stop.signal.aborted) {
      let dueMs = retryMs;
      try {
        const turn: Turn = { job, run: newUuid(), leaseMs };
        if (await claimTurn(sql, turn)) await runTurn(turn);
        dueMs = await msToNext(sql, job.name);
      } catch (error) {
        log.warn("the timer waits for its table", { error });
      }
      const jitterMs = Math.random() * job.everyMs / 10;
      await pause(Math.max(lookMinMs, Math.min(dueMs, job.everyMs)) + jitterMs, stop.signal);
    }
  }

  async function runTurn(turn: Turn): Promise<void> {
    const lost = new AbortController();
    const renewal = setInterval(() => {
      renewTurn(sql, turn).catch((error) => lost.abort(error));
    }, leaseMs / 3);
    try {
      await job.run(AbortSignal.any([stop.signal, lost.signal]));
    } catch (error) {
      if (!stop.signal.aborted) log.error("a timer's run failed", { error });
    } finally {
      clearInterval(renewal);
    }
    await endTurn(sql, turn, { interrupted: stop.signal.aborted });
  }
}

interface Turn {
  readonly job: TimerJob;
  /** Tells this run from another instance's. */
  readonly run: string;
  readonly leaseMs: number;
}

/** Takes the turn if it is due and nobody has it. */
async function claimTurn(sql: Sql, { job, run, leaseMs }: Turn): Promise<boolean> {
  const rows = await sql`
    INSERT INTO timer (name, next_at, claimed_until, claimed_by)
    VALUES (${job.name}, now(), now() + ${leaseMs} * interval '1 ms', ${run})
    ON CONFLICT (name) DO UPDATE
    SET claimed_until = excluded.claimed_until, claimed_by = excluded.claimed_by
    WHERE timer.next_at <= now() AND timer.claimed_until <= now()
    RETURNING name`;
  return rows.length > 0;
}

/** Throws if somebody else has the turn by now. */
async function renewTurn(sql: Sql, { job, run, leaseMs }: Turn): Promise<void> {
  const { count } = await sql`
    UPDATE timer SET claimed_until = now() + ${leaseMs} * interval '1 ms'
    WHERE name = ${job.name} AND claimed_by = ${run}`;
  if (count === 0) throw new Error("the turn was lost to another instance");
}

/**
 * The next period begins where the last one did, or now if it should have ended before: what was
 * missed is not made up for. A run that a stop has interrupted stays due.
 */
async function endTurn(
  sql: Sql,
  { job, run }: Turn,
  { interrupted }: { readonly interrupted: boolean },
): Promise<void> {
  const period = sql`${interrupted ? 0 : job.everyMs} * interval '1 ms'`;
  await sql`
    UPDATE timer
    SET next_at = CASE WHEN next_at + ${period} > now() THEN next_at ELSE now() END + ${period},
        claimed_until = now()
    WHERE name = ${job.name} AND claimed_by = ${run}`;
}

async function msToNext(sql: Sql, name: string): Promise<number> {
  const [row] = await sql<{ due_ms: number }[]>`
    SELECT extract(epoch FROM greatest(next_at, claimed_until) - now())::float8 * 1000 AS due_ms
    FROM timer WHERE name = ${name}`;
  return row?.due_ms ?? 0;
}
