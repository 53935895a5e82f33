/** Words that an operator filters by. */
import { invalidArgument } from "../errors.ts";

const charactersMax = 200;

/** The words as they came. InvalidArgument for what no row can have, and the database cannot read. */
export function requireFilter(words: string, pointer: string): string {
  if (words.length <= charactersMax && !words.includes("\0")) return words;
  const message = `must have at most ${charactersMax} characters`;
  throw invalidArgument([{ pointer, reason: "MALFORMED", message }]);
}
