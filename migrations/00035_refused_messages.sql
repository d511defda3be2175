-- The time at which a mail server stated that a single message's mailbox does not exist.

-- +goose Up
ALTER TABLE outbox ADD COLUMN no_mailbox_at timestamptz;
CREATE INDEX outbox_no_mailbox ON outbox (lower(recipient)) WHERE no_mailbox_at IS NOT NULL;

-- +goose Down
ALTER TABLE outbox DROP COLUMN no_mailbox_at;
