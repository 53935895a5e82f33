/** A product as the front end sees it. */
import { z } from "@hono/zod-openapi";
import type { Product } from "../../proto/gen/product/v1/product_pb.ts";
import { yuan } from "../money.ts";

export const ProductSchema = z.object({
  id: z.int(),
  name: z.string(),
  description: z.string(),
  price: z.number().openapi({ description: "The price of one piece, in yuan.", example: 19.99 }),
  stock: z.int().openapi({ description: "Pieces that can still be ordered." }),
  category: z.string().openapi({ description: "The category's name." }),
  category_id: z.int(),
  status: z.int().openapi({ description: "1 on sale, 2 off the shelf." }),
  images: z.array(z.string()).openapi({ description: "URLs, the main one first." }),
  image: z.string().openapi({ description: "The main image, empty without any." }),
  subtitle: z.string(),
  sales: z.int().openapi({ description: "Pieces sold so far." }),
  rating: z.number().openapi({ description: "Mean of 1 to 5, 0 without comments.", example: 4.87 }),
  comment_count: z.int(),
  create_time: z.int().openapi({ description: "Unix milliseconds." }),
  update_time: z.int().openapi({ description: "Unix milliseconds." }),
}).openapi("Product");

/** What lists of one's own show of a product: `PRODUCT_VIEW_CARD`. */
export const ProductCardSchema = ProductSchema.pick({
  id: true,
  name: true,
  subtitle: true,
  price: true,
  stock: true,
  status: true,
  image: true,
}).openapi("ProductCard");

export type ProductCardJson = z.infer<typeof ProductCardSchema>;

/** The JSON of a product of which only the card is known. */
export function productCardJson(product: Product): ProductCardJson {
  return {
    id: Number(product.id),
    name: product.name,
    subtitle: product.subtitle,
    price: yuan(product.priceFen),
    stock: Number(product.stock),
    status: product.status,
    image: product.images[0] ?? "",
  };
}

export type ProductJson = z.infer<typeof ProductSchema>;

/** The JSON of a whole product. */
export function productJson(product: Product): ProductJson {
  return {
    id: Number(product.id),
    name: product.name,
    description: product.description,
    price: yuan(product.priceFen),
    stock: Number(product.stock),
    category: product.category,
    category_id: Number(product.categoryId),
    status: product.status,
    images: product.images,
    image: product.images[0] ?? "",
    subtitle: product.subtitle,
    sales: Number(product.sales),
    rating: product.ratingHundredths / 100,
    comment_count: Number(product.commentCount),
    create_time: Number(product.createTime),
    update_time: Number(product.updateTime),
  };
}
