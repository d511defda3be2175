-- The timetable of the sources: each is due at a time of its own.
-- +goose Up
ALTER TABLE sources
    ADD due_at   timestamptz,            -- when it is read next, or when a claim ends; null: at once
    ADD asked_at timestamptz,            -- when a reading out of turn was last asked for
    ADD gap      interval,               -- mean time between its latest articles; null: unknown
    ADD newest   timestamptz,            -- when its last new article came
    ADD failures int NOT NULL DEFAULT 0; -- in a row
CREATE INDEX sources_due ON sources (due_at);

-- +goose Down
DROP INDEX sources_due;
ALTER TABLE sources DROP due_at, DROP asked_at, DROP gap, DROP newest, DROP failures;
