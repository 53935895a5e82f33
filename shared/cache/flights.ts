/** One read of the database for all who want the same, but never one that began too early. */

/** A read that is about to begin, is under way, or has just landed. */
export interface Flight {
  /** To be called right before the database is read; before that everybody may still join. */
  begins(): void;
  /** Whatever proves to a latecomer that nothing was written since it began. */
  proof: string | undefined;
}

export interface Flights<T> {
  /** The time by these flights' own clock: a caller takes it before it looks anything up. */
  tick(): number;
  /**
   * The flight for this key, if one begins after `since` or carries this proof: what was written
   * before `since` is in it. 0 takes any.
   */
  join(key: string, since: number, proof?: string): Promise<T> | undefined;
  /**
   * Starts one, in the place of one that began too early. It can be joined until `afterwards` is
   * done as well; that must not reject.
   */
  start(
    key: string,
    read: (flight: Flight) => Promise<T>,
    afterwards?: (result: T) => Promise<void>,
  ): Promise<T>;
}

interface KnownFlight<T> extends Flight {
  begunAt: number;
  landed: Promise<T>;
}

/** Creates a set of flights; it is as large as the number of reads under way. */
export function createFlights<T>(): Flights<T> {
  const known = new Map<string, KnownFlight<T>>();
  let ticks = 0;

  function start(
    key: string,
    read: (flight: Flight) => Promise<T>,
    afterwards: (result: T) => Promise<void> = () => Promise.resolve(),
  ): Promise<T> {
    const flight: Omit<KnownFlight<T>, "landed"> = {
      begunAt: Infinity,
      proof: undefined,
      begins: () => void (flight.begunAt = ++ticks),
    };
    const landed = read(flight);
    const entry = Object.assign(flight, { landed });
    known.set(key, entry);
    leave(key, entry, afterwards);
    return landed;
  }

  async function leave(
    key: string,
    flight: KnownFlight<T>,
    afterwards: (result: T) => Promise<void>,
  ): Promise<void> {
    try {
      await afterwards(await flight.landed);
    } catch {
      // Whoever joined has the error.
    } finally {
      if (known.get(key) === flight) known.delete(key);
    }
  }
  return {
    tick: () => ++ticks,
    join(key, since, proof) {
      const flight = known.get(key);
      if (flight === undefined) return undefined;
      const proven = proof !== undefined && proof === flight.proof;
      return proven || flight.begunAt > since ? flight.landed : undefined;
    },
    start,
  };
}
