/** Products on the wire and in the cache: the same bytes. */
import {
  type Product as ProductMessage,
  ProductSchema,
} from "../../proto/gen/product/v1/product_pb.ts";
import { codecOf } from "../../shared/protobuf/codec.ts";
import { keepEncoded } from "../../shared/protobuf/kept.ts";
import { type Product, ratingHundredths } from "./product.ts";

/** The currency of every price in the catalogue. */
const currency = "CNY";

/** A product as the protos have it, frozen: it is encoded once for all who ask. */
export function toMessage(product: Product): ProductMessage {
  const { ratingSum, ratingCount, images, ...same } = product;
  return keepEncoded(ProductSchema, {
    $typeName: "product.v1.Product",
    ...same,
    currency,
    images: [...images],
    ratingHundredths: ratingHundredths(ratingSum, ratingCount),
    commentCount: ratingCount,
  });
}

/** The cards of rows that are still in memory. */
const cards = new WeakMap<ProductMessage, ProductMessage>();

/**
 * What a list shows of a product; fields left at zero cost nothing on the wire. Made once for each
 * row, which is in memory for as long as a cache keeps it.
 */
export function toCard(product: ProductMessage): ProductMessage {
  const known = cards.get(product);
  if (known !== undefined) return known;
  const card = keepEncoded(ProductSchema, cardOf(product));
  cards.set(product, card);
  return card;
}

function cardOf(product: ProductMessage): ProductMessage {
  return {
    ...product,
    description: "",
    images: product.images.slice(0, 1),
    categoryId: 0n,
    category: "",
    sales: 0n,
    ratingHundredths: 0,
    commentCount: 0n,
    recommendTime: 0n,
    createTime: 0n,
    updateTime: 0n,
  };
}

/** The bytes that a cache keeps. */
export function encodeProduct(message: ProductMessage): Uint8Array {
  return codecOf(ProductSchema).encode(message);
}

/** Throws on bytes that are no product. Keeps a copy of them: the answer sends them on. */
export function decodeProduct(bytes: Uint8Array): ProductMessage {
  return keepEncoded(ProductSchema, codecOf(ProductSchema).decode(bytes), bytes);
}
