/** Argon2id hashes as text (the PHC string format): what they cost. */

/** How hard a hash is to make (RFC 9106). */
export interface HashCost {
  /** Memory in KiB. */
  readonly memoryKib: number;
  readonly passes: number;
  readonly lanes: number;
}

const encodedHash = /^\$argon2id\$v=19\$m=(\d{1,7}),t=(\d{1,3}),p=(\d{1,2})\$[\w+/]+\$[\w+/]+$/;

/** More than this no hash of ours ever cost, in KiB: whoever wrote it wants to keep us busy. */
const memoryMaxKib = 1_048_576;

/** The cost of an encoded hash; undefined if it is none that we would check. */
export function costOf(encoded: string): HashCost | undefined {
  const [, memory, passes, lanes] = encodedHash.exec(encoded) ?? [];
  if (memory === undefined || Number(memory) > memoryMaxKib) return undefined;
  return { memoryKib: Number(memory), passes: Number(passes), lanes: Number(lanes) };
}

/** Whether a hash was made at another cost than today's. */
export function isOutdated(encoded: string, today: HashCost): boolean {
  const cost = costOf(encoded);
  return cost === undefined || cost.memoryKib !== today.memoryKib ||
    cost.passes !== today.passes || cost.lanes !== today.lanes;
}
