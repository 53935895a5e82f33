/** What a search looks for: the words of the query, in the forms in which they are kept. */
import type { SearchProductsRequest } from "../../proto/gen/product/v1/product_service_pb.ts";
import { invalidArgument } from "../../shared/errors.ts";
import { narrowPage, type PageQuery, unknownSort } from "./list_products.ts";
import { productSorts, type SearchSort, sortOf } from "./product_sort.ts";

export const queryMax = 100;
/** Words of a query that count; the rest would only make it dearer. */
const wordsMax = 8;

export interface SearchQuery extends PageQuery {
  /** Normalised, 1 to 100 characters. */
  readonly text: string;
  readonly sort: SearchSort;
}

/** Relevance puts what matches by name above this much, whatever it has sold. */
export const tierValue = 2n ** 48n;

/** Narrows the request; refuses an empty or long query and an unknown sort. */
export function narrowSearch(request: SearchProductsRequest): SearchQuery {
  const text = request.query.normalize("NFKC").trim();
  const length = Array.from(text).length;
  if (length < 1 || length > queryMax) {
    const message = `must have 1 to ${queryMax} characters`;
    const reason = length < 1 ? "REQUIRED" : "TOO_LONG";
    throw invalidArgument([{ pointer: "/query", reason, message }]);
  }
  const sort = sortOf(request.sort, "relevance");
  if (sort === undefined) throw unknownSort(["relevance", ...Object.keys(productSorts)]);
  const zeroBased = sort === "relevance" || productSorts[sort].zeroBased;
  return { text, sort, ...narrowPage(request, { zeroBased }) };
}

/** The words of a query, in lower case. */
export interface QueryWords {
  /** Words of letters and digits. */
  readonly words: readonly string[];
  /** Unbroken runs of Chinese, Japanese or Korean. */
  readonly runs: readonly string[];
}

/** As in the function search_vector of the migrations. */
const pairedClass = "぀-ヿ㐀-䶿一-鿿가-힯豈-﫿";
const pairedRun = new RegExp(`[${pairedClass}]+`, "gu");
const otherWord = /[\p{L}\p{M}\p{N}]+/gu;

/** Takes a query apart; what is neither letter nor digit keeps words apart. */
export function queryWords(text: string): QueryWords {
  const lower = text.toLowerCase();
  const runs = lower.match(pairedRun) ?? [];
  const words = lower.replaceAll(pairedRun, " ").match(otherWord) ?? [];
  return {
    words: [...new Set(words)].slice(0, wordsMax),
    runs: [...new Set(runs)].slice(0, wordsMax),
  };
}

/** Whether a word is worth looking up among the known ones: only letters, and enough of them. */
export function mayBeMistyped(word: string): boolean {
  return word.length >= 3 && word.length <= 40 && /^[\p{L}\p{M}]+$/u.test(word);
}

/** All pairs of neighbours; a single character is found by what begins with it. */
export function runTerms(run: string): string {
  const characters = Array.from(run);
  if (characters.length === 1) return `${quoted(run)}:*`;
  return pairsOf(characters).map(quoted).join(" & ");
}

/**
 * The same with one wrong character somewhere: that breaks the one or two pairs that it is in, so
 * all others must be there. Undefined for a run that would then be found by nothing.
 */
export function forgivingRunTerms(run: string): string | undefined {
  const characters = Array.from(run);
  if (characters.length < 3) return undefined;
  const pairs = pairsOf(characters);
  const alternatives = characters.flatMap((_, wrong) => {
    const whole = pairs.filter((_, at) => at !== wrong && at !== wrong - 1);
    return whole.length === 0 ? [] : [`(${whole.map(quoted).join(" & ")})`];
  });
  return alternatives.join(" | ");
}

/** Any of the stems: those of the words that begin with what was typed. */
export function anyOf(stems: readonly string[]): string {
  return [...new Set(stems)].map(quoted).join(" | ");
}

function pairsOf(characters: readonly string[]): string[] {
  return characters.slice(1).map((character, at) => `${characters[at]}${character}`);
}

/** A lexeme in the text form of a tsquery. There are only letters and digits in it. */
function quoted(word: string): string {
  return `'${word}'`;
}
