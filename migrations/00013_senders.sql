-- A delivery of unknown fate is sent again by itself once at most, and senders of an
-- earlier version send nothing more.

-- +goose Up

-- In the order in which senders lock them.
LOCK TABLE batches, deliveries IN ACCESS EXCLUSIVE MODE;

-- Whether the delivery was sent again after an attempt of unknown fate.
ALTER TABLE deliveries ADD COLUMN resent boolean NOT NULL DEFAULT false;

-- The earlier version resent without a limit and did not record it, so what it has tried
-- counts as resent.
UPDATE deliveries d SET resent = true
FROM batches b
WHERE b.id = d.batch_id AND b.due_at IS NOT NULL
    AND d.state IN ('queued', 'deferred') AND d.attempt > 0 AND d.rendering_id IS NOT NULL;

-- The fence under which a sender leased the batch that knows this column. An earlier
-- version leases and marks nothing, so it hands back what it had; its results, which come
-- with its marks in one statement, still reach the journal.
ALTER TABLE batches ADD COLUMN lease_fence bigint NOT NULL DEFAULT 0;
-- +goose StatementBegin
CREATE FUNCTION batches_leave_alone() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RETURN NULL;
END
$$;
-- +goose StatementEnd
CREATE TRIGGER batches_earlier_version BEFORE UPDATE OF leased_by, marks ON batches FOR EACH ROW
    WHEN (NEW.leased_by IS NOT NULL AND NEW.lease_fence <> NEW.fence AND (NEW.fence <> OLD.fence OR NEW.marks <> '{}'))
    EXECUTE FUNCTION batches_leave_alone();

-- +goose Down
DROP TRIGGER batches_earlier_version ON batches;
DROP FUNCTION batches_leave_alone;
ALTER TABLE batches DROP COLUMN lease_fence;
ALTER TABLE deliveries DROP COLUMN resent;
