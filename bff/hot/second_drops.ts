/**
 * Drops again, a moment later: an instance of a service may hear of a change just after us, and an
 * answer that we made of what it told before that is old.
 */

export interface SecondDropsOptions {
  readonly drop: (tags: readonly string[]) => void;
  /** Called in place of `drop` when too many tags wait. */
  readonly dropAll: () => void;
  /** How long a tag waits, in milliseconds. */
  readonly delayMs?: number;
  /** Tags that may wait; with more, everything is dropped in their place. */
  readonly waitingMax?: number;
}

export interface SecondDrops extends Disposable {
  /** Drops these after the delay; of a tag that waits already, only the later time counts. */
  add(tags: readonly string[]): void;
  /** Tags that wait. */
  readonly waiting: number;
}

/** Stands for every tag; no tag looks like it. */
const everything = "*";

/** Nothing waits yet. Dispose of it to forget what waits. */
export function createSecondDrops(options: SecondDropsOptions): SecondDrops {
  const { drop, dropAll, delayMs = 250, waitingMax = 1_000 } = options;
  /** When each is due; in the order of that, as every tag waits equally long. */
  const dueMs = new Map<string, number>();
  let timer: ReturnType<typeof setTimeout> | undefined;

  function put(tag: string, atMs: number): void {
    dueMs.delete(tag);
    dueMs.set(tag, atMs);
  }
  function dropDue(): void {
    timer = undefined;
    const now = performance.now();
    const due: string[] = [];
    for (const [tag, atMs] of dueMs) {
      if (atMs > now) break;
      due.push(tag);
    }
    for (const tag of due) dueMs.delete(tag);
    if (due.includes(everything)) dropAll();
    else drop(due);
    wait();
  }
  function wait(): void {
    const [next] = dueMs.values();
    if (timer !== undefined || next === undefined) return;
    timer = setTimeout(dropDue, Math.max(1, Math.ceil(next - performance.now())));
  }
  return {
    add(tags) {
      const atMs = performance.now() + delayMs;
      for (const tag of tags) put(tag, atMs);
      if (dueMs.size > waitingMax) {
        dueMs.clear();
        dropAll();
        put(everything, atMs);
      }
      wait();
    },
    get waiting() {
      return dueMs.size;
    },
    [Symbol.dispose]() {
      clearTimeout(timer);
      dueMs.clear();
    },
  };
}
