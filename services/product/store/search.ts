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
  /** Up to `limit` positions after `after`, of products on sale. At most two queries. */
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

/** More matches than these are not sorted; reached only where the estimate is far off. */
const matchesMax = 20_000;
const similarMax = 20;
const beginsMax = 20;

/** Creates the store on the product service's own database. */
export function createSearchStore(sql: Sql): SearchStore {
  return {
    async findProducts(match, after, limit) {
      const walk = planWalk(match, limit);
      if (walk !== undefined) {
        const leading = await amongLeading(sql, match, after, { limit, rows: walk });
        if (leading.length >= limit) return leading.map(toPosition);
      }
      return (await amongMatches(sql, match, after, limit)).map(toPosition);
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

/** Walks the index of the sort and looks at each product. */
function amongLeading(
  sql: Sql,
  { terms, place, sort }: ProductMatch,
  after: Cursor<bigint> | undefined,
  { limit, rows }: { limit: number; rows: number },
) {
  const { value, order, merged } = sortColumns(sql, sort);
  // The index of the sales has the names' vectors too: what is not asked for is not read.
  const vectors = place === "name" ? sql`search_name` : sql`search_name, search_text`;
  return sql<PositionRow[]>`
    SELECT id, value FROM (
      SELECT id, ${value} AS value, ${vectors} FROM product
      WHERE status = 1 AND id > 0 ${afterInSort(sql, sort, after)}
      ORDER BY ${order} LIMIT ${rows}) AS ahead
    WHERE ${matches(sql, terms.query, place)}
    ORDER BY ${merged} LIMIT ${limit}`;
}

/** Takes all matches from the inverted index, and sorts them. */
function amongMatches(
  sql: Sql,
  { terms, place, sort }: ProductMatch,
  after: Cursor<bigint> | undefined,
  limit: number,
) {
  const { value, order } = sortColumns(sql, sort);
  return sql<PositionRow[]>`
    WITH hit AS MATERIALIZED (
      SELECT id, create_time, sales, price_fen, rating_hundredths FROM product
      WHERE status = 1 AND ${matches(sql, terms.query, place)} LIMIT ${matchesMax})
    SELECT id, ${value} AS value FROM hit
    WHERE true ${afterInSort(sql, sort, after)}
    ORDER BY ${order} LIMIT ${limit}`;
}

function matches(sql: Sql, query: string, place: SearchPlace) {
  const inName = sql`search_name @@ ${query}::tsquery`;
  if (place === "name") return inName;
  const anywhere = sql`search_text @@ ${query}::tsquery`;
  return place === "anywhere" ? anywhere : sql`${anywhere} AND NOT ${inName}`;
}
