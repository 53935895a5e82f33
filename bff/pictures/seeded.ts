/** Choices that look random and are the same for the same number. */

/**
 * A whole number from 0 up to, not including, `count`. `purpose` keeps choices for one `seed` apart.
 * The finaliser of MurmurHash3 (Appleby), once for each half of the seed.
 */
export function choice(seed: number, purpose: number, count: number): number {
  const low = seed >>> 0;
  const high = Math.floor(seed / 0x1_0000_0000) >>> 0;
  const hash = mix(mix(low ^ Math.imul(purpose + 1, 0x9e3779b9)) ^ high);
  return Math.floor(hash / 0x1_0000_0000 * count);
}

/** One of `items`, which must not be empty. */
export function pick<T>(items: readonly [T, ...T[]], seed: number, purpose: number): T {
  return items[choice(seed, purpose, items.length)] ?? items[0];
}

function mix(value: number): number {
  let hash = value;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
