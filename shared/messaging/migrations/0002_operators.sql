-- What operators see and do: dead letters by number and state, and the trail of their writes.
ALTER TABLE dead_letter
  ADD COLUMN number     bigint GENERATED ALWAYS AS IDENTITY,
  -- As `ops.v1.DeadLetterState`: 1 waiting, 2 handled after all, 3 put aside.
  ADD COLUMN state      smallint NOT NULL DEFAULT 1,
  -- When it was handled after all or put aside. `replayed_at` is when it was last sent again.
  ADD COLUMN settled_at timestamptz(3),
  ADD CONSTRAINT dead_letter_number UNIQUE (number);

-- Until now what was sent again and did not come back counted as handled.
UPDATE dead_letter SET state = 2, settled_at = replayed_at WHERE replayed_at IS NOT NULL;

ALTER TABLE dead_letter
  ADD CONSTRAINT dead_letter_settled
    CHECK (state IN (1, 2, 3) AND (state = 1) = (settled_at IS NULL));

DROP INDEX dead_letter_open;
DROP INDEX dead_letter_replayed;

-- The operator's list, the newest first, whatever became of them.
CREATE INDEX dead_letter_newest ON dead_letter (failed_at DESC, number DESC);

-- How many wait: asked with every look at the metrics.
CREATE INDEX dead_letter_waiting ON dead_letter (number) WHERE state = 1;

-- The retention of what is settled.
CREATE INDEX dead_letter_settled_at ON dead_letter (settled_at) WHERE settled_at IS NOT NULL;

-- What operators wrote, each in the transaction of the write.
CREATE TABLE audit_entry (
  id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  actor_id     bigint NOT NULL,
  -- The rpc's full name, such as `shop.v1.ThingAdminService/MendThing`.
  action       text   NOT NULL,
  -- What was written, such as `thing:7`.
  target       text   NOT NULL,
  -- The request without secrets. Text: what is too long is cut, and no JSON any more.
  request_json text   NOT NULL,
  request_id   text   NOT NULL,
  ip_address   text   NOT NULL,
  -- Whole milliseconds, as a cursor can hold.
  audit_time   timestamptz(3) NOT NULL DEFAULT now(),
  CONSTRAINT audit_entry_request_size CHECK (octet_length(request_json) <= 16384)
);

CREATE INDEX audit_entry_newest ON audit_entry (audit_time DESC, id DESC);
CREATE INDEX audit_entry_actor ON audit_entry (actor_id, audit_time DESC, id DESC);
CREATE INDEX audit_entry_target ON audit_entry (target, audit_time DESC, id DESC);

CREATE FUNCTION audit_entry_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'audit_entry is append only' USING ERRCODE = 'restrict_violation';
END
$$;

-- Nobody changes or removes what was written, the service itself neither.
CREATE TRIGGER audit_entry_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_entry
  FOR EACH STATEMENT EXECUTE FUNCTION audit_entry_refuse();
