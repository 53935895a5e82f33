-- Lists, search and comments at any size, and counters that are written in batches.

CREATE EXTENSION IF NOT EXISTS pg_trgm;

-- Categories: an order among siblings, one name in the whole tree, and a version for caches.
ALTER TABLE category
  ADD COLUMN position integer NOT NULL DEFAULT 0,
  ADD COLUMN version  bigint  NOT NULL DEFAULT 1,
  ADD CONSTRAINT category_name UNIQUE (name),
  ADD CONSTRAINT category_not_its_own_parent CHECK (parent_id <> id);
-- category_path upwards, and the foreign key.
CREATE INDEX category_by_parent ON category (parent_id);

CREATE FUNCTION version_touch() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.version := OLD.version + 1;
  RETURN NEW;
END $$;

CREATE TRIGGER category_touch BEFORE UPDATE ON category
  FOR EACH ROW EXECUTE FUNCTION version_touch();

-- A category and all above it: whose lists a product is in. The tree is 4 levels deep at most.
CREATE FUNCTION category_path(leaf bigint) RETURNS bigint[] LANGUAGE sql STABLE PARALLEL SAFE AS $$
  WITH RECURSIVE up (id, parent_id, level) AS (
    SELECT id, parent_id, 1 FROM category WHERE id = leaf
    UNION ALL
    SELECT c.id, c.parent_id, level + 1 FROM category c JOIN up ON c.id = up.parent_id
    WHERE level < 8)
  SELECT array_agg(id ORDER BY level) FROM up
$$;

ALTER TABLE banner
  ADD COLUMN link    text   NOT NULL DEFAULT '',
  ADD COLUMN version bigint NOT NULL DEFAULT 1;

CREATE TRIGGER banner_touch BEFORE UPDATE ON banner
  FOR EACH ROW EXECUTE FUNCTION version_touch();

ALTER TABLE flash_sale
  ADD COLUMN cancelled boolean NOT NULL DEFAULT false,
  ADD COLUMN version   bigint  NOT NULL DEFAULT 1;

CREATE TRIGGER flash_sale_touch BEFORE UPDATE ON flash_sale
  FOR EACH ROW EXECUTE FUNCTION version_touch();

-- flash_sales.currentFlashSale: what has not ended, by its start.
CREATE INDEX flash_sale_current ON flash_sale (end_time, start_time) WHERE NOT cancelled;

-- comments.listComments: a product's comments, newest first, by keyset.
CREATE INDEX comment_by_product ON comment (product_id, create_time DESC, id DESC);

-- What a text is in a search: stems of English words, pairs of Chinese, Japanese and Korean
-- characters (and the last one of each run, so that a single character finds by prefix). Only
-- letters and digits count, as in a query: the parser's own idea of tags, addresses and numbers
-- would find other words. Positions are left out: nothing asks for them.
CREATE FUNCTION search_vector(source text) RETURNS tsvector
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT CASE WHEN source ~ '[぀-ヿ㐀-䶿一-鿿가-힯豈-﫿]' THEN
    strip(to_tsvector('english', regexp_replace(
      source, '([^[:alnum:]]|[぀-ヿ㐀-䶿一-鿿가-힯豈-﫿])+', ' ', 'g'))) ||
    array_to_tsvector(ARRAY(
      SELECT DISTINCT substr(run[1], start, 2)
      FROM regexp_matches(source, '[぀-ヿ㐀-䶿一-鿿가-힯豈-﫿]+', 'g') AS run,
           generate_series(1, length(run[1])) AS start))
  ELSE strip(to_tsvector('english', regexp_replace(source, '[^[:alnum:]]+', ' ', 'g'))) END
$$;

ALTER TABLE product
  -- The mean rating times 100, rounded, as product.ts has it: what the list by rating sorts by.
  ADD COLUMN rating_hundredths integer NOT NULL GENERATED ALWAYS AS (
    CASE WHEN rating_count = 0 THEN 0
    ELSE ((rating_sum * 200 + rating_count) / (rating_count * 2))::integer END) STORED,
  ADD COLUMN search_name tsvector NOT NULL DEFAULT '',
  -- Name, subtitle and detail together.
  ADD COLUMN search_text tsvector NOT NULL DEFAULT '',
  ADD CONSTRAINT product_rating CHECK (rating_sum BETWEEN rating_count AND rating_count * 5),
  -- The vector of a longer name might not fit into an index.
  ADD CONSTRAINT product_name_length CHECK (length(name) <= 200);

-- Statistics of some thousand words, so that the estimates below tell the common from the rare.
ALTER TABLE product
  ALTER COLUMN search_name SET STATISTICS 300,
  ALTER COLUMN search_text SET STATISTICS 300;

-- Not a generated column: because of product_touch that would be made anew by each change of stock.
CREATE FUNCTION product_search() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.search_name := search_vector(normalize(NEW.name, NFKC));
  NEW.search_text := search_vector(
    normalize(concat_ws(' ', NEW.name, NEW.subtitle, NEW.detail), NFKC));
  RETURN NEW;
END $$;

CREATE TRIGGER product_search BEFORE INSERT OR UPDATE OF name, subtitle, detail ON product
  FOR EACH ROW EXECUTE FUNCTION product_search();

-- Room on each page, so that a change of stock, which no index holds, stays on it.
ALTER TABLE product SET (fillfactor = 90);

-- lists.listProducts: one category, by each sort; price_asc reads the price backwards.
CREATE INDEX product_by_new ON product (category_id, create_time DESC, id DESC) WHERE status = 1;
CREATE INDEX product_by_sales ON product (category_id, sales DESC, id DESC) WHERE status = 1;
CREATE INDEX product_by_price ON product (category_id, price_fen DESC, id DESC) WHERE status = 1;
CREATE INDEX product_by_rating ON product (category_id, rating_hundredths DESC, id DESC)
  WHERE status = 1;
-- lists.listProducts of the whole catalogue, and search.findProducts for words that many have.
-- "id > 0" is always true: queries of a category leave it out, and so cannot be planned as a walk
-- through the whole catalogue that filters by category.
CREATE INDEX product_all_by_new ON product (create_time DESC, id DESC)
  WHERE status = 1 AND id > 0;
-- With the names' vectors, so that best sellers are searched by name without reading their rows.
CREATE INDEX product_all_by_sales ON product (sales DESC, id DESC) INCLUDE (search_name)
  WHERE status = 1 AND id > 0;
CREATE INDEX product_all_by_price ON product (price_fen DESC, id DESC)
  WHERE status = 1 AND id > 0;
CREATE INDEX product_all_by_rating ON product (rating_hundredths DESC, id DESC)
  WHERE status = 1 AND id > 0;
-- lists.listRecommended: the feed.
CREATE INDEX product_recommended ON product (recommend_time DESC, id DESC)
  WHERE status = 1 AND recommend_time IS NOT NULL;
-- search.findProducts for words that few have.
CREATE INDEX product_search_name ON product USING gin (search_name) WHERE status = 1;
CREATE INDEX product_search_text ON product USING gin (search_text) WHERE status = 1;

-- How many products on sale have the words in their names, how many anywhere, and how many there
-- are: as the planner estimates it, from statistics and not by counting.
CREATE FUNCTION search_estimate(
  terms tsquery, OUT in_name float8, OUT anywhere float8, OUT products float8)
LANGUAGE plpgsql AS $$
DECLARE
  plan json;
BEGIN
  EXECUTE format(
    'EXPLAIN (FORMAT JSON) SELECT FROM product WHERE status = 1 AND search_name @@ %L::tsquery',
    terms) INTO plan;
  in_name := plan -> 0 -> 'Plan' ->> 'Plan Rows';
  EXECUTE format(
    'EXPLAIN (FORMAT JSON) SELECT FROM product WHERE status = 1 AND search_text @@ %L::tsquery',
    terms) INTO plan;
  anywhere := greatest(in_name, (plan -> 0 -> 'Plan' ->> 'Plan Rows')::float8);
  EXECUTE 'EXPLAIN (FORMAT JSON) SELECT FROM product WHERE status = 1' INTO plan;
  products := plan -> 0 -> 'Plan' ->> 'Plan Rows';
END $$;

-- The words of the catalogue, for finding the one that was meant. None is ever removed: what a word
-- finds no more, the search says.
CREATE TABLE search_word (
  word text PRIMARY KEY CHECK (length(word) BETWEEN 3 AND 40),
  stem text NOT NULL
);
-- search.knownWords: whether a word, in any of its forms, is in the catalogue.
CREATE INDEX search_word_by_stem ON search_word (stem);
-- search.knownWords: whether a word begins so. Any database may have another collation.
CREATE INDEX search_word_by_prefix ON search_word (word text_pattern_ops);
-- search.similarWords: the nearest words by trigrams.
CREATE INDEX search_word_by_trigram ON search_word USING gist (word gist_trgm_ops);

-- The words of a text that may be mistyped: of letters, 3 to 40 of them.
CREATE FUNCTION search_words(source text) RETURNS SETOF text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT DISTINCT word
  FROM regexp_split_to_table(lower(normalize(source, NFKC)), '[^[:alpha:]]+') AS word
  WHERE length(word) BETWEEN 3 AND 40 AND word !~ '[぀-ヿ㐀-䶿一-鿿가-힯豈-﫿]'
$$;

-- All new words of a statement at once, in one order so that two statements do not wait for each
-- other in a circle.
CREATE FUNCTION product_words() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO search_word (word, stem)
  SELECT word, coalesce((ts_lexize('english_stem', word))[1], word)
  FROM (
    SELECT DISTINCT search_words(concat_ws(' ', name, subtitle, detail)) AS word FROM written
  ) AS found
  WHERE NOT EXISTS (SELECT FROM search_word AS known WHERE known.word = found.word)
  ORDER BY word
  ON CONFLICT DO NOTHING;
  RETURN NULL;
END $$;

CREATE TRIGGER product_words_of_new AFTER INSERT ON product
  REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION product_words();

-- By the row: with a transition table a trigger cannot keep away from changes of the stock.
CREATE FUNCTION product_words_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO search_word (word, stem)
  SELECT word, coalesce((ts_lexize('english_stem', word))[1], word)
  FROM search_words(concat_ws(' ', NEW.name, NEW.subtitle, NEW.detail)) AS found (word)
  WHERE NOT EXISTS (SELECT FROM search_word AS known WHERE known.word = found.word)
  ORDER BY word
  ON CONFLICT DO NOTHING;
  RETURN NULL;
END $$;

CREATE TRIGGER product_words_of_changed AFTER UPDATE OF name, subtitle, detail ON product
  FOR EACH ROW EXECUTE FUNCTION product_words_changed();

-- What is not yet in a product's counters: sales and ratings are written here, by the event, and
-- added to the product in batches, so that a product that sells well is no queue.
CREATE TABLE product_count (
  id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  product_id   bigint NOT NULL,
  sales        bigint NOT NULL DEFAULT 0,
  rating_sum   bigint NOT NULL DEFAULT 0,
  rating_count bigint NOT NULL DEFAULT 0
);

-- What is there already gets its vectors and words now.
UPDATE product SET name = name;
