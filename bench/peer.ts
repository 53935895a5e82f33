/**
 * The servers that ours is compared with, in a process of their own: bare `Deno.serve`, the stock
 * connect-es handler, and our rpc server, each answering the same products from memory. Says
 * their addresses, and what memory the process holds whenever its parent asks.
 */
import { createConnectRouter, type ServiceImpl } from "@connectrpc/connect";
import {
  universalServerRequestFromFetch,
  universalServerResponseToFetch,
} from "@connectrpc/connect/protocol";
import { toJson } from "@bufbuild/protobuf";
import { type Product, ProductSchema } from "../proto/gen/product/v1/product_pb.ts";
import { ProductService } from "../proto/gen/product/v1/product_service_pb.ts";
import { createProbes } from "../shared/http/probes.ts";
import { createLogger } from "../shared/log.ts";
import { createMetrics } from "../shared/metrics.ts";
import { refuseTokens } from "../shared/rpc/authentication.ts";
import { keepEncoded } from "../shared/protobuf/kept.ts";
import { createHandlers } from "../shared/rpc/handlers.ts";
import { serverInterceptors } from "../shared/rpc/interceptors.ts";
import { createRpcMetrics } from "../shared/rpc/rpc_metrics.ts";
import { createRpcFetch } from "../shared/rpc/server.ts";
import { ownMemory } from "./memory.ts";
import { answerQuestions, say } from "./questions.mjs";
import { sampleProducts } from "./sample.ts";

/** Where each server listens. */
export interface PeerUrls {
  readonly bare: string;
  readonly stock: string;
  readonly ours: string;
  /** POST a body here to have a bare server of its own for it. */
  readonly copies: string;
}

const products = sampleProducts();
/** As the product service keeps the rows of its cache. */
const kept = sampleProducts().map((product) => keepEncoded(ProductSchema, product));

function serviceOf(products: readonly Product[]): Partial<ServiceImpl<typeof ProductService>> {
  return {
    batchGetProducts: ({ productIds }) => ({ products: products.slice(0, productIds.length) }),
  };
}

function bareFetch(): (request: Request) => Response {
  const body = JSON.stringify({
    products: products.slice(0, 8).map((product) => toJson(ProductSchema, product)),
  });
  return () => new Response(body, { headers: { "content-type": "application/json" } });
}

/** A POST is answered with the address of a new bare server that answers what was posted. */
async function copyOf(request: Request): Promise<Response> {
  const body = await request.bytes();
  return new Response(serve(() => {
    return new Response(body, { headers: { "content-type": "application/json" } });
  }));
}

function stockFetch(): (request: Request) => Promise<Response> {
  const router = createConnectRouter();
  router.service(ProductService, serviceOf(products));
  const handlers = new Map(router.handlers.map((handler) => [handler.requestPath, handler]));
  return async (request) => {
    const handler = handlers.get(new URL(request.url).pathname);
    if (handler === undefined) return new Response(null, { status: 404 });
    const answer = await handler(universalServerRequestFromFetch(request, {}));
    return universalServerResponseToFetch(answer);
  };
}

function ourFetch(): (request: Request) => Promise<Response> {
  const log = createLogger({ write: () => {} });
  const metrics = createMetrics("peer");
  const rpcMetrics = createRpcMetrics(metrics);
  const interceptors = serverInterceptors({ log, metrics: rpcMetrics, verifyToken: refuseTokens });
  const handlers = createHandlers(
    (router) => void router.service(ProductService, serviceOf(kept)),
    {
      interceptors,
      log,
      metrics: rpcMetrics,
    },
  );
  const probes = createProbes({ dependencies: [], metrics });
  return createRpcFetch({ handlers, probes, corsOrigins: ["*"], log });
}

function serve(fetch: (request: Request) => Response | Promise<Response>): string {
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen: () => {} }, fetch);
  return `http://127.0.0.1:${server.addr.port}`;
}

if (import.meta.main) {
  const urls: PeerUrls = {
    bare: serve(bareFetch()),
    stock: serve(stockFetch()),
    ours: serve(ourFetch()),
    copies: serve(copyOf),
  };
  say(urls);
  answerQuestions(ownMemory);
}
