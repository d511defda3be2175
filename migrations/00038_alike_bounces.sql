-- Bounces of many readers are doubted if the mail server gave the same answer to many of them.

-- +goose Up
-- The number of bounces at the last look that found different answers.
ALTER TABLE bounce_events ADD COLUMN weighed integer NOT NULL DEFAULT 0;

-- +goose Down
ALTER TABLE bounce_events DROP COLUMN weighed;
