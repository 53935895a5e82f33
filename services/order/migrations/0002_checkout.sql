-- Checkout: one order a key, and what timers look for.

-- A client's key for one intended order, kept for a day. While `answer` is null the first call
-- runs, or died; whoever comes after its lease goes on with the same order id.
CREATE TABLE idempotency_key (
  user_id      bigint NOT NULL CHECK (user_id > 0),
  key          text   NOT NULL CHECK (length(key) BETWEEN 1 AND 255),
  -- SHA-256 of what was asked.
  request_hash bytea  NOT NULL,
  subject_id   text   NOT NULL,
  lease_until  timestamptz(3) NOT NULL,
  -- The first answer, as a protobuf.
  answer       bytea,
  create_time  timestamptz(3) NOT NULL DEFAULT now(),
  PRIMARY KEY (user_id, key)
);
-- Sweeping what is older than a day.
CREATE INDEX idempotency_key_by_time ON idempotency_key (create_time);

-- Closing what was not paid in time.
CREATE INDEX orders_unpaid ON orders (pay_before) WHERE status = 10;
-- Confirming what was sent long ago.
CREATE INDEX orders_sent ON orders (send_time) WHERE status = 40;
-- Operators look for the newest orders, by keyset. Every id is above '0': only their query says so,
-- and no buyer's list is ever read by this index.
CREATE INDEX orders_by_time ON orders (create_time DESC, id DESC) WHERE id > '0';
-- Operators look for the orders of one product.
CREATE INDEX order_item_by_product ON order_item (product_id, order_id);
