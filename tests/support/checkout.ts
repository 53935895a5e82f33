/** Buyers of a story: accounts with an address, and what they do. */
import assert from "node:assert/strict";
import { type Answer, createFrontEnd, type FrontEnd } from "./front_end.ts";
import type { Mall } from "./mall.ts";

export interface Buyer {
  readonly userId: bigint;
  readonly token: string;
  readonly addressId: number;
}

/** An order as the API tells it, as far as stories look at it. */
export interface OrderJson {
  readonly order_id: string;
  readonly status: number;
  readonly payment: number;
  readonly close_reason: string;
}

export interface Shop {
  readonly front: FrontEnd;
  /** Buyers with an address each. */
  buyers(count: number, firstId?: bigint): Promise<readonly Buyer[]>;
  order(buyer: Buyer, items: Record<string, number>, key?: string): Promise<Answer>;
  /** Starts a payment; answers its id. */
  pay(buyer: Buyer, orderId: string, key?: string): Promise<string>;
  orderOf(buyer: Buyer, orderId: string): Promise<OrderJson>;
  /** Calls an rpc of operators. */
  operate(service: "order" | "pay", method: string, body: object): Promise<Record<string, unknown>>;
}

/** The shop of this mall. */
export function createShop(mall: Mall): Shop {
  const front = createFrontEnd(mall);
  return {
    front,
    async buyers(count, firstId = 1_000n) {
      await mall.sql.user`
        INSERT INTO users (id, username, username_key, password_hash)
        SELECT ${firstId}::bigint + n, 'buyer' || (${firstId}::bigint + n),
               'buyer' || (${firstId}::bigint + n), ''
        FROM generate_series(0, ${count - 1}) AS n`;
      const addresses = await mall.sql.user<{ id: bigint; user_id: bigint }[]>`
        INSERT INTO address (user_id, name, phone, province, city, detail, is_default)
        SELECT ${firstId}::bigint + n, 'Buyer', '13800138000', 'P', 'C', 'D', true
        FROM generate_series(0, ${count - 1}) AS n RETURNING id, user_id`;
      return await Promise.all(addresses.map(async ({ id, user_id: userId }) => {
        return { userId, addressId: Number(id), token: await mall.tokens.person(userId) };
      }));
    },
    order({ token, addressId }, items, key = crypto.randomUUID()) {
      const body = {
        address_id: addressId,
        items: Object.entries(items).map(([id, quantity]) => ({
          product_id: Number(id),
          quantity,
        })),
      };
      return front.send("POST", "/v1/order", { token, body, headers: { "idempotency-key": key } });
    },
    async pay({ token }, orderId, key = crypto.randomUUID()) {
      const { status, body } = await front.send("POST", "/v1/pay", {
        token,
        body: { order_id: orderId, platform: 9 },
        headers: { "idempotency-key": key },
      });
      assert.equal(status, 201, JSON.stringify(body));
      return body.payment_id;
    },
    async orderOf({ token }, orderId) {
      const { body } = await front.send("GET", `/v1/order/${orderId}`, { token });
      return body as unknown as OrderJson;
    },
    async operate(service, method, body) {
      const token = await mall.tokens.person(1n, "operator");
      const names = { order: "order.v1.OrderAdminService", pay: "pay.v1.PaymentAdminService" };
      const response = await fetch(
        `${mall.services[service].url}/${names[service]}/${method}`,
        {
          method: "POST",
          headers: { "content-type": "application/json", authorization: `Bearer ${token}` },
          body: JSON.stringify(body),
        },
      );
      return await response.json();
    },
  };
}
