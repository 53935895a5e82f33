/** Finding products by words. */
import type { Cursor, Position } from "../../../shared/paging.ts";
import type { Sql } from "../../../shared/postgres/pool.ts";
import { planWalk, type ProductMatch, type SearchPlace, type SearchTerms } from "../search_plan.ts";
import { afterInSort, sortColumns, toPosition } from "./sort_columns.ts";

/** What the catalogue knows of a word. */
export interface WordKnowledge {
  readonly word: string;
  readonly known: boolean;
  /** The stems of some longer words that begin with it. */
  readonly begins: readonly string[];
}

export interface SearchStore {
  /** Up to `limit` positions after `after`, of products on sale. At most three queries. */
  findProducts(
    match: ProductMatch,
    after: Cursor<bigint> | undefined,
    limit: number,
  ): Promise<Position<bigint>[]>;
  /** English words to be stemmed, and terms as they are, as one query for all. One query. */
  parseTerms(words: string, terms: readonly string[]): Promise<SearchTerms>;
  /** Looks words of letters up. One query. */
  lookUp(words: readonly string[]): Promise<WordKnowledge[]>;
  /** The known words most like this one, most similar first. One query. */
  similarWords(word: string): Promise<string[]>;
}

/** So many matches are sorted without a thought; that there are more tells that they are many. */
const fewMatches = 500;
/** More matches than these are not sorted; reached only where they lie far from the cursor. */
const matchesMax = 20_000;
const similarMax = 20;
const beginsMax = 20;

/** Creates the store on the product service's own database. */
export function createSearchStore(sql: Sql): SearchStore {
  return {
    async findProducts(match, after, limit) {
      const ask = { match, after, limit };
      let walk = planWalk(match, limit);
      if (walk === undefined) {
        const few = await amongMatches(sql, ask, fewMatches);
        if (few.matches < fewMatches) return few.positions;
        walk = planWalk(match, limit, few.likely);
      }
      const leading = walk === undefined ? [] : await amongLeading(sql, ask, walk);
      if (leading.length >= limit) return leading;
      return (await amongMatches(sql, ask, matchesMax)).positions;
    },
    async parseTerms(words, terms) {
      const [row] = await sql<[SearchTerms]>`
        SELECT parsed::text AS query, in_name AS "inName", anywhere, products
        FROM (SELECT plainto_tsquery('english', ${words}) &&
                     coalesce((SELECT string_agg('(' || term || ')', ' & ')
                               FROM unnest(${[...terms]}::text[]) AS term), '')::tsquery AS parsed)
             AS query, search_estimate(parsed)`;
      return row;
    },
    async lookUp(words) {
      return await sql<WordKnowledge[]>`
        SELECT asked.word,
          EXISTS (SELECT FROM search_word AS known
                  WHERE known.stem = (ts_lexize('english_stem', asked.word))[1]
                     OR known.word = asked.word) AS known,
          ARRAY (SELECT longer.stem FROM search_word AS longer
                 WHERE longer.word ~>~ asked.word
                   AND longer.word ~<~ (asked.word || chr(1114111))
                 ORDER BY longer.word USING ~<~ LIMIT ${beginsMax}) AS begins
        FROM unnest(${[...words]}::text[]) AS asked (word)`;
    },
    async similarWords(word) {
      const rows = await sql<{ word: string }[]>`
        SELECT word FROM search_word ORDER BY word <-> ${word} LIMIT ${similarMax}`;
      return rows.map((row) => row.word);
    },
  };
}

type PositionRow = { readonly id: bigint; readonly value: bigint | number | Date };

interface SearchAsk {
  readonly match: ProductMatch;
  readonly after: Cursor<bigint> | undefined;
  readonly limit: number;
}

/** Walks through `rows` products of the sort's index and looks at each. */
async function amongLeading(
  sql: Sql,
  { match: { terms, place, sort }, after, limit }: SearchAsk,
  rows: number,
): Promise<Position<bigint>[]> {
  const { value, order, merged } = sortColumns(sql, sort);
  // The index of the sales has the names' vectors too: what is not asked for is not read.
  const vectors = place === "name" ? sql`search_name` : sql`search_name, search_text`;
  const found = await sql<PositionRow[]>`
    SELECT id, value FROM (
      SELECT id, ${value} AS value, ${vectors} FROM product
      WHERE status = 1 AND id > 0 ${afterInSort(sql, sort, after)}
      ORDER BY ${order} LIMIT ${rows}) AS ahead
    WHERE ${matches(sql, terms.query, place)}
    ORDER BY ${merged} LIMIT ${limit}`;
  return found.map(toPosition);
}

/**
 * Takes up to `most` matches behind the cursor from the inverted index, which has them in no order
 * of ours, and sorts them. From how soon so many were met follows how many there likely are: they
 * come in the order of the table, which is about that of the ids.
 */
async function amongMatches(
  sql: Sql,
  { match: { terms, place, sort }, after, limit }: SearchAsk,
  most: number,
): Promise<{ positions: Position<bigint>[]; matches: number; likely: number }> {
  const { value, order } = sortColumns(sql, sort);
  const found = await sql<(PositionRow & { matches: number; likely: number })[]>`
    WITH hit AS MATERIALIZED (
      SELECT id, create_time, sales, price_fen, rating_hundredths FROM product
      WHERE status = 1 AND ${matches(sql, terms.query, place)} ${afterInSort(sql, sort, after)}
      LIMIT ${most}),
    met AS (
      SELECT count(*)::float8 AS matches,
             count(*) * (SELECT max(id) FROM product)::float8 / greatest(max(id), 1) AS likely
      FROM hit)
    SELECT id, ${value} AS value, matches, likely FROM hit, met ORDER BY ${order} LIMIT ${limit}`;
  const { matches: count = 0, likely = 0 } = found[0] ?? {};
  return { positions: found.map(toPosition), matches: count, likely };
}

function matches(sql: Sql, query: string, place: SearchPlace) {
  const inName = sql`search_name @@ ${query}::tsquery`;
  if (place === "name") return inName;
  const anywhere = sql`search_text @@ ${query}::tsquery`;
  return place === "anywhere" ? anywhere : sql`${anywhere} AND NOT ${inName}`;
}
