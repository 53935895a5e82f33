/**
 * Answers of public reads, kept already encoded for a second or two in front of everything else. A
 * hit costs two map look-ups and no Hono: it writes no log line and is no observation of the
 * latency histogram, only a count by route and status.
 */
import type { Context, TypedResponse } from "hono";
import type { JSONParsed } from "hono/utils/types";
import { LRUCache } from "lru-cache";
import type { Cors } from "../../shared/http/cors.ts";
import { requestIdHeader, requestIdOf } from "../../shared/rpc/call.ts";
import type { BffEnv } from "../context.ts";
import { isNotModified } from "../entity_tag.ts";
import { answerResponse } from "./answer.ts";
import type { HotCounters } from "./hot_counters.ts";
import type { HotRead } from "./hot_read.ts";
import { createHotReads, type HotReads, type HotReadsOptions } from "./hot_reads.ts";
import { createSecondDrops, type SecondDrops } from "./second_drops.ts";

export interface HotOptions extends HotReadsOptions {
  readonly cors: Cors;
  /** Request targets remembered at most: a flood of them can only push out one another. */
  readonly targetsMax?: number;
}

/** How often a route answered 200 and 304 from here. */
export interface RouteCount {
  ok: number;
  notModified: number;
}

export interface Hot extends Disposable {
  /** The answer to a request whose like was answered before; undefined sends it the long way. */
  tryAnswer(request: Request): Response | undefined;
  /** The answer of a route, kept or made: the long way, after validation. */
  respond<T>(c: Context<BffEnv>, read: HotRead<T>): Promise<JsonResponse<T>>;
  /** Forgets all answers with one of these tags, now and once more a moment later. */
  drop(tags: readonly string[]): void;
  readonly counters: HotCounters;
  /** Hits of `tryAnswer()` by route. */
  readonly routes: ReadonlyMap<string, RouteCount>;
  /** Answers kept now. */
  readonly size: number;
}

/** A response that the route's schema is checked against; see Hono's `c.json()`. */
export type JsonResponse<T> = Response & TypedResponse<JSONParsed<T>, 200, "json">;

/** A longer target is not remembered, in characters. */
const targetLengthMax = 1_024;

/** Creates an empty layer. Dispose of it to end its timer. */
export function createHot(options: HotOptions): Hot {
  return new HotLayer(options);
}

class HotLayer implements Hot {
  readonly routes = new Map<string, RouteCount>();
  readonly #reads: HotReads;
  readonly #cors: Cors;
  readonly #secondDrops: SecondDrops;
  /**
   * From what a client asks for to the answer's key. Keys and not answers, so that it does not
   * hold what is no longer kept.
   */
  readonly #keys: LRUCache<string, string>;

  constructor(options: HotOptions) {
    const reads = createHotReads(options);
    this.#reads = reads;
    this.#cors = options.cors;
    this.#keys = new LRUCache({ max: options.targetsMax ?? 10_000 });
    this.#secondDrops = createSecondDrops({
      drop: (tags) => reads.drop(tags),
      dropAll: () => reads.dropAll(),
    });
  }

  get counters(): HotCounters {
    return this.#reads.counters;
  }

  get size(): number {
    return this.#reads.size;
  }

  tryAnswer(request: Request): Response | undefined {
    const { method } = request;
    if (method !== "GET" && method !== "HEAD") return undefined;
    const key = this.#keys.get(request.url);
    const kept = key === undefined ? undefined : this.#reads.peek(key);
    if (kept === undefined) return undefined;
    const { answer, read } = kept;
    const { headers } = request;
    const notModified = this.#isNotModified(headers, answer.etag);
    this.#count(read.route, notModified);
    return answerResponse(answer, notModified, {
      [requestIdHeader]: requestIdOf(headers),
      ...this.#cors.headersFor(headers.get("origin")),
    });
  }

  async respond<T>(c: Context<BffEnv>, read: HotRead<T>): Promise<JsonResponse<T>> {
    const { url, headers } = c.req.raw;
    const answer = await this.#reads.answer(read, c.var.call);
    if (url.length <= targetLengthMax) this.#keys.set(url, read.key);
    const response = answerResponse(answer, this.#isNotModified(headers, answer.etag));
    // Hono's types know only what its own helpers made; the body was made of a T.
    return response as JsonResponse<T>;
  }

  drop(tags: readonly string[]): void {
    this.#reads.drop(tags);
    this.#secondDrops.add(tags);
  }

  [Symbol.dispose](): void {
    this.#secondDrops[Symbol.dispose]();
  }

  #isNotModified(headers: Headers, etag: string): boolean {
    const notModified = isNotModified(headers.get("if-none-match"), etag);
    if (notModified) this.counters.not_modified++;
    return notModified;
  }

  #count(route: string, notModified: boolean): void {
    const known = this.routes.get(route);
    const count = known ?? { ok: 0, notModified: 0 };
    if (known === undefined) this.routes.set(route, count);
    count[notModified ? "notModified" : "ok"]++;
  }
}
