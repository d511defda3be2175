-- Keys that signed unsubscribe links themselves. Since migration 00019 a derived key signs
-- these links, and outlives the key.

-- +goose Up
ALTER TABLE signing_keys ADD COLUMN signed_unsubscribe boolean NOT NULL DEFAULT false;
UPDATE signing_keys SET signed_unsubscribe = COALESCE(created_at <= (
    SELECT max(tstamp) AT TIME ZONE current_setting('TimeZone') FROM goose_db_version WHERE version_id = 19 AND is_applied), true);

-- +goose Down
ALTER TABLE signing_keys DROP COLUMN signed_unsubscribe;
