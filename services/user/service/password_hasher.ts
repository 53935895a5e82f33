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

/** A worker that takes longer is stuck; the slowest machine needs a tenth of it, in milliseconds. */
const taskMaxMs = 10_000;

/** Starts the workers. Dispose of it to end them. */
export async function createPasswordHasher(
  options: PasswordHasherOptions,
): Promise<PasswordHasher> {
  const { cost, workers, waitingMax, log } = options;
  const waiting: Waiting[] = [];
  const idle = new Set<Seat>(Array.from({ length: workers }, () => createSeat(log)));
  const all = new Set(idle);

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
    if (waiting.length >= waitingMax) return Promise.reject(busy());
    return new Promise((resolve, reject) => {
      waiting.push({ wish, resolve, reject });
      next();
    });
  }
  async function hash(secret: string): Promise<string> {
    return String(await ask({ kind: "hash", secret, cost }));
  }
  // Of a secret that nobody knows: to be checked where there is nothing to check.
  const decoy = await hash(crypto.randomUUID());
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
    [Symbol.asyncDispose]() {
      for (const { reject } of waiting.splice(0)) reject(busy());
      for (const seat of all) seat.close();
      return Promise.resolve();
    },
  };
}

/** One worker, replaced when it dies or hangs. */
interface Seat {
  run(wish: Wish): Promise<string | boolean>;
  close(): void;
}

function createSeat(log: Logger): Seat {
  let worker = startWorker();
  let count = 0;
  let giveUp: ((error: Error) => void) | undefined;

  function replace(why: string): void {
    worker.terminate();
    log.warn("a hashing worker is replaced", { why });
    worker = startWorker();
  }
  return {
    run(wish) {
      const id = ++count;
      const { promise, resolve, reject } = Promise.withResolvers<string | boolean>();
      giveUp = reject;
      const late = setTimeout(() => {
        replace("it took too long");
        reject(unavailable("password hashing"));
      }, taskMaxMs);
      worker.onmessage = ({ data }: MessageEvent<HashAnswer>) => {
        if (data.id !== id) return;
        if (data.result === undefined) reject(new Error("a secret could not be hashed"));
        else resolve(data.result);
      };
      worker.onerror = (event) => {
        event.preventDefault();
        replace("it failed");
        reject(unavailable("password hashing"));
      };
      worker.postMessage({ ...wish, id });
      return promise.finally(() => clearTimeout(late));
    },
    close() {
      worker.terminate();
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
