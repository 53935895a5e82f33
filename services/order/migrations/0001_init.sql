-- Orders. Money is in fen (bigint); times are kept to the millisecond, because cursors are.

CREATE TABLE orders (
  -- 28 decimal digits: time, tie-breaker, the user's shard (see order_id.ts).
  id            text COLLATE "C" PRIMARY KEY CHECK (id ~ '^[0-9]{24,32}$'),
  user_id       bigint      NOT NULL CHECK (user_id > 0),
  -- 0 cancelled, 10 unpaid, 20 paid, 30 to be shipped, 40 to be received, 50 done, 60 closed
  status        smallint    NOT NULL CHECK (status IN (0, 10, 20, 30, 40, 50, 60)),
  currency      char(3)     NOT NULL DEFAULT 'CNY',
  -- The sum of the items.
  total_fen     bigint      NOT NULL CHECK (total_fen >= 0),
  postage_fen   bigint      NOT NULL DEFAULT 0 CHECK (postage_fen >= 0),
  -- What the buyer pays: total and postage, less discounts.
  payment_fen   bigint      NOT NULL CHECK (payment_fen >= 0),
  -- 1 Alipay, 2 WeChat Pay, 3 Stripe, 9 sandbox; null until paid
  payment_type  smallint    CHECK (payment_type IN (1, 2, 3, 9)),
  payment_id    text        NOT NULL DEFAULT '',
  -- 0 for an ordinary order
  flash_sale_id bigint      NOT NULL DEFAULT 0,
  remark        text        NOT NULL DEFAULT '' CHECK (length(remark) <= 200),
  close_reason  text        NOT NULL DEFAULT '',
  carrier       text        NOT NULL DEFAULT '',
  tracking_number text      NOT NULL DEFAULT '',
  create_time   timestamptz(3) NOT NULL DEFAULT now(),
  update_time   timestamptz(3) NOT NULL DEFAULT now(),
  pay_before    timestamptz(3) NOT NULL,
  payment_time  timestamptz(3),
  send_time     timestamptz(3),
  end_time      timestamptz(3),
  close_time    timestamptz(3)
);

-- store.listOrders without a status: a user's orders, newest first, by keyset.
CREATE INDEX orders_by_user ON orders (user_id, create_time DESC, id DESC);
-- store.listOrders with a status, and the counts by status of one user.
CREATE INDEX orders_by_user_status ON orders (user_id, status, create_time DESC, id DESC);

-- What was bought, as it was when it was bought.
CREATE TABLE order_item (
  order_id       text COLLATE "C" NOT NULL REFERENCES orders (id),
  line           smallint NOT NULL CHECK (line BETWEEN 1 AND 200),
  product_id     bigint   NOT NULL CHECK (product_id > 0),
  product_name   text     NOT NULL,
  product_image  text     NOT NULL DEFAULT '',
  product_description text NOT NULL DEFAULT '',
  unit_price_fen bigint   NOT NULL CHECK (unit_price_fen >= 0),
  quantity       integer  NOT NULL CHECK (quantity BETWEEN 1 AND 999),
  PRIMARY KEY (order_id, line),
  UNIQUE (order_id, product_id)
);

-- Where it goes: a snapshot of the buyer's address, personal data of one order.
CREATE TABLE order_receiver (
  order_id  text COLLATE "C" PRIMARY KEY REFERENCES orders (id),
  name      text NOT NULL,
  phone     text NOT NULL,
  province  text NOT NULL,
  city      text NOT NULL,
  district  text NOT NULL DEFAULT '',
  detail    text NOT NULL,
  post_code text NOT NULL DEFAULT ''
);

-- Every step of every order's life; the first has no from_status.
CREATE TABLE order_status_history (
  order_id    text COLLATE "C" NOT NULL REFERENCES orders (id),
  step        smallint    NOT NULL CHECK (step > 0),
  from_status smallint,
  to_status   smallint    NOT NULL,
  reason      text        NOT NULL DEFAULT '',
  -- "user:<id>", "operator:<id>" or "job:<name>"
  actor       text        NOT NULL DEFAULT '',
  at          timestamptz(3) NOT NULL DEFAULT now(),
  PRIMARY KEY (order_id, step)
);
