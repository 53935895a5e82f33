/** UUID version 7 (RFC 9562): sorts by the time it was made. */

let lastMs = 0;
let counter = 0;

/** A clock that is set back further is believed; a smaller step is counted over. */
const stepBackMaxMs = 10_000;

/**
 * A new id. Ids of one process sort in the order they were made: the 12 bits after the
 * milliseconds count (RFC 9562 §6.2, method 1), and carry into the milliseconds when they run out.
 */
export function newUuid(now: number = Date.now()): string {
  const random = crypto.getRandomValues(new Uint8Array(10));
  if (now > lastMs || now < lastMs - stepBackMaxMs) {
    lastMs = now;
    // Starting low leaves room to count within the millisecond.
    counter = ((random[8] ?? 0) << 8 | (random[9] ?? 0)) & 0x3ff;
  } else if (++counter > 0xfff) {
    lastMs++;
    counter = 0;
  }
  const time = lastMs.toString(16).padStart(12, "0");
  const count = counter.toString(16).padStart(3, "0");
  random[0] = (random[0] ?? 0) & 0x3f | 0x80;
  const tail = random.subarray(0, 8).toHex();
  return `${time.slice(0, 8)}-${time.slice(8)}-7${count}-${tail.slice(0, 4)}-${tail.slice(4)}`;
}

const pattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Whether `text` is a UUID of any version. */
export function isUuid(text: string): boolean {
  return pattern.test(text);
}
