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

/** The bytes that a cache keeps. */
export function encodeProduct(message: ProductMessage): Uint8Array {
  return toBinary(ProductSchema, message);
}

/** Throws on bytes that are no product. */
export function decodeProduct(bytes: Uint8Array): ProductMessage {
  return fromBinary(ProductSchema, bytes);
}
