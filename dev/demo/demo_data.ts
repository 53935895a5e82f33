/** All the demo data of the mall, made from nothing but its anchor. */
import { bannerRows } from "./banners.ts";
import { cartTables } from "./carts.ts";
import { categoryRows, placesOf } from "./categories.ts";
import { commentRows } from "./comments.ts";
import { flashSaleTables } from "./flash_sales.ts";
import { orderTables } from "./order_rows.ts";
import { demoOrders } from "./orders.ts";
import { paymentTables } from "./payments.ts";
import { productRows } from "./product_rows.ts";
import { demoProducts } from "./products.ts";
import { reservationTables } from "./reservations.ts";
import type { CartTables, OrderTables, PaymentTables, ProductTables, UserTables } from "./rows.ts";
import { userTables } from "./users.ts";
import { themes } from "./words/themes.ts";

/** A part for each database, in the order in which they are loaded. */
export interface DemoData {
  readonly user: UserTables;
  readonly product: ProductTables;
  readonly order: OrderTables;
  readonly cart: CartTables;
  readonly pay: PaymentTables;
}

/**
 * Raise it when the data changes; a database keeps the version that it was loaded with. A part for
 * one database more is no change: who has the others gets that one, too.
 */
export const demoDataVersion = 3;

/**
 * Pure: equal anchors give equal rows, whatever the machine and its time zone. Another anchor
 * changes times, and order ids with them, and nothing else.
 */
export function demoData(anchor: Date): DemoData {
  const products = demoProducts(placesOf(themes), anchor);
  const orders = demoOrders(products, anchor);
  const reservations = reservationTables(orders);
  const comments = commentRows(products, orders, anchor);
  const categories = categoryRows(themes);
  const order = orderTables(orders);
  return {
    user: userTables(products, anchor),
    product: {
      category: categories,
      product: productRows(products, { comments, reservations }, anchor),
      banner: bannerRows(categories),
      comment: comments,
      ...flashSaleTables(products, anchor),
      ...reservations,
    },
    order,
    cart: cartTables(products, anchor),
    pay: paymentTables(order.orders),
  };
}
