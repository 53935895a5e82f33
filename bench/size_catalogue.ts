/** A catalogue of any size, loaded by COPY. */
import { once } from "node:events";
import postgres from "postgres";
import { categoryRows, placesOf } from "../dev/demo/categories.ts";
import { productText } from "../dev/demo/product_text.ts";
import { createRandom } from "../dev/demo/random.ts";
import { themes } from "../dev/demo/words/themes.ts";

type Driver = postgres.Sql;

/** Different texts; each product has one of them, so that both sizes find the same share. */
const textCount = 5_000;
/** Rows a write to the server, about. */
const flushLength = 1 << 17;

/**
 * Fills an empty, migrated database. The indexes are built after the rows, and the vectors are
 * those of the texts, made once by the database's own function: the triggers would do the same for
 * each row.
 */
export async function loadCatalogue(url: string, count: number): Promise<void> {
  const sql = postgres(url, { max: 1, onnotice: () => {} });
  try {
    await sql`SET maintenance_work_mem = '512MB'`;
    for (const { id, parent_id, name } of categoryRows(themes)) {
      await sql`INSERT INTO category (id, parent_id, name) VALUES (${`${id}`}, ${
        parent_id === null ? null : `${parent_id}`
      }, ${name})`;
    }
    const indexes = await sql<{ indexname: string; indexdef: string }[]>`
      SELECT indexname, indexdef FROM pg_indexes
      WHERE tablename = 'product' AND indexname <> 'product_pkey'`;
    for (const { indexname } of indexes) await sql`DROP INDEX ${sql(indexname)}`;
    await sql`ALTER TABLE product DISABLE TRIGGER USER`;
    await copyProducts(sql, count, await placedTexts(sql));
    for (const { indexdef } of indexes) await sql.unsafe(indexdef);
    await sql`ALTER TABLE product ENABLE TRIGGER USER`;
    await addWords(sql);
    await sql`VACUUM ANALYZE product, search_word`;
  } finally {
    await sql.end();
  }
}

interface PlacedText {
  readonly categoryId: bigint;
  /** Name, subtitle, detail and both vectors, as COPY takes them. */
  readonly columns: string;
}

async function placedTexts(sql: Driver): Promise<readonly PlacedText[]> {
  const places = placesOf(themes);
  const texts = Array.from({ length: textCount }, (_, n) => {
    const place = places[n % places.length];
    if (place === undefined) throw new Error("there are no categories");
    return { categoryId: place.categoryId, ...productText(place, createRandom(`size ${n}`)) };
  });
  const vectors = await sql<{ vector: string; all: string }[]>`
    SELECT search_vector(normalize(name, NFKC))::text AS vector,
           search_vector(normalize(concat_ws(' ', name, subtitle, detail), NFKC))::text AS all
    FROM unnest(${texts.map((text) => text.name)}::text[],
                ${texts.map((text) => text.subtitle)}::text[],
                ${texts.map((text) => text.detail)}::text[]) AS text (name, subtitle, detail)`;
  return texts.map(({ categoryId, name, subtitle, detail }, n) => {
    const { vector = "", all = "" } = vectors[n] ?? {};
    return { categoryId, columns: [name, subtitle, detail, vector, all].map(escaped).join("\t") };
  });
}

/** What COPY's text format gives a meaning. */
function escaped(text: string): string {
  return text.replaceAll("\\", "\\\\").replaceAll("\t", "\\t").replaceAll("\n", "\\n");
}

async function copyProducts(sql: Driver, count: number, texts: readonly PlacedText[]) {
  const stream = await sql`
    COPY product (id, category_id, name, subtitle, detail, search_name, search_text, price_fen,
                  stock, sales, rating_sum, rating_count, recommend_time, create_time)
    FROM STDIN`.writable();
  let rows = "";
  for (let id = 1; id <= count; id++) {
    const text = texts[id % texts.length];
    if (text !== undefined) rows += row(id, text);
    if (rows.length < flushLength && id < count) continue;
    if (!stream.write(rows)) await once(stream, "drain");
    rows = "";
  }
  const finished = once(stream, "finish");
  stream.end();
  await finished;
}

/** Numbers that spread, the same in every run; three products share each moment. */
function row(id: number, { categoryId, columns }: PlacedText): string {
  const spread = id * 7_919 % 1_000_003;
  const ratings = spread % 7;
  const created = new Date(1_600_000_000_000 + Math.floor(id / 3) * 60_000).toISOString();
  const recommended = id % 50 === 0 ? created : "\\N";
  const numbers = [
    100 + spread % 90_000,
    100,
    Math.floor(60_000 / (spread % 5_000 + 5)),
    ratings * (1 + spread % 5),
    ratings,
  ];
  return `${id}\t${categoryId}\t${columns}\t${numbers.join("\t")}\t${recommended}\t${created}\n`;
}

/** As the trigger does, from as many products as have different texts. */
async function addWords(sql: Driver): Promise<void> {
  await sql`
    INSERT INTO search_word (word, stem)
    SELECT DISTINCT word, coalesce((ts_lexize('english_stem', word))[1], word)
    FROM product, search_words(concat_ws(' ', name, subtitle, detail)) AS word
    WHERE id <= ${textCount}
    ON CONFLICT DO NOTHING`;
}

/** Where a page begins. */
export interface Place {
  readonly cursor: bigint;
  readonly lastId: bigint;
}

/** The columns in the order of the sorts on the wire, and whether a list by them descends. */
const sorted = [
  ["(extract(epoch FROM create_time) * 1000)::bigint", true],
  ["sales + 1", true],
  ["price_fen + 1", false],
  ["price_fen + 1", true],
  ["rating_hundredths + 1", true],
] as const;
const pageRows = 20;

/** Where the last page of a category begins, for each sort: the row before it, from behind. */
export async function lastPlaces(url: string, category: bigint): Promise<readonly Place[]> {
  const sql = postgres(url, { max: 1, types: { bigint: postgres.BigInt } });
  try {
    return await Promise.all(sorted.map(async ([value, descends]) => {
      const direction = descends ? "ASC" : "DESC";
      const [place] = await sql.unsafe<Place[]>(
        `SELECT ${value} AS cursor, id AS "lastId" FROM product
         WHERE category_id IN (SELECT id FROM category WHERE id = $1 OR parent_id = $1)
         ORDER BY 1 ${direction}, 2 ${direction} OFFSET ${pageRows} LIMIT 1`,
        [`${category}`],
      );
      if (place === undefined) throw new Error("the category has no second page");
      return place;
    }));
  } finally {
    await sql.end();
  }
}
