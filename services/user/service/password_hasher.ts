/** Hashing in workers: the process goes on answering, and no more is done at once than there are. */
import { Code } from "@connectrpc/connect";
import { Refusal, unavailable } from "../../../shared/errors.ts";
import type { Logger } from "../../../shared/log.ts";
import { costOf, type HashCost, isOutdated } from "../password_hash.ts";
import type { HashAnswer, HashTask } from "./password_worker.ts";

export interface PasswordHasherOptions {
  readonly cost: HashCost;
  /** Hashes made at once. */
  readonly workers: number;
  /** Hashes that may wait for a worker; one more is refused. */
  readonly waitingMax: number;
  readonly log: Logger;
  /** How long a worker may take before it is given up, in milliseconds; 10,000. */
  readonly taskMaxMs?: number;
}

export interface PasswordHasher extends AsyncDisposable {
  /** The encoded hash of a secret, at today's cost. Rejects with Unavailable when too many wait. */
  hash(secret: string): Promise<string>;
  /**
   * Whether the secret is the one of `encoded`. What is no hash takes as long as today's and is
   * false. Rejects with Unavailable when too many wait.
   */
  verify(secret: string, encoded: string): Promise<boolean>;
  /** Whether `encoded` was made at another cost than today's. */
  isOutdated(encoded: string): boolean;
}

type Wish = HashTask extends infer T ? T extends HashTask ? Omit<T, "id"> : never : never;

interface Waiting {
  readonly wish: Wish;
  readonly resolve: (result: string | boolean) => void;
  readonly reject: (error: Error) => void;
}

const noSecret = "no secret";

/** A worker that takes longer is stuck; the slowest machine needs a tenth of it. */
const taskMaxMsDefault = 10_000;

/** Starts the workers; rejects with Unavailable if they do not work. Dispose of it to end them. */
export async function createPasswordHasher(
  options: PasswordHasherOptions,
): Promise<PasswordHasher> {
  const { cost, workers, waitingMax, log, taskMaxMs = taskMaxMsDefault } = options;
  const waiting: Waiting[] = [];
  const idle = new Set<Seat>(Array.from({ length: workers }, () => createSeat(log, taskMaxMs)));
  const all = new Set(idle);
  let closed = false;

  function next(): void {
    const [seat] = idle;
    const task = seat === undefined ? undefined : waiting.shift();
    if (seat === undefined || task === undefined) return;
    idle.delete(seat);
    seat.run(task.wish).then(task.resolve, task.reject).finally(() => {
      idle.add(seat);
      next();
    });
  }
  function ask(wish: Wish): Promise<string | boolean> {
    if (closed || waiting.length >= waitingMax) return Promise.reject(busy());
    return new Promise((resolve, reject) => {
      waiting.push({ wish, resolve, reject });
      next();
    });
  }
  async function hash(secret: string): Promise<string> {
    return String(await ask({ kind: "hash", secret, cost }));
  }
  function close(): void {
    closed = true;
    for (const { reject } of waiting.splice(0)) reject(busy());
    for (const seat of all) seat.close();
  }
  await using starting = new AsyncDisposableStack();
  starting.defer(close);
  // Of a secret that nobody knows: to be checked where there is nothing to check.
  const decoy = await hash(crypto.randomUUID());
  starting.move();
  return {
    hash,
    async verify(secret, encoded) {
      // Nothing is no secret, and the library takes none.
      const known = secret !== "" && costOf(encoded) !== undefined;
      const fits = await ask({
        kind: "verify",
        secret: secret || noSecret,
        encoded: known ? encoded : decoy,
      });
      return known && fits === true;
    },
    isOutdated: (encoded) => isOutdated(encoded, cost),
    [Symbol.asyncDispose]: () => Promise.resolve(close()),
  };
}

/** One worker, replaced when it dies or hangs. */
interface Seat {
  run(wish: Wish): Promise<string | boolean>;
  close(): void;
}

function createSeat(log: Logger, taskMaxMs: number): Seat {
  let worker: Worker | undefined = start();
  let count = 0;
  let giveUp: ((error: Error) => void) | undefined;

  function start(): Worker {
    const started = startWorker();
    // Listens from the start: an error that nobody hears would end the process.
    started.onerror = (event) => {
      event.preventDefault();
      if (started === worker) lose("it failed");
    };
    return started;
  }
  /** The next task starts another: one that cannot start is not started again and again. */
  function lose(why: string): void {
    worker?.terminate();
    worker = undefined;
    log.warn("a hashing worker is lost", { why });
    giveUp?.(unavailable("password hashing"));
  }
  return {
    run(wish) {
      const id = ++count;
      const { promise, resolve, reject } = Promise.withResolvers<string | boolean>();
      giveUp = reject;
      worker ??= start();
      const late = setTimeout(() => lose("it took too long"), taskMaxMs);
      worker.onmessage = ({ data }: MessageEvent<HashAnswer>) => {
        if (data.id !== id) return;
        if (data.result === undefined) reject(new Error("a secret could not be hashed"));
        else resolve(data.result);
      };
      worker.postMessage({ ...wish, id });
      return promise.finally(() => clearTimeout(late));
    },
    close() {
      worker?.terminate();
      giveUp?.(busy());
    },
  };
}

function startWorker(): Worker {
  return new Worker(new URL("./password_worker.ts", import.meta.url), { type: "module" });
}

function busy(): Refusal {
  const message = "too many logins at once, try again";
  return new Refusal(Code.Unavailable, "HASHING_BUSY", message, {
    headers: { "retry-after": "1" },
  });
}
