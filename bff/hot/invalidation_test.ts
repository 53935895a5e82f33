import type { DescMessage, MessageInitShape } from "@bufbuild/protobuf";
import assert from "node:assert/strict";
import type { NatsConnection } from "nats";
import { BannerService } from "../../proto/gen/product/v1/banner_service_pb.ts";
import {
  BannerChangedSchema,
  CategoryChangedSchema,
  CommentDeletedSchema,
  CommentPostedSchema,
  FlashSaleChangedSchema,
  ProductChangedSchema,
  StockReservedSchema,
} from "../../proto/gen/product/v1/product_event_pb.ts";
import { createLogger } from "../../shared/log.ts";
import { eventHeaders, newEvent } from "../../shared/messaging/event.ts";
import { connectNats } from "../../shared/nats/connection.ts";
import { eventually } from "../../tests/support/eventually.ts";
import { testServers } from "../../tests/support/servers.ts";
import { openShop } from "../testing/shop.ts";
import { followChanges, tagsOf } from "./invalidation.ts";

/** The tags that an event of this content drops. */
function dropped<S extends DescMessage>(schema: S, message: MessageInitShape<S>) {
  return tagsOf(newEvent(schema, message, { subject: "thing.happened" }));
}

Deno.test("tagsOf() names what each event makes old", () => {
  const productId = 7n;
  const categoryIds = [3n, 1n];
  assert.deepEqual(dropped(ProductChangedSchema, { productId, categoryIds }), [
    "product:7",
    "category:0",
    "category:3",
    "category:1",
    "category:*",
    "recommend",
  ]);
  const stockOnly = { productId, categoryIds, stockOnly: true };
  assert.deepEqual(dropped(ProductChangedSchema, stockOnly), ["product:7"]);
  assert.deepEqual(dropped(CategoryChangedSchema, { categoryId: 3n }), [
    "categories",
    "category_lists",
  ]);
  assert.deepEqual(dropped(BannerChangedSchema, {}), ["banners"]);
  assert.deepEqual(dropped(FlashSaleChangedSchema, {}), ["flash_sale"]);
  assert.deepEqual(dropped(CommentPostedSchema, { productId }), ["comments:7"]);
  assert.deepEqual(dropped(CommentDeletedSchema, { productId }), ["comments:7"]);
  assert.deepEqual(dropped(StockReservedSchema, { orderId: "1" }), []);
});

Deno.test("tagsOf() throws what is malformed, and knows no type by a name of objects", () => {
  const payload = new Uint8Array([255, 255]);
  assert.throws(() => tagsOf({ type: ProductChangedSchema.typeName, payload }));
  assert.deepEqual(tagsOf({ type: "constructor", payload }), []);
});

/** One BFF that listens to `subject`. */
function instance(stack: AsyncDisposableStack, natsUrl: string, subject: string) {
  const log = createLogger({ write: () => {} });
  const nats = stack.use(connectNats({ url: natsUrl, name: "test-bff", log }));
  const shop = stack.use(openShop((router) => {
    router.service(BannerService, { listBanners: () => ({}) });
  }));
  stack.use(followChanges({ nats, log, subject, drop: (tags) => shop.hot.drop(tags) }));
  return { nats, shop };
}

function publish(connection: NatsConnection, prefix: string): void {
  const event = newEvent(BannerChangedSchema, {}, { subject: `${prefix}.banner_changed` });
  const headers = eventHeaders({ ...event, source: "product", target: undefined });
  connection.publish(event.subject, event.payload, { headers });
}

Deno.test("a published event drops the answer in every instance", async () => {
  await using stack = new AsyncDisposableStack();
  const prefix = `bff_test_${crypto.randomUUID().slice(0, 8)}`;
  const { natsUrl } = testServers();
  const instances = [1, 2].map(() => instance(stack, natsUrl, `${prefix}.>`));
  for (const { nats, shop } of instances) {
    await (await nats.ready).flush();
    await shop.get("/v1/home/banner");
    assert.equal(shop.hot.size, 1);
  }
  const connection = await instances[0]?.nats.ready;
  assert.ok(connection);
  connection.publish(`${prefix}.banner_changed`, "no event at all");
  publish(connection, prefix);
  await eventually("both have dropped it", () => {
    return instances.every(({ shop }) => shop.hot.counters.invalidated === 1);
  });
  assert.deepEqual(instances.map(({ shop }) => shop.hot.size), [0, 0]);
});
