/** A dead letter of the cart service, from the operator's list to its effect. */
import { create, toBinary } from "@bufbuild/protobuf";
import assert from "node:assert/strict";
import { OrderCreatedSchema } from "../../proto/gen/order/v1/order_event_pb.ts";
import { writeDeadLetter } from "../../shared/messaging/dead_letters.ts";
import { eventually } from "../support/eventually.ts";
import { type Mall, startMall } from "../support/mall.ts";

const buyerId = 7n;

/** A buyer with two products in the cart, one of which was ordered: the event was given up. */
async function givenUp({ sql }: Mall): Promise<void> {
  const [cart] = await sql.cart<[{ id: bigint }]>`
    INSERT INTO cart (user_id) VALUES (${buyerId}) RETURNING id`;
  await sql.cart`
    INSERT INTO cart_item (cart_id, product_id, quantity, added_price_fen)
    SELECT ${cart.id}, n, 3, 100 FROM generate_series(1, 2) AS n`;
  const items = [{ productId: 1n, quantity: 3 }];
  const message = create(OrderCreatedSchema, {
    orderId: "1",
    userId: buyerId,
    items,
    fromCart: true,
  });
  await writeDeadLetter(sql.cart, {
    consumer: "cart-order-created",
    eventId: crypto.randomUUID(),
    subject: "order.created",
    type: OrderCreatedSchema.typeName,
    source: "order",
    traceparent: null,
    payload: toBinary(OrderCreatedSchema, message),
    occurredAt: new Date(),
    error: "postgres 42P01 cart",
    deliveries: 8,
  });
}

Deno.test("an operator replays a dead letter, and the cart loses what was ordered", async () => {
  await using mall = await startMall();
  await givenUp(mall);
  const token = await mall.tokens.person(9n, "operator");
  async function ask(rpc: string, body: object) {
    const response = await fetch(`${mall.services.cart.url}/ops.v1.${rpc}`, {
      method: "POST",
      headers: { "content-type": "application/json", authorization: `Bearer ${token}` },
      body: JSON.stringify(body),
    });
    return await response.json();
  }

  const { deadLetters: [letter] } = await ask("DeadLetterAdminService/ListDeadLetters", {});
  assert.deepEqual([letter.consumer, letter.attempts], ["cart-order-created", 8]);
  assert.deepEqual(JSON.parse(letter.payloadJson), {
    orderId: "1",
    userId: "7",
    items: [{ productId: "1", quantity: 3 }],
    fromCart: true,
  });
  // A machine that stands still may take longer than the answer waits: then it waits here.
  const replayed = await eventually("it is replayed", async () => {
    const { deadLetter } = await ask("DeadLetterAdminService/ReplayDeadLetter", { id: letter.id });
    return deadLetter.state === "DEAD_LETTER_STATE_REPLAYED" ? deadLetter : undefined;
  });
  assert.equal(replayed.eventId, letter.eventId);
  const left = await mall.sql.cart`SELECT product_id, quantity FROM cart_item`;
  assert.deepEqual(left.map(({ product_id, quantity }) => [product_id, quantity]), [[2n, 3]]);
  const { entries } = await ask("AuditAdminService/ListAuditEntries", { actorId: "9" });
  assert.deepEqual(
    entries.map((entry: Record<string, string>) => [entry["target"], entry["ipAddress"]]),
    [["dead_letter:1", "127.0.0.1"]],
  );
});
