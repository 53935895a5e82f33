/** All the demo data of the mall, made from nothing but its anchor. */
import { bannerRows } from "./banners.ts";
import { categoryRows, placesOf } from "./categories.ts";
import { commentRows } from "./comments.ts";
import { flashSaleTables } from "./flash_sales.ts";
import { orderTables } from "./order_rows.ts";
import { demoOrders } from "./orders.ts";
import { productRows } from "./product_rows.ts";
import { demoProducts } from "./products.ts";
import { reservationTables } from "./reservations.ts";
import type { OrderTables, ProductTables, UserTables } from "./rows.ts";
import { userTables } from "./users.ts";
import { themes } from "./words/themes.ts";

/** A part for each database, in the order in which they are loaded. */
export interface DemoData {
  readonly user: UserTables;
  readonly product: ProductTables;
  readonly order: OrderTables;
}

/** Raise it when the data changes; a database keeps the version that it was loaded with. */
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
    order: orderTables(orders),
  };
}
