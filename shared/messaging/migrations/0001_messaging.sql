-- What must happen because of a write, written in the same transaction; a relay publishes it.
CREATE TABLE outbox (
  -- UUIDv7 made by the process: time-ordered, and the Nats-Msg-Id.
  id           uuid        PRIMARY KEY,
  -- The event's id, when it is not `id`: a replayed event is a new message about an old event.
  event_id     text,
  subject      text        NOT NULL,
  -- The payload's protobuf type, such as `shop.v1.ThingHappened`.
  type         text        NOT NULL,
  -- Who said it, when it was not this service (a replay).
  source       text,
  -- The one consumer it is for, when it is not for all (a replay).
  target       text,
  traceparent  text,
  payload      bytea       NOT NULL,
  occurred_at  timestamptz NOT NULL,
  -- Nobody may take it before: the end of a relay's lease, or of the pause after a failure.
  available_at timestamptz NOT NULL DEFAULT now(),
  attempts     integer     NOT NULL DEFAULT 0,
  -- How often the stream has lost it. What is new goes before what goes again.
  republished  integer     NOT NULL DEFAULT 0,
  published_at timestamptz,
  -- Where the stream keeps it: the stream, the time that stream was created, the sequence in it.
  stream       text,
  stream_epoch text,
  stream_seq   bigint
);

-- The relay's claim: what is not published, new before again, oldest first.
CREATE INDEX outbox_waiting ON outbox (republished, id) WHERE published_at IS NULL;

-- The sweep for what the stream has lost (the newest part), and the retention (the oldest part).
CREATE INDEX outbox_published ON outbox (published_at) WHERE published_at IS NOT NULL;

-- The same sweep: two rows that claim one place in the stream, of which the older was lost.
CREATE INDEX outbox_place ON outbox (stream, stream_epoch, stream_seq)
  WHERE published_at IS NOT NULL;

-- Which effects have happened: written in the transaction of the effect.
CREATE TABLE inbox (
  consumer    text        NOT NULL,
  event_id    uuid        NOT NULL,
  consumed_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (consumer, event_id)
);

-- The retention: the oldest first. BRIN, as rows come in the order of this column.
CREATE INDEX inbox_consumed ON inbox USING brin (consumed_at);

-- What could not be consumed within the delivery limit, for an operator to see and replay.
CREATE TABLE dead_letter (
  id          uuid        PRIMARY KEY,
  consumer    text        NOT NULL,
  -- Text: what could not be understood may have any id.
  event_id    text        NOT NULL,
  subject     text        NOT NULL,
  type        text        NOT NULL,
  source      text        NOT NULL,
  traceparent text,
  payload     bytea       NOT NULL,
  occurred_at timestamptz NOT NULL,
  -- The class of the failure and its sentence, never a stack.
  error       text        NOT NULL,
  deliveries  integer     NOT NULL,
  -- Whole milliseconds, as a cursor can hold.
  failed_at   timestamptz(3) NOT NULL DEFAULT now(),
  replayed_at timestamptz,
  -- One letter for an event and its consumer, however often it fails.
  CONSTRAINT dead_letter_once UNIQUE (consumer, event_id)
);

-- The operator's list: what is open, the newest first.
CREATE INDEX dead_letter_open ON dead_letter (failed_at DESC, id DESC) WHERE replayed_at IS NULL;

-- The retention of what was replayed.
CREATE INDEX dead_letter_replayed ON dead_letter (replayed_at) WHERE replayed_at IS NOT NULL;

-- Timers run once a period whatever the number of instances: the row is the turn.
CREATE TABLE timer (
  name          text        PRIMARY KEY,
  next_at       timestamptz NOT NULL,
  claimed_until timestamptz NOT NULL,
  -- The run that has the turn.
  claimed_by    uuid        NOT NULL
);
