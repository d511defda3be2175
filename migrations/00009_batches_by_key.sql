-- Leasing and handing back find their batches by key, however many an edition has.

-- +goose Up
DROP INDEX batches_due;
CREATE INDEX batches_due ON batches (due_at, id) WHERE due_at IS NOT NULL;
CREATE INDEX batches_open ON batches (edition_id) WHERE due_at IS NOT NULL;

-- +goose Down
DROP INDEX batches_open, batches_due;
CREATE INDEX batches_due ON batches (due_at) WHERE due_at IS NOT NULL;
