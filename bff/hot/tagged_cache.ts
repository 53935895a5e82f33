/** A bounded map whose entries can be dropped by what they were made of. */
import { LRUCache } from "lru-cache";

export interface Tagged {
  readonly tags: readonly string[];
  /** The memory of its content, in bytes. */
  readonly byteLength: number;
}

export interface TaggedCacheOptions {
  /** Entries at most; the longest unused one goes first. */
  readonly entriesMax: number;
  /** Memory of all entries together, in bytes, about. */
  readonly bytesMax: number;
}

export interface TaggedCache<T extends Tagged> {
  get(key: string): T | undefined;
  /** Keeps the entry in place of another with this key. One that is too large is not kept. */
  set(key: string, entry: T): void;
  delete(key: string): void;
  /** Removes every entry that has one of the tags; says how many. */
  drop(tags: Iterable<string>): number;
  /** Removes every entry; says how many. */
  clear(): number;
  readonly size: number;
  /** Tags that lead to an entry. */
  readonly tagCount: number;
}

/** What an entry costs beside its content: itself, and its place below each of its tags. */
const entryBytes = 1_000;
const tagBytes = 100;
/** One entry may take so much of the memory, so that none can push out all others. */
const shareMax = 1 / 16;

/** Creates an empty cache. */
export function createTaggedCache<T extends Tagged>(options: TaggedCacheOptions): TaggedCache<T> {
  const keysByTag = new Map<string, Set<string>>();
  const cache = new LRUCache<string, T>({
    max: options.entriesMax,
    maxSize: options.bytesMax,
    maxEntrySize: Math.floor(options.bytesMax * shareMax),
    sizeCalculation: ({ byteLength, tags }, key) => {
      return entryBytes + byteLength + 2 * key.length + tagBytes * tags.length;
    },
    dispose: (entry, key) => forget(entry, key),
  });

  function forget({ tags }: T, key: string): void {
    for (const tag of tags) {
      const keys = keysByTag.get(tag);
      keys?.delete(key);
      if (keys?.size === 0) keysByTag.delete(tag);
    }
  }
  function remember({ tags }: T, key: string): void {
    for (const tag of tags) {
      const keys = keysByTag.get(tag);
      if (keys === undefined) keysByTag.set(tag, new Set([key]));
      else keys.add(key);
    }
  }
  function set(key: string, entry: T): void {
    cache.set(key, entry);
    if (cache.peek(key) === entry) remember(entry, key);
  }
  function drop(tags: Iterable<string>): number {
    let dropped = 0;
    for (const tag of tags) {
      for (const key of [...keysByTag.get(tag) ?? []]) if (cache.delete(key)) dropped++;
    }
    return dropped;
  }
  function clear(): number {
    const { size } = cache;
    cache.clear();
    return size;
  }
  return {
    get: (key) => cache.get(key),
    set,
    delete: (key) => void cache.delete(key),
    drop,
    clear,
    get size() {
      return cache.size;
    },
    get tagCount() {
      return keysByTag.size;
    },
  };
}
