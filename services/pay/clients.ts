/** Clients of the services that the pay service asks. */
import type { Client } from "@connectrpc/connect";
import { OrderInternalService } from "../../proto/gen/order/v1/order_internal_service_pb.ts";
import type { ServiceIdentity } from "../../shared/auth/service_token.ts";
import type { Directory } from "../../shared/discovery/hosts.ts";
import { createRpcClient } from "../../shared/rpc/client.ts";

export interface Clients {
  readonly orders: Client<typeof OrderInternalService>;
}

/** Makes the clients; they find their services in `directory`. */
export function createClients(directory: Directory, identity: ServiceIdentity): Clients {
  const credentials = () => identity.tokenFor("order");
  return {
    orders: createRpcClient(OrderInternalService, directory.hosts("order"), { credentials }),
  };
}
