-- A version for caches of profiles, as products have one.
ALTER TABLE users ADD COLUMN version bigint NOT NULL DEFAULT 1;

-- No writer can forget the version, so no cache can keep an older row.
CREATE FUNCTION users_touch() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.version := OLD.version + 1;
  NEW.update_time := now();
  RETURN NEW;
END $$;

CREATE TRIGGER users_touch BEFORE UPDATE ON users
  FOR EACH ROW EXECUTE FUNCTION users_touch();
