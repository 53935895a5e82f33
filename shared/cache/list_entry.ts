/**
 * How a list stands in a sorted set. A row's score is its sort value and its member its id, padded
 * so that the order of members, by which Redis sorts equal scores, is that of the ids. Both
 * directions are stored alike: a descending list is read from the end, an ascending one forwards.
 *
 * One member more is the mark, at the infinity where the list ends: `complete` if these are all rows
 * of the list, `prefix` if the list goes on. It cannot be lost without the rows, nor they without
 * it; a set without a mark is none of ours.
 */
import type { Cursor, Position, SortDirection } from "../paging.ts";

export type ListMark = "complete" | "prefix";

/** Where reading begins: after all of `value`, or after one row of it. As arguments of a script. */
export interface Seek {
  readonly value: string;
  readonly member: string;
}

const idLength = 19;
const int64Max = 2n ** 63n - 1n;
/** Scores are doubles, which hold every whole number up to here. */
const valueMax = 2n ** 53n;
/** The next double: stands for every value beyond, as no row has it. */
const valueBeyond = valueMax + 2n;

/** Whether a row can be kept exactly. */
export function fits({ value, id }: Position<bigint>): boolean {
  return value >= -valueMax && value <= valueMax && id >= 0n && id <= int64Max;
}

/** An id or a version as text that sorts as the number does. RangeError below 0 or above int64. */
export function padded(name: string, number: bigint): string {
  if (number >= 0n && number <= int64Max) return String(number).padStart(idLength, "0");
  throw new RangeError(`${name} must be from 0 to int64's maximum, not ${number}`);
}

/** The score at which the mark stands: after every row, in the direction of reading. */
export function endScore(direction: SortDirection): "-inf" | "inf" {
  return direction === "desc" ? "-inf" : "inf";
}

/** Where a page starts. Any numbers are taken: those that no row can have become others like them. */
export function seekOf(after: Cursor<bigint> | undefined, direction: SortDirection): Seek {
  if (after === undefined) return { value: "", member: "" };
  const { value, lastId } = after;
  if (lastId === undefined) return { value: score(value), member: "" };
  if (lastId >= 0n && lastId <= int64Max) {
    return { value: score(value), member: padded("an id", lastId) };
  }
  // Every row of this value comes after such an id, or none does.
  const all = (lastId < 0n) === (direction === "asc");
  const before = direction === "desc" ? value + 1n : value - 1n;
  return { value: score(all ? before : value), member: "" };
}

function score(value: bigint): string {
  if (value > valueMax) return String(valueBeyond);
  return String(value < -valueMax ? -valueBeyond : value);
}

/** The rows in a reply of ZRANGE WITHSCORES, without the mark; undefined if one is broken. */
export function readEntries(reply: readonly string[]): Position<bigint>[] | undefined {
  const rows: Position<bigint>[] = [];
  for (let at = 0; at + 1 < reply.length; at += 2) {
    const row = readEntry(reply[at] ?? "", reply[at + 1] ?? "");
    if (row === undefined) return undefined;
    rows.push(row);
  }
  return rows;
}

function readEntry(member: string, score: string): Position<bigint> | undefined {
  if (!/^\d{19}$/.test(member) || !/^-?\d{1,16}$/.test(score)) return undefined;
  const row = { value: BigInt(score), id: BigInt(member) };
  return fits(row) ? row : undefined;
}

/** A kept list as arguments of ZADD: score, member, … */
export function entriesOf(
  rows: readonly Position<bigint>[],
  mark: ListMark,
  direction: SortDirection,
): string[] {
  const entries = rows.flatMap(({ value, id }) => [String(value), padded("an id", id)]);
  return [endScore(direction), mark, ...entries];
}
