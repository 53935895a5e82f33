/** What becomes of two carts that are made one. */
import { type CartItem, itemsMax, quantityMax } from "./cart_item.ts";

/** What a merge does. */
export interface MergePlan {
  /** Lines of the own cart that get more pieces, as they are after it. */
  readonly raised: readonly CartItem[];
  /** Lines that move over as they are. */
  readonly moved: readonly CartItem[];
  /** The guest's products that find no room. */
  readonly droppedProductIds: readonly bigint[];
}

/**
 * Plans the merge of a guest's lines into the own ones; both must be last added first. Pieces of
 * one product add up to 999 at most. All own lines stay, then the guest's come in, last added
 * first, until there are 200.
 */
export function planMerge(own: readonly CartItem[], guest: readonly CartItem[]): MergePlan {
  const owned = new Map(own.map((item) => [item.productId, item]));
  const raised = guest.flatMap((item) => {
    const known = owned.get(item.productId);
    return known === undefined ? [] : [raise(known, item)];
  });
  const strange = guest.filter(({ productId }) => !owned.has(productId));
  const room = Math.max(0, itemsMax - own.length);
  return {
    raised,
    moved: strange.slice(0, room),
    droppedProductIds: strange.slice(room).map(({ productId }) => productId),
  };
}

/** The price is the one that was seen last: what changed since is told from it. */
function raise(own: CartItem, guest: CartItem): CartItem {
  const { addedPriceFen } = guest.updateTime > own.updateTime ? guest : own;
  return {
    ...own,
    quantity: Math.min(quantityMax, own.quantity + guest.quantity),
    checked: own.checked || guest.checked,
    addedPriceFen,
  };
}
