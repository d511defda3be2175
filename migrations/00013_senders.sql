-- A delivery with an unknown result is resent automatically at most once. Senders of an
-- earlier version stop sending.

-- +goose Up

-- The order is the order in which senders lock these tables.
LOCK TABLE batches, deliveries IN ACCESS EXCLUSIVE MODE;

-- True: the delivery was resent after an attempt with an unknown result.
ALTER TABLE deliveries ADD COLUMN resent boolean NOT NULL DEFAULT false;

-- The earlier version resent deliveries without a limit and did not record it. So every open
-- delivery with an attempt counts as resent.
UPDATE deliveries d SET resent = true
FROM batches b
WHERE b.id = d.batch_id AND b.due_at IS NOT NULL
    AND d.state IN ('queued', 'deferred') AND d.attempt > 0 AND d.rendering_id IS NOT NULL;

-- The fence of the present lease, set by senders that know this column. The trigger ignores
-- an update by which a sender of an earlier version leases a batch or puts deliveries in
-- flight, so such a sender only returns its batches. The results of its deliveries still
-- reach the journal, because they are written by the same statement as the update.
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
