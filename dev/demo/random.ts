/** Numbers that look random and are the same on every machine and in every run. */

/** A stream of numbers that its label alone decides. */
export interface Random {
  /** From 0 up to, not including, 1. */
  fraction(): number;
  /** A whole number from `min` to `max`, both included. */
  int(min: number, max: number): number;
  /** True `percent` times in a hundred. */
  chance(percent: number): boolean;
  /** One of `items`; throws for an empty list. */
  pick<T>(items: readonly T[]): T;
  /** `count` different ones of `items`, or all of them, in random order. */
  sample<T>(items: readonly T[], count: number): T[];
}

/** The golden ratio in 32 bits: a step that visits every state once. */
const step = 0x9e3779b9;
const range = 0x1_0000_0000;

/**
 * Creates the stream of `label`. A label for each row, rather than one stream for all, keeps a
 * change of one row from changing all that follow. A counter through the finaliser of MurmurHash3
 * (Appleby): only 32-bit whole numbers and exact divisions, so no machine rounds differently.
 */
export function createRandom(label: string): Random {
  let state = hashOf(label);
  function fraction(): number {
    state = (state + step) >>> 0;
    return mix(state) / range;
  }
  function int(min: number, max: number): number {
    return min + Math.floor(fraction() * (max - min + 1));
  }
  function sample<T>(items: readonly T[], count: number): T[] {
    const rest = [...items];
    const taken: T[] = [];
    while (rest.length > 0 && taken.length < count) {
      taken.push(...rest.splice(int(0, rest.length - 1), 1));
    }
    return taken;
  }
  return {
    fraction,
    int,
    chance: (percent) => int(0, 99) < percent,
    pick: (items) => at(items, int(0, items.length - 1)),
    sample,
  };
}

/** The element at `index`; throws where there is none. */
export function at<T>(items: readonly T[], index: number): T {
  const item = items[index];
  if (item === undefined) throw new RangeError(`no item ${index} of ${items.length}`);
  return item;
}

/** FNV-1a over UTF-16 units. */
function hashOf(label: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < label.length; i++) {
    hash = Math.imul(hash ^ label.charCodeAt(i), 0x01000193);
  }
  return hash >>> 0;
}

function mix(value: number): number {
  let hash = value;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
