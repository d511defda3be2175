-- The number of uncertain deliveries that alerts have reported for an edition, so that each
-- is reported once.

-- +goose Up
ALTER TABLE editions ADD COLUMN alerted_uncertain bigint NOT NULL DEFAULT 0;

-- +goose Down
ALTER TABLE editions DROP COLUMN alerted_uncertain;
