/** What the bench's programs on Node need of the mall; node_env.ts hands it over. */
import { Buffer } from "node:buffer";
import process from "node:process";
import { createFileRegistry, fromBinary } from "@bufbuild/protobuf";
import { FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";

/**
 * The product service, from its descriptors: Node cannot import the generated TypeScript. Both make
 * the same of them.
 *
 * @returns {import("@bufbuild/protobuf").DescService}
 */
export function productService() {
  const files = fromBinary(FileDescriptorSetSchema, bytesOf("BENCH_DESCRIPTORS"));
  const service = createFileRegistry(files).getService("product.v1.ProductService");
  if (service === undefined) throw new Error("the descriptors have no product service");
  return service;
}

/**
 * The products that every server of the bench answers with.
 *
 * @param {import("@bufbuild/protobuf").DescService} service
 */
export function sampleProducts(service) {
  return fromBinary(service.method.batchGetProducts.output, bytesOf("BENCH_PRODUCTS")).products;
}

function bytesOf(name) {
  return Buffer.from(process.env[name] ?? "", "base64");
}
