-- The state of an edition that the log has told, so that one of all processes logs a change.

-- +goose Up
ALTER TABLE editions ADD COLUMN told text NOT NULL DEFAULT '';
UPDATE editions SET told = state;
CREATE INDEX editions_untold ON editions (id) WHERE told <> state;

-- +goose Down
ALTER TABLE editions DROP COLUMN told;
