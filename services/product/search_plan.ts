/** How to find the first matches of a sort: by walking through the sort, or by sorting the matches. */
import type { SortName } from "./product_sort.ts";

/** Where the words must stand: in the name, anywhere, or anywhere but not all in the name. */
export type SearchPlace = "name" | "anywhere" | "elsewhere";

/** What is looked for, with estimates of how much of it there is. */
export interface SearchTerms {
  /** The text form of a tsquery; "" finds nothing. */
  readonly query: string;
  /** Products on sale with all words in the name, and with all words anywhere. */
  readonly inName: number;
  readonly anywhere: number;
  /** Products on sale. */
  readonly products: number;
}

export interface ProductMatch {
  readonly terms: SearchTerms;
  readonly place: SearchPlace;
  readonly sort: SortName;
}

/**
 * What it costs to look at one product while walking, in units of fetching one match: by name in
 * the order of sales it is read from the index alone.
 */
const lookCost = { index: 0.2, row: 1 } as const;
/** The longest walks; whoever has not found enough by then sorts the matches. */
const walkMax = { index: 30_000, row: 4_000 } as const;
/** A walk is given more than is expected to be needed: matches do not lie evenly. */
const patience = 4;

/**
 * How many products to walk through, or undefined when it is cheaper to sort all matches. Many
 * matches lie close together in every sort; few are quickly sorted. Right or wrong, the estimates
 * decide only what it costs. `atLeast` is what is known by now of the number of matches.
 */
export function planWalk(
  { terms, place, sort }: ProductMatch,
  limit: number,
  atLeast = 1,
): number | undefined {
  const matches = Math.max(atLeast, matchesOf(terms, place));
  const needed = Math.ceil(limit * terms.products / matches);
  const kind = place === "name" && sort === "sales" ? "index" : "row";
  if (needed * lookCost[kind] > matches || needed > walkMax[kind]) return undefined;
  return Math.min(needed * patience, walkMax[kind]);
}

function matchesOf({ inName, anywhere }: SearchTerms, place: SearchPlace): number {
  if (place === "name") return inName;
  return place === "anywhere" ? anywhere : anywhere - inName;
}
