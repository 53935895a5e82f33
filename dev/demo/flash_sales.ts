/** A flash sale that runs when the data is loaded, and one that comes. */
import { before, dayMs, hourMs } from "./anchor.ts";
import { reducedFen } from "./price.ts";
import type { DemoProduct } from "./products.ts";
import { createRandom } from "./random.ts";
import type { FlashSaleProductRow, FlashSaleRow } from "./rows.ts";

export interface FlashSaleTables {
  readonly flash_sale: readonly FlashSaleRow[];
  readonly flash_sale_product: readonly FlashSaleProductRow[];
}

const running = { id: 1n, name: "限时秒杀 · 今日开抢", products: 12 };
const upcoming = { id: 2n, name: "Tomorrow's Flash Sale", products: 10 };
/** What a sale offers is part of the ordinary stock, so there must be more of it. */
const piecesMin = 300n;
/** Cheaper things leave no room for whole yuan. */
const priceMinFen = 5_000n;

/** Both sales; no product is in both. */
export function flashSaleTables(products: readonly DemoProduct[], anchor: Date): FlashSaleTables {
  const offered = createRandom("flash sales").sample(
    products.filter(({ status, pieces, priceFen }) => {
      return status === 1 && pieces >= piecesMin && priceFen >= priceMinFen;
    }),
    running.products + upcoming.products,
  );
  return {
    flash_sale: [
      sale(running, before(anchor, hourMs), 3 * dayMs + hourMs),
      sale(upcoming, before(anchor, -dayMs), dayMs),
    ],
    flash_sale_product: offered.map((product, index) => {
      return flashProduct(index < running.products ? running.id : upcoming.id, product);
    }),
  };
}

function sale({ id, name }: typeof running, start_time: Date, lengthMs: number): FlashSaleRow {
  return { id, name, start_time, end_time: before(start_time, -lengthMs) };
}

/** Thirty to sixty in a hundred off, rounding down included. */
function flashProduct(flash_sale_id: bigint, { id, priceFen }: DemoProduct): FlashSaleProductRow {
  const random = createRandom(`flash ${flash_sale_id}/${id}`);
  return {
    flash_sale_id,
    product_id: id,
    flash_price_fen: reducedFen(priceFen, random.int(43, 68)),
    flash_stock: random.int(5, 20) * 10,
    per_user_max: random.int(1, 2),
  };
}
