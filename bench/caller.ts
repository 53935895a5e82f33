/**
 * Calls the product service from a process of its own, with our client or the stock one. Measures
 * once for each question of its parent, and ends with its parent's interest.
 */
import type { Client } from "@connectrpc/connect";
import type { ProductService } from "../proto/gen/product/v1/product_service_pb.ts";
import { clientOf } from "./client.ts";
import type { LoadOptions } from "./load.ts";
import { ownMemory } from "./memory.ts";
import { loadProducts } from "./product_calls.mjs";
import { answerQuestions, say } from "./questions.mjs";
import { createStockClient } from "./stock_client.ts";

/** What to measure, answered with a `LoadResult`. */
export interface LoadQuestion extends LoadOptions {
  /** Here `ours` or `stock`; of the caller on Node the version of HTTP, `1.1` or `2`. */
  readonly client: string;
  readonly url: string;
  /** Products in every answer. */
  readonly products: number;
}

/** Answered with the process's own memory, after a garbage collection. */
export interface MemoryQuestion {
  readonly isMemory: true;
}

const makers = new Map([["ours", clientOf], ["stock", createStockClient]]);

if (import.meta.main) {
  const clients = new Map<string, Client<typeof ProductService>>();
  say({});
  answerQuestions((question: LoadQuestion | MemoryQuestion) => {
    if ("isMemory" in question) return ownMemory();
    const { client: kind, url, products, ...options } = question;
    const client = clients.get(`${kind} ${url}`) ?? makers.get(kind)?.(url);
    if (client === undefined) throw new Error(`there is no client ${kind}`);
    clients.set(`${kind} ${url}`, client);
    return loadProducts(client, products, options);
  });
}
