/** Clients of the services that the order service asks; all of them know it by its own token. */
import type { Client } from "@connectrpc/connect";
import { CartInternalService } from "../../proto/gen/cart/v1/cart_internal_service_pb.ts";
import { CommentService } from "../../proto/gen/product/v1/comment_service_pb.ts";
import { StockService } from "../../proto/gen/product/v1/stock_service_pb.ts";
import { UserInternalService } from "../../proto/gen/user/v1/user_internal_service_pb.ts";
import type { ServiceIdentity } from "../../shared/auth/service_token.ts";
import type { Directory } from "../../shared/discovery/hosts.ts";
import { createRpcClient } from "../../shared/rpc/client.ts";

export interface Clients {
  readonly cart: Client<typeof CartInternalService>;
  readonly stock: Client<typeof StockService>;
  readonly users: Client<typeof UserInternalService>;
  /** Asked in the buyer's name. */
  readonly comments: Client<typeof CommentService>;
}

/** Makes the clients; they find their services in `directory`. */
export function createClients(directory: Directory, identity: ServiceIdentity): Clients {
  const as = (name: string) => ({ credentials: () => identity.tokenFor(name) });
  const product = directory.hosts("product");
  return {
    cart: createRpcClient(CartInternalService, directory.hosts("cart"), as("cart")),
    stock: createRpcClient(StockService, product, as("product")),
    users: createRpcClient(UserInternalService, directory.hosts("user"), as("user")),
    comments: createRpcClient(CommentService, product),
  };
}
