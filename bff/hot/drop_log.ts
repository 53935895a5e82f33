/** Remembers which tags were dropped while answers were being made. */

export interface DropLog {
  /** The number of the last drop: it only grows. */
  readonly last: number;
  /** From now on drops are remembered; returns `last`. Each call needs an `end()`. */
  begin(): number;
  end(): void;
  /** Notes a drop of these tags. */
  note(tags: Iterable<string>): void;
  /** Notes a drop of everything. */
  noteAll(): void;
  /** The number of the last drop of one of these tags since the first `begin()`, 0 without any. */
  lastOf(tags: readonly string[]): number;
}

/** Beyond so many remembered tags every tag counts as dropped: an answer too few is kept. */
const tagsMaxDefault = 10_000;

/** Creates an empty log. */
export function createDropLog({ tagsMax = tagsMaxDefault } = {}): DropLog {
  const byTag = new Map<string, number>();
  let last = 0;
  let lastOfAll = 0;
  let open = 0;

  function noteAll(): void {
    lastOfAll = ++last;
    byTag.clear();
  }
  function note(tags: Iterable<string>): void {
    last++;
    if (open === 0) return;
    for (const tag of tags) byTag.set(tag, last);
    if (byTag.size > tagsMax) noteAll();
  }
  return {
    get last() {
      return last;
    },
    begin() {
      open++;
      return last;
    },
    end() {
      if (--open === 0) byTag.clear();
    },
    note,
    noteAll,
    lastOf: (tags) => Math.max(lastOfAll, ...tags.map((tag) => byTag.get(tag) ?? 0)),
  };
}
