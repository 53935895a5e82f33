/**
 * What the row cache keeps under a key, and the rule by which one value replaces another.
 *
 * Layout: one byte of kind, eight bytes of version (big-endian), then the row's bytes.
 * - `R` a row, with its version;
 * - `N` no such row when it was looked for;
 * - `T` a tombstone: the row was written, nothing older than its version may be kept.
 */
import { Buffer } from "node:buffer";
import { redisScript } from "../redis/script.ts";

/** A value as read from Redis; `broken` if it is none of ours. */
export type CachedKind = "row" | "absent" | "tombstone" | "broken";

const headerLength = 9;
const versionMax = 2n ** 63n - 1n;
const kinds: Readonly<Record<number, CachedKind>> = { 82: "row", 78: "absent", 84: "tombstone" };

/** Which kind a value is. */
export function kindOf(value: Uint8Array): CachedKind {
  if (value.length < headerLength) return "broken";
  return kinds[value[0] ?? 0] ?? "broken";
}

/** The version of a row, or the oldest one that a tombstone allows. */
export function versionOf(value: Buffer): bigint {
  return value.readBigUInt64BE(1);
}

/** The bytes of a row within its value: a view, not a copy. */
export function rowBytes(value: Uint8Array): Uint8Array {
  return value.subarray(headerLength);
}

/** The value of a row. Throws RangeError for a version below 0 or above int64. */
export function rowValue(version: bigint, bytes: Uint8Array): Buffer {
  const value = header("R", version, bytes.length);
  value.set(bytes, headerLength);
  return value;
}

/** The value for a row that does not exist. */
export function absentValue(): Buffer {
  return header("N", 0n, 0);
}

/** The value left by a write. Throws RangeError for a version below 0 or above int64. */
export function tombstoneValue(version: bigint): Buffer {
  return header("T", version, 0);
}

function header(kind: "R" | "N" | "T", version: bigint, length: number): Buffer {
  if (version < 0n || version > versionMax) {
    throw new RangeError(`a row's version must be from 0 to int64's maximum, not ${version}`);
  }
  const value = Buffer.alloc(headerLength + length);
  value.write(kind, 0, "latin1");
  value.writeBigUInt64BE(version, 1);
  return value;
}

/**
 * Keeps values, each unless what is there is newer. ARGV: for each key its value, and for how long,
 * in milliseconds. Answers for each key whether it did, 1 or 0.
 *
 * A row or a tombstone gives way to the same or a newer version only, never to "no such row"; a
 * tombstone does not replace the very row that it asks for. Versions are compared by halves: a Lua
 * number holds 53 bits, and a Lua string compares by the server's locale.
 */
export const keepUnlessNewer = redisScript(`
local function isNewer(old, new)
  local oldKind, newKind = string.sub(old, 1, 1), string.sub(new, 1, 1)
  if #old ~= 9 or (oldKind ~= 'R' and oldKind ~= 'T') then return false end
  if newKind == 'N' then return true end
  local oldHigh, oldLow = struct.unpack('>I4I4', old, 2)
  local newHigh, newLow = struct.unpack('>I4I4', new, 2)
  if newHigh ~= oldHigh then return newHigh < oldHigh end
  if newLow ~= oldLow then return newLow < oldLow end
  return newKind == 'T'
end

local kept = {}
for at, key in ipairs(KEYS) do
  local value, forMs = ARGV[2 * at - 1], ARGV[2 * at]
  kept[at] = 0
  if not isNewer(redis.call('GETRANGE', key, 0, 8), value) then
    redis.call('SET', key, value, 'PX', forMs)
    kept[at] = 1
  end
end
return kept
`);

/** Deletes a value that turned out to be broken, unless it was replaced meanwhile. */
export const deleteIfSame = redisScript(`
if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end
return 0
`);
