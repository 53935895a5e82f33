/** Remembers for a moment where Redis ended of each list: whoever reads on from there need not ask. */
import { LRUCache } from "lru-cache";
import { type Cursor, isAfter, type SortDirection } from "../paging.ts";

export interface ListEnds {
  /** Redis has less than a page after this cursor. */
  note(key: string, cursor: Cursor<bigint> | undefined, direction?: SortDirection): void;
  /** Whether the cursor is at or behind one that was noted. A wrong "no" only costs a question. */
  covers(key: string, cursor: Cursor<bigint> | undefined, direction?: SortDirection): boolean;
}

type Place = Required<Cursor<bigint>>;

/** The lists of which something is remembered, and for how long, in milliseconds. */
const kept = { max: 10_000, ttl: 1_000 };

/** Nothing is noted yet. Only cursors with a last id are. */
export function createListEnds(): ListEnds {
  const ends = new LRUCache<string, Place>(kept);
  return {
    note(key, cursor, direction) {
      if (!isPlace(cursor)) return;
      const known = ends.get(key);
      if (known === undefined || isBefore(cursor, known, direction)) ends.set(key, cursor);
    },
    covers(key, cursor, direction) {
      if (!isPlace(cursor)) return false;
      const known = ends.get(key);
      return known !== undefined && !isBefore(cursor, known, direction);
    },
  };
}

function isPlace(cursor: Cursor<bigint> | undefined): cursor is Place {
  return cursor?.lastId !== undefined;
}

function isBefore(one: Place, other: Place, direction: SortDirection = "desc"): boolean {
  return isAfter({ value: other.value, id: other.lastId }, one, direction);
}
