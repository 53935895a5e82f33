/** The stock connect-es client on Deno: the library's transport over its own fetch adapter. */
import { type Client, createClient } from "@connectrpc/connect";
import { createFetchClient } from "@connectrpc/connect/protocol";
import { createTransport } from "@connectrpc/connect/protocol-connect";
import { ProductService } from "../proto/gen/product/v1/product_service_pb.ts";

/** A client of the product service at `baseUrl`. */
export function createStockClient(baseUrl: string): Client<typeof ProductService> {
  const limit = 0xffff_ffff;
  const transport = createTransport({
    baseUrl,
    httpClient: createFetchClient(fetch),
    useBinaryFormat: true,
    interceptors: [],
    acceptCompression: [],
    sendCompression: null,
    compressMinBytes: limit,
    readMaxBytes: limit,
    writeMaxBytes: limit,
  });
  return createClient(ProductService, transport);
}
