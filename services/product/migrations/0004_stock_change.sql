-- Products whose stock has changed, until the relay makes events of it: a narrow row is all that an order pays for it.
CREATE TABLE stock_change (
  id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  product_id  bigint NOT NULL,
  create_time timestamptz(3) NOT NULL DEFAULT now()
);
