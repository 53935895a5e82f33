/** Clients of the services that the cart service asks. */
import type { Client } from "@connectrpc/connect";
import { ProductService } from "../../proto/gen/product/v1/product_service_pb.ts";
import type { Directory } from "../../shared/discovery/hosts.ts";
import { createRpcClient } from "../../shared/rpc/client.ts";

export interface Clients {
  readonly products: Client<typeof ProductService>;
}

/** Makes the clients; they find their services in `directory`. The catalogue needs no token. */
export function createClients(directory: Directory): Clients {
  return { products: createRpcClient(ProductService, directory.hosts("product")) };
}
