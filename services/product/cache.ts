/** Product rows and lists through their caches. */
import type { Redis } from "ioredis";
import type { Product } from "../../proto/gen/product/v1/product_pb.ts";
import { createListCache, type ListCache, type ListKey } from "../../shared/cache/list_cache.ts";
import { type LocalRows, withLocalLayer } from "../../shared/cache/local_layer.ts";
import { createRowCache } from "../../shared/cache/row_cache.ts";
import type { Logger } from "../../shared/log.ts";
import type { Cursor, Page, Position } from "../../shared/paging.ts";
import { type CategoryTree, createCategoryTree } from "./category.ts";
import { decodeProduct, encodeProduct, toMessage } from "./product_message.ts";
import { productSorts, type SortName, sortValues } from "./product_sort.ts";
import type { ProductStore } from "./store.ts";
import type { ListFilter, ListStore } from "./store/lists.ts";
import type { StorefrontStore } from "./store/storefront.ts";

/** How long a row is kept: an hour; every write invalidates it before. */
const ttlMs = 3_600_000;

/** Rows that are kept of a list: more pages than people turn; a page beyond costs one query. */
const keepMax = 200;

/** What a process keeps in its own memory, and for how long: the contract allows a second. */
const local = { max: 10_000, ttlMs: 1_000 };

interface CacheParts<S> {
  readonly store: S;
  readonly redis: Redis;
  readonly log: Logger;
}

/** The cache of products by id, deleted ones left out. */
export type ProductRows = LocalRows<bigint, Product>;

/** Creates the cache in front of the store. */
export function createProductRows({ store, redis, log }: CacheParts<ProductStore>): ProductRows {
  const rows = createRowCache({
    redis,
    log,
    name: "product:row",
    ttlMs,
    load: async (ids: readonly bigint[]) => {
      const products = await store.batchGetProducts(ids);
      return new Map(products.map((product) => [product.id, toMessage(product)]));
    },
    encode: encodeProduct,
    decode: decodeProduct,
    version: (product) => product.version,
  });
  return withLocalLayer(rows, local);
}

/** The tree of categories, at most this old, in milliseconds; an event drops it before. */
const treeTtlMs = 2_000;

/** The tree as it was read last. */
export interface CachedTree {
  /** The kept tree, or a new one if that is of an earlier edition than `editionMin`. */
  get(editionMin?: bigint): Promise<CategoryTree>;
  /** The next reader reads it anew. */
  drop(): void;
}

/** Keeps the tree in memory; one query for all who wait for it. */
export function createCachedTree(store: Pick<StorefrontStore, "allCategories">): CachedTree {
  let kept: { readonly tree: Promise<CategoryTree>; readonly untilMs: number } | undefined;

  function current(): Promise<CategoryTree> {
    if (kept !== undefined && performance.now() < kept.untilMs) return kept.tree;
    const reading = { tree: readTree(store), untilMs: performance.now() + treeTtlMs };
    kept = reading;
    // A failure is told to those who waited, and to nobody else.
    reading.tree.catch(() => kept === reading && drop());
    return reading.tree;
  }
  function drop(): void {
    kept = undefined;
  }
  return {
    async get(editionMin = 0n) {
      const reading = current();
      const tree = await reading;
      if (tree.edition >= editionMin) return tree;
      // Another one that is kept by now began after us, and so will do.
      if (kept?.tree === reading) drop();
      return await current();
    },
    drop,
  };
}

async function readTree(store: Pick<StorefrontStore, "allCategories">): Promise<CategoryTree> {
  return createCategoryTree(await store.allCategories());
}

type ListPage = Page<Position<bigint>, bigint>;
type After = Cursor<bigint> | undefined;

/** A list in Redis, and what it is a list of; "feed" is the recommendations. */
interface ProductListKey extends ListKey {
  readonly of: ListFilter | "feed";
}

export interface ProductLists {
  /** A page of a category and all below it, or of the whole catalogue (undefined). */
  ofCategory(
    category: bigint | string | undefined,
    sort: SortName,
    after: After,
    ps: number,
  ): Promise<ListPage>;
  /** A page of the recommendations. */
  recommended(after: After, ps: number): Promise<ListPage>;
  /** Puts a product where it now belongs in the lists of these categories, the whole and the feed. */
  place(id: bigint, categoryIds: readonly bigint[]): Promise<void>;
  readonly counters: ListCache<ProductListKey>["counters"];
}

/** In none of a category's lists. */
const noValues = {
  new: undefined,
  sales: undefined,
  price_asc: undefined,
  price_desc: undefined,
  rating: undefined,
} satisfies Record<SortName, undefined>;
const emptyPage: ListPage = { items: [], isEnd: true, last: undefined };
const feed: ProductListKey = { group: "recommended", name: "feed", of: "feed" };

/** Creates the cache of lists in front of the store. */
export function createProductLists(
  { store, redis, log, tree }: CacheParts<ListStore> & { readonly tree: CachedTree },
): ProductLists {
  const lists = createListCache<ProductListKey>({
    redis,
    log,
    name: "product:list",
    ttlMs,
    keepMax,
    load: ({ of }, after, limit) => {
      if (of === "feed") return store.listRecommended(after, limit);
      return store.listProducts(of, after, limit);
    },
  });
  return {
    async ofCategory(category, sort, after, ps) {
      const { direction } = productSorts[sort];
      if (category === undefined) {
        const of = { categoryIds: "all", sort } as const;
        return await lists.page({ group: "all", name: sort, direction, of }, after, ps);
      }
      const known = await tree.get();
      const found = known.find(category);
      if (found === undefined) return emptyPage;
      const group = groupOf(known, found.id);
      const of = { categoryIds: known.subtree(found.id), sort };
      return await lists.page({ group, name: sort, direction, of }, after, ps);
    },
    recommended: (after, ps) => lists.page(feed, after, ps),
    place: (id, categoryIds) => placeProduct({ store, lists, tree }, id, categoryIds),
    counters: lists.counters,
  };
}

interface PlaceParts {
  readonly store: ListStore;
  readonly lists: ListCache<ProductListKey>;
  readonly tree: CachedTree;
}

/**
 * Reads where the product stands now: events may come late, twice, or out of order. An older tree
 * than the one of that moment would name lists that others do not read any more.
 */
async function placeProduct(
  { store, lists, tree }: PlaceParts,
  id: bigint,
  categoryIds: readonly bigint[],
): Promise<void> {
  const placement = await store.placementOf(id);
  if (placement === undefined) return;
  const { version, onSale, categoryPath, treeEdition, recommendTime } = placement;
  const [ownCategory] = categoryPath;
  const known = await tree.get(treeEdition);
  const values = sortValues(placement);
  const touched = [...new Set([...categoryIds, ...categoryPath])];
  await Promise.all([
    lists.put("all", { id, version, values: onSale ? values : noValues }),
    lists.put(feed.group, { id, version, values: { feed: onSale ? recommendTime : undefined } }),
    ...touched.map((category) => {
      const listed = onSale && ownCategory !== undefined &&
        known.subtree(category).includes(ownCategory);
      const change = { id, version, values: listed ? values : noValues };
      return lists.put(groupOf(known, category), change);
    }),
  ]);
}

/**
 * A category has other lists in each edition of the tree. Changes are put into those of one edition
 * only, and an edition never comes back, not even when what was changed is changed back.
 */
function groupOf({ edition }: CategoryTree, id: bigint): string {
  return `${id}:${edition}`;
}
