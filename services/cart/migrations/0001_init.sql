-- Carts: a line a product.

CREATE TABLE cart_item (
  user_id        bigint  NOT NULL CHECK (user_id > 0),
  product_id     bigint  NOT NULL CHECK (product_id > 0),
  quantity       integer NOT NULL CHECK (quantity BETWEEN 1 AND 999),
  checked        boolean NOT NULL DEFAULT true,
  -- The price when it was added, to tell what has changed since.
  added_price_fen bigint NOT NULL CHECK (added_price_fen >= 0),
  added_time     timestamptz(3) NOT NULL DEFAULT now(),
  update_time    timestamptz(3) NOT NULL DEFAULT now(),
  PRIMARY KEY (user_id, product_id)
);
