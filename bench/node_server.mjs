/**
 * The product service on Node as connect-node serves it, over HTTP/1.1 and over HTTP/2 without
 * TLS, with the sample's products from memory. Says its addresses and its version of Node.
 */
import http from "node:http";
import http2 from "node:http2";
import process from "node:process";
import { connectNodeAdapter } from "@connectrpc/connect-node";
import { productService, sampleProducts } from "./node_sample.mjs";
import { answerQuestions, say } from "./questions.mjs";

const service = productService();
const products = sampleProducts(service);
const implementation = {
  batchGetProducts: ({ productIds }) => ({ products: products.slice(0, productIds.length) }),
};
const listener = connectNodeAdapter({
  routes: (router) => router.service(service, implementation),
});

function serve(server) {
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => resolve(`http://127.0.0.1:${server.address().port}`));
  });
}

say({
  "1.1": await serve(http.createServer(listener)),
  "2": await serve(http2.createServer(listener)),
  version: process.version,
});
answerQuestions(() => ({}));
