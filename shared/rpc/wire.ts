/** How a client's bytes reach a server and its answer comes back. */
import { LRUCache } from "lru-cache";
import type { Cancellation } from "../deadline/cancellation.ts";
import { createPool, type Pool } from "../http1/pool.ts";
import { readAnswer, readMaxBytes } from "./answer.ts";
import { headBegin, requestBytes, type RequestFields, requestFields } from "./request_bytes.ts";

export interface WireRequest extends RequestFields {
  /** `/<package>.<Service>/<Method>`. */
  readonly path: string;
  readonly body: Uint8Array<ArrayBuffer>;
}

/** The head of an answer. */
export interface WireHead {
  readonly status: number;
  get(name: string): string | null;
  toHeaders(): Headers;
}

export interface WireAnswer {
  readonly head: WireHead;
  /** Undefined if it is longer than a client takes. */
  readonly body: Uint8Array<ArrayBuffer> | undefined;
}

/** Sends a request once. Rejects with the cancellation's reason, or with what went wrong. */
export type Wire = (request: WireRequest, cancellation: Cancellation) => Promise<WireAnswer>;

/** Sockets of our own for `http:`, and fetch for what is encrypted. */
export function createWire(baseUrl: string): Wire {
  const url = new URL(baseUrl);
  return url.protocol === "http:" ? socketWire(url) : fetchWire(url);
}

/** All clients in a process share the connections to a server. */
const pools = new LRUCache<string, Pool>({ max: 256 });

function poolOf({ host, hostname, port }: URL): Pool {
  const known = pools.get(host);
  if (known !== undefined) return known;
  const pool = createPool({
    // Brackets are how a URL has an IPv6 address.
    hostname: hostname.replace(/^\[(.*)\]$/, "$1"),
    port: Number(port || 80),
    bodyBytesMax: readMaxBytes,
  });
  pools.set(host, pool);
  return pool;
}

function socketWire(url: URL): Wire {
  const pool = poolOf(url);
  const prefix = prefixOf(url);
  const begins = new Map<string, string>();

  /** A service has few rpcs, and their paths come from its descriptor. */
  function beginOf(path: string): string {
    const known = begins.get(path);
    if (known !== undefined) return known;
    const begin = headBegin(prefix + path, url.host);
    begins.set(path, begin);
    return begin;
  }
  return (request, cancellation) => {
    return pool.exchange(requestBytes(beginOf(request.path), request, request.body), cancellation);
  };
}

/** The path before that of the rpc. */
function prefixOf({ pathname }: URL): string {
  return pathname.replace(/\/$/, "");
}

/** Over fetch, whatever the URL; for `http:` it is slower than sockets of our own. */
export function fetchWire(url: URL): Wire {
  const base = url.origin + prefixOf(url);
  return async (request, cancellation) => {
    const headers = requestFields(request);
    const controller = new AbortController();
    cancellation.onCancel(() => controller.abort(cancellation.reason));
    try {
      const response = await fetch(base + request.path, {
        method: "POST",
        headers,
        body: request.body,
        redirect: "manual",
        signal: controller.signal,
      });
      const head = {
        status: response.status,
        get: (name: string) => response.headers.get(name),
        toHeaders: () => response.headers,
      };
      return { head, body: await readAnswer(response) };
    } catch (error) {
      cancellation.throwIfCancelled();
      throw error;
    } finally {
      cancellation.passed();
    }
  };
}
