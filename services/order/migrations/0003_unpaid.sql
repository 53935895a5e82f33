-- How many unpaid orders a buyer has, for the cap on them. Whoever asks holds the buyer's lock until
-- the end of the transaction, so two orders of one buyer wait for each other. A volatile function's
-- statements see what was committed when they begin, not when the caller's statement did: the one
-- that waited counts the other's order.
CREATE FUNCTION count_unpaid(buyer bigint) RETURNS bigint LANGUAGE plpgsql VOLATILE AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(1869767794, (buyer % 2147483647)::int);
  RETURN (SELECT count(*) FROM orders WHERE user_id = buyer AND status = 10);
END
$$;
