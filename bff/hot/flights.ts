/** Makes each value once at a time, for everybody who wants it meanwhile. */
import { createDropLog } from "./drop_log.ts";

export interface Landed<T> {
  readonly value: T;
  /** What the value was made of. */
  readonly tags: readonly string[];
}

/** Whether one of the tags was dropped since the flight began: its value is not to be kept. */
export type IsOld = (tags: readonly string[]) => boolean;

export interface Flights<T> {
  /** Whether the value of `key` is being made. */
  has(key: string): boolean;
  /**
   * The value of `key`: of the flight under way, else of a new one by `make`. Who comes after a
   * drop does not get what was made before it. Rejects as `make` does.
   */
  fly(key: string, make: (isOld: IsOld) => Promise<Landed<T>>): Promise<T>;
  /** What is made of one of these tags, and has not landed, is old. */
  drop(tags: readonly string[]): void;
  /** Whatever has not landed is old. */
  dropAll(): void;
}

interface Flight<T> {
  /** The last drop before it began. */
  readonly begun: number;
  /** `dropped` is the last drop of one of its tags: above `begun`, it was on the way. */
  readonly landed: Promise<{ readonly value: T; readonly dropped: number }>;
}

/** Nothing is under way yet. */
export function createFlights<T>(): Flights<T> {
  const drops = createDropLog();
  const flights = new Map<string, Flight<T>>();

  function depart(key: string, make: (isOld: IsOld) => Promise<Landed<T>>): Flight<T> {
    const begun = drops.begin();
    const landed = make((tags) => drops.lastOf(tags) > begun)
      .then(({ value, tags }) => ({ value, dropped: drops.lastOf(tags) }))
      .finally(() => {
        flights.delete(key);
        drops.end();
      });
    const flight = { begun, landed };
    flights.set(key, flight);
    return flight;
  }
  return {
    has: (key) => flights.has(key),
    async fly(key, make) {
      const came = drops.last;
      const flight = flights.get(key) ?? depart(key, make);
      const { value, dropped } = await flight.landed;
      const oldWhenWeCame = dropped > flight.begun && dropped <= came;
      if (!oldWhenWeCame) return value;
      // Whichever is under way now began after we came.
      return (await (flights.get(key) ?? depart(key, make)).landed).value;
    },
    drop: (tags) => drops.note(tags),
    dropAll: () => drops.noteAll(),
  };
}
