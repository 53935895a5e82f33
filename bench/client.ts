import type { Client } from "@connectrpc/connect";
import { ProductService } from "../proto/gen/product/v1/product_service_pb.ts";
import { createStaticDirectory } from "../shared/discovery/static_hosts.ts";
import { createRpcClient } from "../shared/rpc/client.ts";

/** Our own client of one product service. */
export function clientOf(url: string): Client<typeof ProductService> {
  const directory = createStaticDirectory(new Map([["product", [url]]]));
  return createRpcClient(ProductService, directory.hosts("product"), { timeoutMs: 10_000 });
}
