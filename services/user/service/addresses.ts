import { Code, type ServiceImpl } from "@connectrpc/connect";
import type { AddressService } from "../../../proto/gen/user/v1/address_service_pb.ts";
import type { UserInternalService } from "../../../proto/gen/user/v1/user_internal_service_pb.ts";
import { callerId } from "../../../shared/auth/caller.ts";
import { Refusal } from "../../../shared/errors.ts";
import { callOf } from "../../../shared/rpc/call.ts";
import { type Address, narrowAddress } from "../address.ts";
import type { AddressStore } from "../store/addresses.ts";

/** The rpcs of `user.v1.AddressService`. */
export function createAddressService(store: AddressStore): ServiceImpl<typeof AddressService> {
  return {
    async listAddresses(_request, context) {
      return { addresses: await store.list(callerId(callOf(context).principal)) };
    },
    async getAddress({ addressId }, context) {
      const userId = callerId(callOf(context).principal);
      // 0 is no way to ask for the default here.
      const found = addressId === 0n ? undefined : await store.find(userId, addressId);
      return { address: found ?? unknown() };
    },
    async createAddress({ address }, context) {
      const userId = callerId(callOf(context).principal);
      return { address: await store.create(userId, narrowAddress(address)) };
    },
    async updateAddress({ address }, context) {
      const userId = callerId(callOf(context).principal);
      const draft = narrowAddress(address);
      const updated = await store.update(userId, address?.id ?? 0n, draft);
      return { address: updated ?? unknown() };
    },
    async deleteAddress({ addressId }, context) {
      await store.remove(callerId(callOf(context).principal), addressId);
      return {};
    },
  };
}

/** `user.v1.UserInternalService.GetUserAddress`: an address for a snapshot. */
export function createUserAddressRpc(
  store: AddressStore,
): Pick<ServiceImpl<typeof UserInternalService>, "getUserAddress"> {
  return {
    async getUserAddress({ userId, addressId }) {
      return { address: await store.find(userId, addressId) ?? unknown() };
    },
  };
}

/** Somebody else's address is told from one that does not exist by nobody. */
function unknown(): Address {
  throw new Refusal(Code.NotFound, "ADDRESS_NOT_FOUND", "there is no such address");
}
