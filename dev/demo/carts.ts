/** The demo user's cart, as rows of the cart service's tables. */
import { before, dayMs, hourMs } from "./anchor.ts";
import { demoUserId } from "./people.ts";
import { reducedFen } from "./price.ts";
import type { DemoProduct } from "./products.ts";
import { createRandom } from "./random.ts";
import type { CartItemRow, CartTables } from "./rows.ts";

const cartId = 1n;
/** Lines with nothing special about them; two more have something. */
const ordinaryLines = 6;
/** Enough for any order; and so few that a cart may want more. */
const plentyFrom = 100n;
const scarceTo = 6n;
const settledDays = 60;

/** A product and what the demo user wants of it. */
interface Wish {
  readonly product: DemoProduct;
  readonly quantity: number;
  readonly checked?: boolean;
  /** It cost more when it was put in. */
  readonly cheaperNow?: boolean;
}

/** Of eight lines one has got cheaper, one has left the shelf, one is nearly gone. */
export function cartTables(products: readonly DemoProduct[], anchor: Date): CartTables {
  const wishes = wishesOf(products, anchor);
  return {
    cart: [{ id: cartId, user_id: demoUserId, use_time: before(anchor, hourMs) }],
    cart_item: wishes.map((wish, index) =>
      itemRow(wish, before(anchor, hourMs + index * 2 * dayMs))
    ),
  };
}

function wishesOf(products: readonly DemoProduct[], anchor: Date): Wish[] {
  const known = products.filter(({ createTime }) => {
    return createTime < before(anchor, settledDays * dayMs);
  });
  const onSale = known.filter(({ status }) => status === 1);
  const random = createRandom("cart");
  const ordinary = random.sample(
    onSale.filter(({ pieces }) => pieces >= plentyFrom),
    ordinaryLines,
  );
  const scarce = random.pick(onSale.filter(({ pieces }) => pieces <= scarceTo));
  const offShelf = random.pick(known.filter(({ status }) => status === 2));
  return [
    ...ordinary.map((product, index) => ({
      product,
      quantity: random.int(1, 3),
      checked: index % 3 !== 2,
      cheaperNow: index === 1,
    })),
    { product: scarce, quantity: Number(scarce.pieces) + 1, checked: false },
    { product: offShelf, quantity: 1 },
  ];
}

function itemRow(
  { product, quantity, checked = true, cheaperNow }: Wish,
  added: Date,
): CartItemRow {
  const { id, priceFen } = product;
  return {
    cart_id: cartId,
    product_id: id,
    quantity,
    checked,
    added_price_fen: cheaperNow ? reducedFen(priceFen, 125) : priceFen,
    added_time: added,
    update_time: added,
  };
}
