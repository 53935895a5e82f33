-- Accounts: names that are one whatever their case and Unicode form, and sessions.

-- The username in NFKC and lower case, made by the service: a database's own lower() knows the
-- letters of its locale only.
ALTER TABLE users ADD COLUMN username_key text;
UPDATE users SET username_key = lower(normalize(username, NFKC));
ALTER TABLE users ALTER COLUMN username_key SET NOT NULL;
-- Login, and one account a name.
CREATE UNIQUE INDEX users_by_username_key ON users (username_key);
DROP INDEX users_by_username;
-- 1 active, 2 disabled, 3 erased: the number stays, the person is gone.
ALTER TABLE users DROP CONSTRAINT users_status_check;
ALTER TABLE users ADD CONSTRAINT users_status_check CHECK (status IN (1, 2, 3));
-- Operators look for the newest accounts, by keyset.
CREATE INDEX users_by_create_time ON users (create_time DESC, id DESC);
-- Operators look for the start of a name.
CREATE INDEX users_by_username_start ON users (username_key text_pattern_ops);

-- One row a device that logged in: a family of refresh tokens.
CREATE TABLE session (
  id           uuid   PRIMARY KEY,
  user_id      bigint NOT NULL REFERENCES users (id),
  user_agent   text   NOT NULL DEFAULT '',
  ip_address   text   NOT NULL DEFAULT '',
  create_time  timestamptz(3) NOT NULL DEFAULT now(),
  refresh_time timestamptz(3) NOT NULL DEFAULT now(),
  expire_time  timestamptz(3) NOT NULL,
  -- Set when it was ended before its time.
  revoke_time  timestamptz(3),
  -- Set with revoke_time: until then access tokens of it may be about.
  forget_time  timestamptz(3),
  CHECK ((revoke_time IS NULL) = (forget_time IS NULL))
);
-- The living sessions of one user, last refreshed first; ending them all.
CREATE INDEX session_by_user ON session (user_id, refresh_time DESC) WHERE revoke_time IS NULL;
-- What was ended lately, by keyset: what every process reads at its start.
CREATE INDEX session_by_revoke_time ON session (revoke_time, id) WHERE revoke_time IS NOT NULL;
-- Sweeping what ended long ago.
CREATE INDEX session_by_expire_time ON session (expire_time);

DROP TABLE refresh_token;

-- One row a refresh token, SHA-256 of 32 random bytes; rotation keeps the session, reuse ends it.
CREATE TABLE refresh_token (
  token_hash  bytea PRIMARY KEY,
  session_id  uuid  NOT NULL REFERENCES session (id) ON DELETE CASCADE,
  create_time timestamptz(3) NOT NULL DEFAULT now(),
  -- Set when it was changed for the next one.
  used_time   timestamptz(3)
);
-- Sweeping with the session.
CREATE INDEX refresh_token_by_session ON refresh_token (session_id);
