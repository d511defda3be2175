-- Bounces that came back after the end of an edition, too many to be believed: staff are
-- alerted about them.

-- +goose Up
ALTER TABLE editions ADD COLUMN doubted text NOT NULL DEFAULT ''; -- why; empty again after the alert

-- +goose Down
ALTER TABLE editions DROP COLUMN doubted;
