-- Stock that orders hold: one reservation an order, with the products as they were.

-- Pieces that ever came in: what is there, what is reserved and what was sold add up to it.
ALTER TABLE product ADD COLUMN received bigint;
UPDATE product SET received = stock + coalesce(
  (SELECT sum(quantity) FROM stock_reservation AS line
   WHERE line.product_id = product.id AND line.status IN (1, 2)), 0);
ALTER TABLE product ALTER COLUMN received SET NOT NULL;

-- Who inserts a product says what came in, or means that nothing of it is gone yet.
CREATE FUNCTION product_received() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.received := coalesce(NEW.received, NEW.stock);
  RETURN NEW;
END $$;
CREATE TRIGGER product_received BEFORE INSERT ON product
  FOR EACH ROW EXECUTE FUNCTION product_received();

CREATE TABLE reservation (
  order_id      text COLLATE "C" PRIMARY KEY,
  -- 0 for one that was recorded as released before it was ever made
  user_id       bigint   NOT NULL,
  -- 1 reserved, 2 committed (sold), 3 released, 4 returned
  state         smallint NOT NULL CHECK (state IN (1, 2, 3, 4)),
  flash_sale_id bigint   NOT NULL DEFAULT 0,
  reason        text     NOT NULL DEFAULT '',
  create_time   timestamptz(3) NOT NULL DEFAULT now(),
  update_time   timestamptz(3) NOT NULL DEFAULT now()
);
-- The sweep of reservations whose order never came: the oldest open ones.
CREATE INDEX reservation_open ON reservation (update_time) WHERE state = 1;

INSERT INTO reservation (order_id, user_id, state, create_time, update_time)
SELECT order_id, 0, max(status), min(create_time), max(update_time)
FROM stock_reservation GROUP BY order_id;

ALTER TABLE stock_reservation
  DROP COLUMN status,
  DROP COLUMN create_time,
  DROP COLUMN update_time,
  ADD COLUMN unit_price_fen   bigint NOT NULL DEFAULT 0 CHECK (unit_price_fen >= 0),
  ADD COLUMN product_name     text   NOT NULL DEFAULT '',
  ADD COLUMN product_image    text   NOT NULL DEFAULT '',
  ADD COLUMN product_subtitle text   NOT NULL DEFAULT '',
  ADD CONSTRAINT stock_reservation_order_id_fkey
    FOREIGN KEY (order_id) REFERENCES reservation (order_id);
