-- Leasing and returning find their batches by key, for any number of batches of an edition.

-- +goose Up
DROP INDEX batches_due;
CREATE INDEX batches_due ON batches (due_at, id) WHERE due_at IS NOT NULL;
CREATE INDEX batches_open ON batches (edition_id) WHERE due_at IS NOT NULL;

-- +goose Down
DROP INDEX batches_open, batches_due;
CREATE INDEX batches_due ON batches (due_at) WHERE due_at IS NOT NULL;
