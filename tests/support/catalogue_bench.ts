/** For tests of the catalogue's caches: the product service on real servers, its queries watched. */
import { type Client, createClient, createRouterTransport } from "@connectrpc/connect";
import type { Redis } from "ioredis";
import { OrderInternalService } from "../../proto/gen/order/v1/order_internal_service_pb.ts";
import { ProductService } from "../../proto/gen/product/v1/product_service_pb.ts";
import {
  type CachedTree,
  createCachedTree,
  createProductLists,
  createProductRows,
  type ProductLists,
  type ProductRows,
} from "../../services/product/cache.ts";
import {
  followProductEvent,
  type ProductCaches,
  productJobs,
} from "../../services/product/jobs.ts";
import { createProductService } from "../../services/product/service.ts";
import { createProductSearch } from "../../services/product/service/search.ts";
import { createProductStore, type ProductStore } from "../../services/product/store.ts";
import { createReservationStore } from "../../services/product/store/reservations.ts";
import { createCountStore } from "../../services/product/store/counts.ts";
import { createListStore } from "../../services/product/store/lists.ts";
import { createSearchStore } from "../../services/product/store/search.ts";
import { createStorefrontStore } from "../../services/product/store/storefront.ts";
import { createLogger } from "../../shared/log.ts";
import type { WireEvent } from "../../shared/messaging/event.ts";
import { consumeOnce } from "../../shared/messaging/inbox.ts";
import type { Sql } from "../../shared/postgres/pool.ts";
import { closeRedis, openRedis, pingRedis } from "../../shared/redis/connection.ts";
import { startTestRedis, type TestRedis } from "../../shared/redis/test_server.ts";
import { errorMapping } from "../../shared/rpc/error_mapping.ts";
import { eventually } from "./eventually.ts";
import { createServiceDatabase } from "./service_database.ts";
import { type WatchedQueries, watchQueries } from "./watched_queries.ts";

/** An order service that has no orders. */
const noOrders = createClient(
  OrderInternalService,
  createRouterTransport((router) => {
    router.service(OrderInternalService, { batchGetOrderStates: () => ({}) });
  }),
);

/** The service as one process of it would be, with memory of its own. */
export interface CatalogueInstance {
  readonly client: Client<typeof ProductService>;
  readonly rows: ProductRows;
  readonly lists: ProductLists;
  readonly tree: CachedTree;
  readonly queries: WatchedQueries;
  /** What every instance does when it hears of an event. */
  follow(event: WireEvent): Promise<void>;
  /** What one instance does with each event: the consumer job, its effect and the inbox. */
  consume(event: WireEvent): Promise<void>;
}

export interface CatalogueBench extends AsyncDisposable {
  readonly sql: Sql;
  readonly redis: Redis;
  readonly server: TestRedis;
  /** For writes as another part of the service makes them. */
  readonly store: ProductStore;
  /** One more instance on the same servers; `redisUrl` sends it to another Redis. */
  instance(options?: { redisUrl?: string }): Promise<CatalogueInstance>;
  /** What the outbox holds, in the order of the writes; it is empty afterwards. */
  events(): Promise<readonly WireEvent[]>;
  /** The keys of all lists that Redis keeps, without leases and versions. */
  listKeys(): Promise<string[]>;
}

/** The test's patience for Redis: a starved machine is not what these tests are about. */
const commandTimeoutMs = 5_000;
const log = createLogger({ write: () => {} });

/** Starts it with an empty database and a Redis of its own. Use with `await using`. */
export async function openCatalogueBench(): Promise<CatalogueBench> {
  await using stack = new AsyncDisposableStack();
  const { sql } = stack.use(await createServiceDatabase("product"));
  const server = stack.use(await startTestRedis());
  const redis = connect(stack, server.url);
  await eventually("redis", () => pingRedis(redis));
  const kept = stack.move();
  return {
    sql,
    redis,
    server,
    store: createProductStore(sql),
    async instance({ redisUrl = server.url } = {}) {
      const own = connect(kept, redisUrl);
      if (redisUrl === server.url) await eventually("redis", () => pingRedis(own));
      return createInstance(sql, own);
    },
    events: () => takeEvents(sql),
    async listKeys() {
      const keys = await redis.keys("product:list:*");
      return keys.filter((key) => !/:lease$|::versions/.test(key)).sort();
    },
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}

function connect(owner: AsyncDisposableStack, url: string): Redis {
  const redis = openRedis({ url, name: "test", log, commandTimeoutMs });
  owner.defer(() => closeRedis(redis));
  return redis;
}

function createInstance(sql: Sql, redis: Redis): CatalogueInstance {
  const queries = watchQueries();
  const products = queries.watch(createProductStore(sql), ["batchGetProducts"]);
  const placed = ["listProducts", "listRecommended", "placementOf"] as const;
  const listed = queries.watch(createListStore(sql), placed);
  const tree = createCachedTree(queries.watch(createStorefrontStore(sql), ["allCategories"]));
  const rows = createProductRows({ store: products, redis, log });
  const lists = createProductLists({ store: listed, redis, log, tree });
  const search = createProductSearch(createSearchStore(sql));
  const service = createProductService({ rows, lists, search });
  const transport = createRouterTransport(
    (router) => void router.service(ProductService, service),
    { router: { interceptors: [errorMapping(log)] } },
  );
  const caches = { rows, lists, tree };
  return {
    client: createClient(ProductService, transport),
    ...caches,
    queries,
    follow: (event) => followProductEvent(caches, event),
    consume: (event) => consumeEvent(sql, caches, event),
  };
}

async function consumeEvent(sql: Sql, caches: ProductCaches, event: WireEvent): Promise<void> {
  for (
    const job of productJobs({
      caches,
      counts: createCountStore(sql),
      reservations: createReservationStore(sql),
      orders: noOrders,
      reservationAgeMs: 600_000,
    })
  ) {
    if (job.kind !== "consumer" || job.subject !== event.subject) continue;
    const effect = await job.bind(event).prepare(new AbortController().signal);
    await consumeOnce(sql, { consumer: job.name, eventId: event.id }, effect);
  }
}

async function takeEvents(sql: Sql): Promise<readonly WireEvent[]> {
  const rows = await sql<EventRow[]>`
    DELETE FROM outbox RETURNING id, subject, type, traceparent, payload, occurred_at`;
  return rows
    .toSorted((a, b) => (a.id < b.id ? -1 : 1))
    .map(({ occurred_at: occurredAt, ...event }) => {
      return { ...event, occurredAt, source: "product", target: undefined };
    });
}

interface EventRow {
  readonly id: string;
  readonly subject: string;
  readonly type: string;
  readonly traceparent: string;
  readonly payload: Uint8Array;
  readonly occurred_at: Date;
}
