-- The in-flight marks of a batch, in its row: one write for all deliveries of a worker. And
-- the sender finds a suppressed reader by key.

-- +goose Up

-- {{reader, attempt}, ...}: deliveries that may be on the wire. A result of that attempt
-- ends the mark, whether or not the array still contains it.
ALTER TABLE batches
    ADD COLUMN marks     bigint[] NOT NULL DEFAULT '{}',
    ADD COLUMN marked_at timestamptz;                      -- time of the newest mark
ALTER TABLE batches SET (fillfactor = 50);                 -- makes marking a HOT update
UPDATE batches b SET marks = m.marks, marked_at = m.marked_at
FROM (
    SELECT batch_id, array_agg(ARRAY[subscriber_id, attempt]) AS marks, max(last_at) AS marked_at
    FROM deliveries WHERE state = 'sending' GROUP BY batch_id
) m
WHERE b.id = m.batch_id;
UPDATE deliveries SET state = 'queued', attempt = attempt - 1 WHERE state = 'sending';
ALTER TABLE deliveries
    DROP CONSTRAINT deliveries_state_check,
    ADD CONSTRAINT deliveries_state_check CHECK (state IN ('queued', 'sent', 'deferred', 'failed', 'bounced', 'skipped', 'uncertain'));

-- Batches of cancelled editions are no longer due.
UPDATE batches b SET due_at = NULL FROM editions e WHERE e.id = b.edition_id AND e.state = 'cancelled' AND b.leased_by IS NULL;

-- The deliveries that are in flight.
CREATE VIEW being_sent AS
SELECT d.edition_id, d.subscriber_id, d.batch_id, d.state
FROM batches b
CROSS JOIN generate_subscripts(b.marks, 1) AS i
JOIN deliveries d ON d.edition_id = b.edition_id AND d.subscriber_id = b.marks[i][1]
    AND d.attempt = b.marks[i][2] - 1 AND d.state IN ('queued', 'deferred');

-- The reader of the address at the time of the suppression. Planning compares addresses;
-- this column finds readers who were planned before the suppression.
ALTER TABLE suppressions ADD COLUMN subscriber_id bigint;
CREATE INDEX suppressions_subscriber ON suppressions (subscriber_id);
UPDATE suppressions x SET subscriber_id = s.id FROM subscribers s WHERE x.address_hash = sha256(convert_to(lower(s.email), 'UTF8'));

-- +goose Down
DROP VIEW being_sent;
ALTER TABLE suppressions DROP COLUMN subscriber_id;
ALTER TABLE deliveries
    DROP CONSTRAINT deliveries_state_check,
    ADD CONSTRAINT deliveries_state_check CHECK (state IN ('queued', 'sending', 'sent', 'deferred', 'failed', 'bounced', 'skipped', 'uncertain'));
UPDATE deliveries d SET state = 'sending', attempt = b.marks[i][2], first_at = COALESCE(d.first_at, b.marked_at), last_at = b.marked_at
FROM batches b, generate_subscripts(b.marks, 1) AS i
WHERE d.edition_id = b.edition_id AND d.subscriber_id = b.marks[i][1] AND d.attempt = b.marks[i][2] - 1 AND d.state IN ('queued', 'deferred');
ALTER TABLE batches RESET (fillfactor);
ALTER TABLE batches DROP COLUMN marked_at, DROP COLUMN marks;
