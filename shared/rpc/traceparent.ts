/** W3C Trace Context, version 00: `00-<trace id>-<span id>-<flags>`. */

const pattern = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/;
const zeros = /^0+$/;

/** A valid header as it came, or undefined. */
export function parseTraceparent(header: string | null | undefined): string | undefined {
  const match = pattern.exec(header ?? "");
  const [, traceId = "0", spanId = "0"] = match ?? [];
  return zeros.test(traceId) || zeros.test(spanId) ? undefined : match?.[0];
}

/** The start of a new trace. */
export function newTraceparent(): string {
  return `00-${randomHex(16)}-${randomHex(8)}-01`;
}

/** The same trace, in a new span. */
export function childTraceparent(parent: string): string {
  return `${parent.slice(0, 36)}${randomHex(8)}${parent.slice(52)}`;
}

/** The trace's id: 32 hexadecimal digits. */
export function traceIdOf(traceparent: string): string {
  return traceparent.slice(3, 35);
}

/** Each byte in two hexadecimal digits. */
const hex = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

/** Ids must differ, not be secret: `Math.random` costs a tenth of `crypto` on the hot path. */
function randomHex(bytes: number): string {
  let text = "";
  for (let at = 0; at < bytes; at += 4) {
    const word = Math.floor(Math.random() * 0x1_0000_0000);
    text += `${hex[word >>> 24]}${hex[word >>> 16 & 255]}${hex[word >>> 8 & 255]}${
      hex[word & 255]
    }`;
  }
  return text;
}
