/** Counts what is asked of a store, and holds single answers back, as a slow database would. */

/** An answer that is held back: it was read, and nobody has it yet. */
export interface HeldQuery {
  /** Resolves when the database has answered. */
  readonly read: Promise<void>;
  letGo(): void;
}

export interface WatchedQueries {
  /** How often each query was asked, by its method's name. */
  readonly asked: ReadonlyMap<string, number>;
  /** The most that were under way at once of each. */
  readonly most: ReadonlyMap<string, number>;
  /** The same store; these methods of it are watched. */
  watch<S extends object, N extends QueryName<S>>(store: S, names: readonly N[]): S;
  /** Holds back the next answer to the query of this name. */
  hold(name: string): HeldQuery;
}

/** The methods of a store that answer later. */
export type QueryName<S> = {
  [N in keyof S]: S[N] extends (...args: never[]) => Promise<unknown> ? N & string : never;
}[keyof S];

interface Hold {
  readonly read: PromiseWithResolvers<void>;
  readonly gate: PromiseWithResolvers<void>;
}

/** Nothing is watched yet. */
export function watchQueries(): WatchedQueries {
  const asked = new Map<string, number>();
  const most = new Map<string, number>();
  const running = new Map<string, number>();
  const holds = new Map<string, Hold>();

  function began(name: string): void {
    const now = (running.get(name) ?? 0) + 1;
    running.set(name, now);
    asked.set(name, (asked.get(name) ?? 0) + 1);
    most.set(name, Math.max(now, most.get(name) ?? 0));
  }
  async function run<T>(name: string, query: () => Promise<T>): Promise<T> {
    began(name);
    const hold = holds.get(name);
    holds.delete(name);
    try {
      const answer = await query();
      hold?.read.resolve();
      await hold?.gate.promise;
      return answer;
    } finally {
      running.set(name, (running.get(name) ?? 1) - 1);
    }
  }
  return {
    asked,
    most,
    watch<S extends object, N extends QueryName<S>>(store: S, names: readonly N[]): S {
      return new Proxy(store, {
        get(target, name, self) {
          const method: unknown = Reflect.get(target, name, self);
          if (typeof method !== "function" || !names.some((each) => each === name)) return method;
          return (...args: unknown[]) => run(String(name), () => method.apply(target, args));
        },
      });
    },
    hold(name) {
      const hold = {
        read: Promise.withResolvers<void>(),
        gate: Promise.withResolvers<void>(),
      };
      holds.set(name, hold);
      return { read: hold.read.promise, letGo: () => hold.gate.resolve() };
    },
  };
}
