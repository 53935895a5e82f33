/** Finding products by words. */
import type { Cursor, Position } from "../../../shared/paging.ts";
import type { Sql } from "../../../shared/postgres/pool.ts";
import type { SortName } from "../product_sort.ts";
import { afterInSort, sortColumns, toPosition } from "./sort_columns.ts";

/** Where the words must stand: in the name, anywhere, or anywhere but not all in the name. */
export type SearchPlace = "name" | "anywhere" | "elsewhere";

export interface ProductMatch {
  /** The text form of a tsquery, as `parseTerms` gives it. */
  readonly terms: string;
  readonly place: SearchPlace;
  readonly sort: SortName;
}

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
  /** Whether anything on sale matches. One query. */
  isFound(terms: string): Promise<boolean>;
  /** English words to be stemmed, and terms as they are, as one tsquery of all. One query. */
  parseTerms(words: string, terms: readonly string[]): Promise<string>;
  /** Looks words of letters up. One query. */
  lookUp(words: readonly string[]): Promise<WordKnowledge[]>;
  /** The known words most like this one, most similar first. One query. */
  similarWords(word: string): Promise<string[]>;
}

/**
 * The first products of a sort that are looked at one by one: what many products have is found
 * among them. What is not is so rare that all of its matches can be sorted.
 */
const windowRows = 3_000;
/** A guard on that sorting; reached only where a word is in many products, and in none that lead. */
const matchesMax = 20_000;
const similarMax = 20;
const beginsMax = 20;

/** Creates the store on the product service's own database. */
export function createSearchStore(sql: Sql): SearchStore {
  return {
    async findProducts(match, after, limit) {
      const leading = await amongLeading(sql, match, after, limit);
      if (leading.length >= limit) return leading.map(toPosition);
      return (await amongMatches(sql, match, after, limit)).map(toPosition);
    },
    async isFound(terms) {
      const [row] = await sql<{ found: boolean }[]>`
        SELECT EXISTS (
          SELECT FROM product WHERE status = 1 AND search_text @@ ${terms}::tsquery) AS found`;
      return row?.found ?? false;
    },
    async parseTerms(words, terms) {
      const [row] = await sql<{ parsed: string }[]>`
        SELECT (plainto_tsquery('english', ${words}) &&
                coalesce((SELECT string_agg('(' || term || ')', ' & ')
                          FROM unnest(${[
        ...terms,
      ]}::text[]) AS term), '')::tsquery)::text AS parsed`;
      return row?.parsed ?? "";
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

/** Walks the index of the sort and looks at each row: quick where many match, bounded elsewhere. */
function amongLeading(
  sql: Sql,
  { terms, place, sort }: ProductMatch,
  after: Cursor<bigint> | undefined,
  limit: number,
) {
  const { value, order, merged } = sortColumns(sql, sort);
  return sql<PositionRow[]>`
    SELECT id, value FROM (
      SELECT id, ${value} AS value, search_name, search_text FROM product
      WHERE status = 1 AND id > 0 ${afterInSort(sql, sort, after)}
      ORDER BY ${order} LIMIT ${windowRows}) AS ahead
    WHERE ${matches(sql, terms, place)}
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
      WHERE status = 1 AND ${matches(sql, terms, place)} LIMIT ${matchesMax})
    SELECT id, ${value} AS value FROM hit
    WHERE true ${afterInSort(sql, sort, after)}
    ORDER BY ${order} LIMIT ${limit}`;
}

function matches(sql: Sql, terms: string, place: SearchPlace) {
  const inName = sql`search_name @@ ${terms}::tsquery`;
  if (place === "name") return inName;
  const anywhere = sql`search_text @@ ${terms}::tsquery`;
  return place === "anywhere" ? anywhere : sql`${anywhere} AND NOT ${inName}`;
}
