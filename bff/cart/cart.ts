/** A cart joined with its products as they are now: what changed since they were put in. */
import { z } from "@hono/zod-openapi";
import type { CartItem } from "../../proto/gen/cart/v1/cart_pb.ts";
import { type Product, ProductStatus, ProductView } from "../../proto/gen/product/v1/product_pb.ts";
import type { Logger } from "../../shared/log.ts";
import { type Call, onBehalfOf } from "../../shared/rpc/call.ts";
import { hurried } from "../catalogue/hurried.ts";
import { productCardJson, ProductCardSchema } from "../catalogue/product.ts";
import type { Clients } from "../clients.ts";
import { yuan } from "../money.ts";

export const CartItemSchema = z.object({
  product_id: z.int(),
  count: z.int().openapi({ description: "Pieces, 1 to 999." }),
  checked: z.boolean().openapi({ description: "The next order takes it." }),
  added_time: z.int().openapi({ description: "When it was first put in, in Unix milliseconds." }),
  added_price: z.number().openapi({
    description: "The price of one piece, in yuan, when it was put in or its count changed last.",
  }),
}).openapi("CartItem");

const CartProductSchema = CartItemSchema.extend({
  product: ProductCardSchema.nullable().openapi({
    description: "As it is now; null if it is gone, or while `available` is false.",
  }),
  price_changed: z.boolean().openapi({ description: "It costs something else than added_price." }),
  off_shelf: z.boolean().openapi({ description: "It cannot be bought any more, or is gone." }),
  stock_short: z.boolean().openapi({ description: "There are fewer pieces left than `count`." }),
}).openapi("CartProduct");

export const CartSchema = z.object({
  products: z.array(CartProductSchema).openapi({
    description: "Last added first, at most 200: a cart has no pages.",
  }),
  available: z.boolean().openapi({
    description:
      "False while the products cannot be had: then each is null, what changed is told " +
      "of none, and total is null. The lines themselves are right; ask again for the rest.",
  }),
  total: z.number().nullable().openapi({
    description: "What the checked products cost now, in yuan; of those alone that can be bought " +
      "in this number.",
  }),
}).openapi("Cart");

export const MergedCartSchema = CartSchema.extend({
  dropped_product_ids: z.array(z.int()).openapi({
    description: "The guest's products that found no room; they are in no cart any more.",
  }),
}).openapi("MergedCart");

export type CartItemJson = z.infer<typeof CartItemSchema>;
export type CartJson = z.infer<typeof CartSchema>;

/** The JSON of one line without its product. */
export function cartItemJson(item: CartItem): CartItemJson {
  return {
    product_id: Number(item.productId),
    count: item.quantity,
    checked: item.checked,
    added_time: Number(item.addedTime),
    added_price: yuan(item.addedPriceFen),
  };
}

/** The join waits so much of its time for the products: half of it, and then does without. */
const productShare = 1 / 2;

type Products = ReadonlyMap<bigint, Product>;

/** Joins a whole cart with its products, in one call for all of them. They cannot fail it. */
export async function joinCart(
  { clients, log }: { readonly clients: Pick<Clients, "product">; readonly log: Logger },
  call: Call,
  items: readonly CartItem[],
): Promise<CartJson> {
  const products = await productsOf(items, clients, hurried(call, productShare)).catch((error) => {
    log.warn("a cart without its products", { request_id: call.requestId, error });
    return undefined;
  });
  return {
    products: items.map((item) => cartProductJson(item, products)),
    available: products !== undefined,
    total: products === undefined ? null : yuan(totalFen(items, products)),
  };
}

async function productsOf(
  items: readonly CartItem[],
  { product }: Pick<Clients, "product">,
  call: Call,
): Promise<Products> {
  if (items.length === 0) return new Map();
  const request = { productIds: items.map(({ productId }) => productId), view: ProductView.CARD };
  const { products } = await product.batchGetProducts(request, onBehalfOf(call));
  return new Map(products.map((one) => [one.id, one]));
}

function cartProductJson(item: CartItem, products: Products | undefined) {
  const product = products?.get(item.productId);
  return {
    ...cartItemJson(item),
    product: product === undefined ? null : productCardJson(product),
    price_changed: product !== undefined && product.priceFen !== item.addedPriceFen,
    off_shelf: products !== undefined && !isOnSale(product),
    stock_short: isOnSale(product) && product.stock < item.quantity,
  };
}

function totalFen(items: readonly CartItem[], products: Products): bigint {
  return items.reduce((sum, { productId, quantity, checked }) => {
    const product = products.get(productId);
    const counts = checked && isOnSale(product) && product.stock >= quantity;
    return counts ? sum + product.priceFen * BigInt(quantity) : sum;
  }, 0n);
}

function isOnSale(product: Product | undefined): product is Product {
  return product?.status === ProductStatus.ON_SALE;
}
