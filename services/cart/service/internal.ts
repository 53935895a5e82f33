import type { ServiceImpl } from "@connectrpc/connect";
import type { CartInternalService } from "../../../proto/gen/cart/v1/cart_internal_service_pb.ts";
import type { CartStore } from "../store.ts";

/** The rpcs of `cart.v1.CartInternalService`. */
export function createCartInternalService(
  store: Pick<CartStore, "listChecked">,
): ServiceImpl<typeof CartInternalService> {
  return {
    async listCheckedItems({ userId }) {
      return { items: await store.listChecked(userId) };
    },
  };
}
