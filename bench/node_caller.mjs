/** caller.ts on Node: calls with connect-node's client over HTTP/1.1 or HTTP/2. */
import { createClient } from "@connectrpc/connect";
import { createConnectTransport } from "@connectrpc/connect-node";
import { productService } from "./node_sample.mjs";
import { loadProducts } from "./product_calls.mjs";
import { answerQuestions, say } from "./questions.mjs";

const service = productService();
const clients = new Map();

/** Binary and not compressed, as every other client of the bench: on one machine that is quickest. */
function createNodeClient(httpVersion, baseUrl) {
  const options = { httpVersion, baseUrl, useBinaryFormat: true, acceptCompression: [] };
  return createClient(service, createConnectTransport(options));
}

say({});
answerQuestions(({ client: httpVersion, url, products, ...options }) => {
  const client = clients.get(url) ?? createNodeClient(httpVersion, url);
  clients.set(url, client);
  return loadProducts(client, products, options);
});
