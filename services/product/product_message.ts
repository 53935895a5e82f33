/** Products on the wire and in the cache: the same bytes. */
import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import {
  type Product as ProductMessage,
  ProductSchema,
} from "../../proto/gen/product/v1/product_pb.ts";
import { type Product, ratingHundredths } from "./product.ts";

/** The currency of every price in the catalogue. */
const currency = "CNY";

/** A product as the protos have it. */
export function toMessage(product: Product): ProductMessage {
  const { ratingSum, ratingCount, images, ...same } = product;
  return create(ProductSchema, {
    ...same,
    currency,
    images: [...images],
    ratingHundredths: ratingHundredths(ratingSum, ratingCount),
    commentCount: ratingCount,
  });
}

/** What a list shows of a product; fields left at zero cost nothing on the wire. */
export function toCard(product: ProductMessage): ProductMessage {
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
  return toBinary(ProductSchema, message);
}

/** Throws on bytes that are no product. */
export function decodeProduct(bytes: Uint8Array): ProductMessage {
  return fromBinary(ProductSchema, bytes);
}
