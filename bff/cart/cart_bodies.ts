/** What front ends send to change a cart. */
import { z } from "@hono/zod-openapi";

const quantity = z.int().min(1).max(999).openapi({ description: "Pieces." });

export const NewCartItemSchema = z.object({ product_id: z.int().min(1), quantity }).openapi(
  "NewCartItem",
);

export const CartItemChangeSchema = z.object({
  quantity: quantity.optional(),
  checked: z.boolean().optional(),
}).refine(({ quantity, checked }) => quantity !== undefined || checked !== undefined, {
  message: "must have quantity or checked",
}).openapi("CartItemChange");

export const CartCheckSchema = z.object({
  product_ids: z.array(z.int().min(1)).max(200).default([]).openapi({
    description: "Products to mark; what is not in the cart is passed over.",
  }),
  all: z.boolean().default(false).openapi({ description: "Marks all, without `product_ids`." }),
  checked: z.boolean(),
}).openapi("CartCheck");

export const CartMergeSchema = z.object({
  guest_id: z.string().openapi({ description: "The X-Guest-Id of the cart to take over." }),
}).openapi("CartMerge");
