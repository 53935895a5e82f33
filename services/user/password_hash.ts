/** Argon2id hashes as text (the PHC string format): what they cost. */

/** How hard a hash is to make (RFC 9106). */
export interface HashCost {
  /** Memory in KiB. */
  readonly memoryKib: number;
  readonly passes: number;
  readonly lanes: number;
}

/** With a salt of 8 bytes or more and a hash of 4 or more (RFC 9106, 3.1), in base64. */
const encodedHash =
  /^\$argon2id\$v=19\$m=(\d{1,7}),t=(\d{1,3}),p=(\d{1,2})\$[A-Za-z\d+/]{11,86}\$[A-Za-z\d+/]{6,86}$/;

/** More than this no hash of ours ever cost, in KiB: whoever wrote it wants to keep us busy. */
const memoryMaxKib = 1_048_576;

/** The cost of an encoded hash; undefined if it is none that we would check. */
export function costOf(encoded: string): HashCost | undefined {
  const found = encodedHash.exec(encoded);
  if (found === null) return undefined;
  const [memoryKib = 0, passes = 0, lanes = 0] = found.slice(1).map(Number);
  const possible = passes >= 1 && lanes >= 1 && memoryKib >= 8 * lanes;
  return possible && memoryKib <= memoryMaxKib ? { memoryKib, passes, lanes } : undefined;
}

/** Whether a hash was made at another cost than today's. */
export function isOutdated(encoded: string, today: HashCost): boolean {
  const cost = costOf(encoded);
  return cost === undefined || cost.memoryKib !== today.memoryKib ||
    cost.passes !== today.passes || cost.lanes !== today.lanes;
}
