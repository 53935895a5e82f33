/** What an answer was made of: an event that names one of its tags makes the answer old. */

/** The whole catalogue as a category. */
export const wholeCatalogue = 0n;

export const tags = {
  banners: "banners",
  categories: "categories",
  /** Every list of a category, whichever. */
  categoryLists: "category_lists",
  /** A list of a category that is known by its name only: any product may be in it. */
  anyCategory: "category:*",
  flashSale: "flash_sale",
  recommend: "recommend",
  search: "search",
  product: (id: bigint) => `product:${id}`,
  category: (id: bigint) => `category:${id}`,
  comments: (productId: bigint) => `comments:${productId}`,
} as const;

/** A tag for each product of a list. */
export function productTags(products: readonly { readonly id: bigint }[]): readonly string[] {
  return products.map(({ id }) => tags.product(id));
}
