-- A delivery of unknown fate is sent again by itself once at most.

-- +goose Up

-- Whether the delivery was sent again after an attempt of unknown fate.
ALTER TABLE deliveries ADD COLUMN resent boolean NOT NULL DEFAULT false;

-- The earlier version resent without a limit and did not record it, so what it has tried
-- counts as resent.
UPDATE deliveries d SET resent = true
FROM batches b
WHERE b.id = d.batch_id AND b.due_at IS NOT NULL
    AND d.state IN ('queued', 'deferred') AND d.attempt > 0 AND d.rendering_id IS NOT NULL;

-- +goose Down
ALTER TABLE deliveries DROP COLUMN resent;
