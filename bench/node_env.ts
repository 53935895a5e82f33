/** The environment of the bench's programs on Node: descriptors and sample, encoded. */
import { create, type DescFile, toBinary } from "@bufbuild/protobuf";
import { FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import {
  BatchGetProductsResponseSchema,
  file_product_v1_product_service,
} from "../proto/gen/product/v1/product_service_pb.ts";
import { sampleProducts } from "./sample.ts";

/** Variables for node_sample.mjs. */
export function nodeEnvironment(): Readonly<Record<string, string>> {
  const file = withDependencies(file_product_v1_product_service).map(({ proto }) => proto);
  const descriptors = toBinary(FileDescriptorSetSchema, create(FileDescriptorSetSchema, { file }));
  const answer = create(BatchGetProductsResponseSchema, { products: [...sampleProducts()] });
  return {
    BENCH_DESCRIPTORS: descriptors.toBase64(),
    BENCH_PRODUCTS: toBinary(BatchGetProductsResponseSchema, answer).toBase64(),
  };
}

/** Each file once, after the files that it imports. */
function withDependencies(file: DescFile): readonly DescFile[] {
  return [...new Set([...file.dependencies.flatMap(withDependencies), file])];
}
