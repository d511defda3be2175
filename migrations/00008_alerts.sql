-- How many of an edition's uncertain deliveries publication.alerts was told of, so that
-- it hears of each once, whichever wave or hour brought it.

-- +goose Up
ALTER TABLE editions ADD COLUMN alerted_uncertain bigint NOT NULL DEFAULT 0;

-- +goose Down
ALTER TABLE editions DROP COLUMN alerted_uncertain;
