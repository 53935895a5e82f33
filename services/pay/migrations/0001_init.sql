-- Payments. Money is in fen (bigint).

CREATE TABLE payment (
  id                text     PRIMARY KEY,
  order_id          text     NOT NULL,
  user_id           bigint   NOT NULL CHECK (user_id > 0),
  -- 1 Alipay, 2 WeChat Pay, 3 Stripe, 9 sandbox
  platform          smallint NOT NULL CHECK (platform IN (1, 2, 3, 9)),
  -- The platform's serial number and its word for the state, as it told them.
  platform_number   text     NOT NULL DEFAULT '',
  platform_status   text     NOT NULL DEFAULT '',
  -- 1 pending, 2 captured, 3 failed, 4 cancelled
  status            smallint NOT NULL DEFAULT 1 CHECK (status IN (1, 2, 3, 4)),
  currency          char(3)  NOT NULL DEFAULT 'CNY',
  amount_fen        bigint   NOT NULL CHECK (amount_fen > 0),
  captured_fen      bigint   NOT NULL DEFAULT 0 CHECK (captured_fen >= 0),
  refunded_fen      bigint   NOT NULL DEFAULT 0 CHECK (refunded_fen BETWEEN 0 AND captured_fen),
  create_time       timestamptz(3) NOT NULL DEFAULT now(),
  update_time       timestamptz(3) NOT NULL DEFAULT now()
);
-- The payments of one order.
CREATE INDEX payment_by_order ON payment (order_id);
-- A callback names the payment by the platform's serial number.
CREATE UNIQUE INDEX payment_by_platform_number ON payment (platform, platform_number)
  WHERE platform_number <> '';

CREATE TABLE refund (
  id              text     PRIMARY KEY,
  payment_id      text     NOT NULL REFERENCES payment (id),
  amount_fen      bigint   NOT NULL CHECK (amount_fen > 0),
  reason          text     NOT NULL DEFAULT '',
  platform_number text     NOT NULL DEFAULT '',
  -- 1 pending, 2 succeeded, 3 failed
  status          smallint NOT NULL DEFAULT 1 CHECK (status IN (1, 2, 3)),
  create_time     timestamptz(3) NOT NULL DEFAULT now(),
  update_time     timestamptz(3) NOT NULL DEFAULT now()
);
-- The refunds of one payment.
CREATE INDEX refund_by_payment ON refund (payment_id);
