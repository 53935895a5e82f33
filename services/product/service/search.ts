/** Searching: from what was typed to a page of positions. */
import { LRUCache } from "lru-cache";
import { createLoadGate } from "../../../shared/cache/load_gate.ts";
import type { Cursor, Position } from "../../../shared/paging.ts";
import {
  anyOf,
  forgivingRunTerms,
  mayBeMistyped,
  type QueryWords,
  queryWords,
  runTerms,
  type SearchQuery,
  tierValue,
} from "../search_query.ts";
import type { SearchTerms } from "../search_plan.ts";
import type { SearchStore } from "../store/search.ts";
import { meantWord } from "../typo.ts";

type After = Cursor<bigint> | undefined;

export interface ProductSearch {
  /** Up to `limit` positions of what is found, in the order of the query's sort. */
  find(query: SearchQuery, limit: number): Promise<readonly Position<bigint>[]>;
}

/** What a query turned out to look for, kept so that its next pages look for the same. */
const termsKept = { max: 5_000, ttl: 60_000 };
/** Searches at once: they are the dearest thing that anybody may ask for. */
const gateLimits = { inFlightMax: 8, waitingMax: 200, waitMaxMs: 1_000 };

/** Creates the search on the store. */
export function createProductSearch(store: SearchStore): ProductSearch {
  const kept = new LRUCache<string, SearchTerms>(termsKept);
  const gate = createLoadGate({ name: "search", ...gateLimits });

  async function termsOf(text: string): Promise<SearchTerms> {
    const known = kept.get(text);
    if (known !== undefined) return known;
    const terms = await findTerms(store, queryWords(text));
    kept.set(text, terms);
    return terms;
  }

  async function find({ text, sort, after }: SearchQuery, limit: number) {
    const terms = await termsOf(text);
    if (terms.query === "") return [];
    if (sort === "relevance") return await byRelevance(store, terms, after, limit);
    return await store.findProducts({ terms, place: "anywhere", sort }, after, limit);
  }
  return { find: (query, limit) => gate.run(() => find(query, limit)) };
}

/** What matches by name, best sold first, and after that what matches elsewhere. */
async function byRelevance(
  store: SearchStore,
  terms: SearchTerms,
  after: After,
  limit: number,
): Promise<readonly Position<bigint>[]> {
  const named: Position<bigint>[] = [];
  let elsewhereAfter = after;
  if (after === undefined || after.value >= tierValue) {
    const inTier = after && { ...after, value: after.value - tierValue };
    const match = { terms, place: "name", sort: "sales" } as const;
    const found = await store.findProducts(match, inTier, limit);
    named.push(...found.map(({ id, value }) => ({ id, value: value + tierValue })));
    elsewhereAfter = undefined;
  }
  if (named.length >= limit) return named;
  const match = { terms, place: "elsewhere", sort: "sales" } as const;
  const rest = await store.findProducts(match, elsewhereAfter, limit - named.length);
  return [...named, ...rest];
}

/** What the words look for; with one wrong character forgiven where otherwise nothing is found. */
async function findTerms(store: SearchStore, words: QueryWords): Promise<SearchTerms> {
  const { words: whole, terms } = await knownForms(store, words.words);
  const strict = await store.parseTerms(whole.join(" "), [...terms, ...words.runs.map(runTerms)]);
  const forgiving = words.runs.map((run) => forgivingRunTerms(run) ?? runTerms(run));
  if (words.runs.every((run) => forgivingRunTerms(run) === undefined)) return strict;
  const match = { terms: strict, place: "anywhere", sort: "sales" } as const;
  if ((await store.findProducts(match, undefined, 1)).length > 0) return strict;
  return await store.parseTerms(whole.join(" "), [...terms, ...forgiving]);
}

/** Each word as it is, as the beginning of longer ones, or as the word that was meant. */
async function knownForms(
  store: SearchStore,
  words: readonly string[],
): Promise<{ words: readonly string[]; terms: readonly string[] }> {
  const doubtful = words.filter(mayBeMistyped);
  const knowledge = doubtful.length > 0 ? await store.lookUp(doubtful) : [];
  const whole = words.filter((word) => !doubtful.includes(word));
  const terms: string[] = [];
  for (const { word, known, begins } of knowledge) {
    if (known) whole.push(word);
    else if (begins.length > 0) terms.push(anyOf(begins));
    else whole.push(meantWord(word, await store.similarWords(word)) ?? word);
  }
  return { words: whole, terms };
}
