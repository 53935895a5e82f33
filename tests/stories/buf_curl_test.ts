/** A client from elsewhere: `buf curl`, over Connect, gRPC-web and native gRPC. */
import assert from "node:assert/strict";
import { repositoryRoot, runBuf } from "../../tools/buf.ts";
import { startMall } from "../support/mall.ts";
import { insertProducts } from "../support/product_rows.ts";

Deno.test("buf curl calls a service over all three protocols", async (t) => {
  await using mall = await startMall();
  await insertProducts(mall.sql.product, [{ id: 1n }]);
  const { url, grpcPort } = mall.services.product;
  const doors: [string, string, readonly string[]][] = [
    ["connect", url, []],
    ["grpcweb", url, []],
    ["grpc", `http://127.0.0.1:${grpcPort}`, ["--http2-prior-knowledge"]],
  ];
  for (const [protocol, base, flags] of doors) {
    const curl = (method: string, data: string, headers: readonly string[] = []) =>
      runBuf([
        "curl",
        ...headers.flatMap((header) => ["--header", header]),
        "--schema",
        "proto",
        "--protocol",
        protocol,
        ...flags,
        "--data",
        data,
        `${base}/product.v1.${method}`,
      ], repositoryRoot);

    await t.step(`${protocol}: an answer`, async () => {
      const method = "ProductService/BatchGetProducts";
      const { code, stdout, stderr } = await curl(method, '{"product_ids":["1","2"]}');
      assert.equal(code, 0, stderr);
      const { products } = JSON.parse(stdout);
      assert.deepEqual(
        products.map((product: { id: string; name: string }) => [product.id, product.name]),
        [["1", "product 1"]],
      );
    });
    await t.step(`${protocol}: what is not built is Unimplemented`, async () => {
      const method = "ProductAdminService/GetCatalogueProduct";
      const anonymous = await curl(method, '{"product_id":"1"}');
      assert.match(anonymous.stderr, /unauthenticated/i);
      const { code, stderr } = await curl(method, '{"product_id":"1"}', [
        `authorization: ${(await mall.tokens.headers(1n, "operator")).authorization}`,
      ]);
      assert.notEqual(code, 0);
      assert.match(stderr, /unimplemented/i);
    });
  }
});
