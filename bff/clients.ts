/** Clients of the services that the BFF assembles its answers from. */
import type { Client } from "@connectrpc/connect";
import { OrderService } from "../proto/gen/order/v1/order_service_pb.ts";
import { ProductService } from "../proto/gen/product/v1/product_service_pb.ts";
import type { Directory } from "../shared/discovery/hosts.ts";
import { createRpcClient } from "../shared/rpc/client.ts";

export interface Clients {
  readonly order: Client<typeof OrderService>;
  readonly product: Client<typeof ProductService>;
}

/** Makes the clients; they find their services in `directory`. */
export function createClients(directory: Directory): Clients {
  return {
    order: createRpcClient(OrderService, directory.hosts("order")),
    product: createRpcClient(ProductService, directory.hosts("product")),
  };
}
