/** The flash sale of the home page. */
import { z } from "@hono/zod-openapi";
import type { FlashSaleProduct } from "../../proto/gen/product/v1/flash_sale_pb.ts";
import { type Call, onBehalfOf } from "../../shared/rpc/call.ts";
import type { Clients } from "../clients.ts";
import type { Made } from "../hot/hot_read.ts";
import { tags } from "../hot/tags.ts";
import { yuan } from "../money.ts";
import { productJson, ProductSchema } from "./product.ts";

const FlashSaleProductSchema = ProductSchema.extend({
  flash_price: z.number().openapi({ description: "The price in the sale, in yuan.", example: 9.9 }),
  flash_stock: z.int().openapi({ description: "Pieces left in the sale." }),
  user_limit: z.int().openapi({ description: "Pieces that one user may take." }),
}).openapi("FlashSaleProduct");

export const FlashSaleSchema = z.object({
  id: z.int().openapi({ description: "0 without a sale." }),
  name: z.string(),
  start_time: z.int().openapi({ description: "Unix milliseconds by the server's clock." }),
  end_time: z.int().openapi({ description: "Unix milliseconds by the server's clock." }),
  server_time: z.int().openapi({
    description: "The server's clock, for the countdown; it may be a second or two old.",
  }),
  products: z.array(FlashSaleProductSchema),
}).openapi("FlashSale");

type FlashSaleJson = z.infer<typeof FlashSaleSchema>;

/** The running sale, or else the next one. */
export async function currentFlashSale(clients: Clients, call: Call): Promise<Made<FlashSaleJson>> {
  const answer = await clients.flashSales.getCurrentFlashSale({}, onBehalfOf(call));
  const sale = answer.flashSale;
  const products = sale?.products ?? [];
  const body = {
    id: Number(sale?.id ?? 0n),
    name: sale?.name ?? "",
    start_time: Number(sale?.startTime ?? 0n),
    end_time: Number(sale?.endTime ?? 0n),
    server_time: Number(answer.serverTime),
    products: products.flatMap(flashSaleProductJson),
  };
  return { body, tags: [tags.flashSale, ...products.map((p) => tags.product(p.productId))] };
}

/** Nothing for a product that has been deleted since the sale was planned. */
function flashSaleProductJson(line: FlashSaleProduct): FlashSaleJson["products"] {
  if (line.product === undefined) return [];
  return [{
    ...productJson(line.product),
    flash_price: yuan(line.flashPriceFen),
    flash_stock: Number(line.flashStock),
    user_limit: line.userLimit,
  }];
}
