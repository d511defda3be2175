-- A journal of results, which are applied to their deliveries one batch at a time. Senders
-- read the recipients of a batch at its lease, and later changes in the table changes.

-- +goose Up

-- Results of attempts that are not yet applied to deliveries. After a crash the next lease
-- of the batch applies them.
CREATE TABLE journal (
    batch_id bigint NOT NULL,
    fence    bigint NOT NULL,                              -- of the attempt's lease
    n        bigint NOT NULL,                              -- number of the entry within the lease
    results  text NOT NULL                                 -- JSON: [[subscriber, attempt, state, due, code, enhanced code, reply, relay, bytes, at, rendering], ...], times in ms, 0: no time
);
CREATE INDEX journal_batch ON journal (batch_id, fence, n);

-- The deliveries that are in flight, or have their result in the journal.
CREATE OR REPLACE VIEW being_sent AS
SELECT d.edition_id, d.subscriber_id, d.batch_id, d.state
FROM (
    SELECT b.edition_id, b.marks[i][1] AS subscriber_id, b.marks[i][2] AS attempt
    FROM batches b CROSS JOIN generate_subscripts(b.marks, 1) AS i
    UNION
    SELECT b.edition_id, (e->>0)::bigint, (e->>1)::bigint
    FROM journal j JOIN batches b ON b.id = j.batch_id CROSS JOIN json_array_elements(j.results::json) AS e
) m
JOIN deliveries d ON d.edition_id = m.edition_id AND d.subscriber_id = m.subscriber_id
    AND d.attempt = m.attempt - 1 AND d.state IN ('queued', 'deferred');

-- Changes to data that a sender may have read with a batch. Before each email the sender
-- looks for changes after its snapshot. Rows older than any lease are deleted.
CREATE TABLE changes (
    of  text NOT NULL CHECK (of IN ('subscriber', 'variant', 'edition')),
    id  bigint NOT NULL,
    xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
    at  timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX changes_xid ON changes (xid);

-- +goose StatementBegin
CREATE FUNCTION subscribers_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO changes (of, id) SELECT 'subscriber', id FROM changed;
    RETURN NULL;
END
$$;
-- +goose StatementEnd
CREATE TRIGGER subscribers_updated AFTER UPDATE ON subscribers
    REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION subscribers_changed();
CREATE TRIGGER subscribers_deleted AFTER DELETE ON subscribers
    REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION subscribers_changed();

-- +goose StatementBegin
CREATE FUNCTION subscribers_suppressed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO changes (of, id) SELECT 'subscriber', subscriber_id FROM changed WHERE subscriber_id IS NOT NULL;
    RETURN NULL;
END
$$;
-- +goose StatementEnd
CREATE TRIGGER suppressions_inserted AFTER INSERT ON suppressions
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION subscribers_suppressed();
CREATE TRIGGER suppressions_updated AFTER UPDATE ON suppressions
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION subscribers_suppressed();

-- +goose StatementBegin
CREATE FUNCTION note_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO changes (of, id) VALUES (TG_ARGV[0], NEW.id);
    RETURN NULL;
END
$$;
-- +goose StatementEnd
CREATE TRIGGER variants_rendered AFTER UPDATE OF rendering_id ON variants FOR EACH ROW
    WHEN (OLD.rendering_id IS NOT NULL AND NEW.rendering_id IS DISTINCT FROM OLD.rendering_id) EXECUTE FUNCTION note_change('variant');
CREATE TRIGGER editions_stopped AFTER UPDATE OF state ON editions FOR EACH ROW
    WHEN (OLD.state = 'sending' AND NEW.state <> 'sending') EXECUTE FUNCTION note_change('edition');

-- Readers suppressed since an edition was planned.
CREATE INDEX suppressions_created ON suppressions (created_at) WHERE subscriber_id IS NOT NULL;

-- An attempt makes its delivery's row longer: a reply of the usual length fits into the
-- free part of the page.
ALTER TABLE deliveries SET (fillfactor = 33);

-- +goose Down
ALTER TABLE deliveries SET (fillfactor = 50);
DROP INDEX suppressions_created;
DROP TRIGGER editions_stopped ON editions;
DROP TRIGGER variants_rendered ON variants;
DROP TRIGGER suppressions_updated ON suppressions;
DROP TRIGGER suppressions_inserted ON suppressions;
DROP TRIGGER subscribers_deleted ON subscribers;
DROP TRIGGER subscribers_updated ON subscribers;
DROP FUNCTION note_change, subscribers_suppressed, subscribers_changed;
DROP TABLE changes;
UPDATE deliveries d SET
    state = e->>2, attempt = (e->>1)::bigint, due_at = to_timestamp(NULLIF((e->>3)::bigint, 0) / 1000.0::float8),
    code = NULLIF((e->>4)::bigint, 0), enhanced = NULLIF(e->>5, ''), reply = NULLIF(e->>6, ''), relay = NULLIF(e->>7, ''), bytes = d.bytes + (e->>8)::bigint,
    first_at = COALESCE(d.first_at, to_timestamp(NULLIF((e->>9)::bigint, 0) / 1000.0::float8)), last_at = COALESCE(to_timestamp(NULLIF((e->>9)::bigint, 0) / 1000.0::float8), d.last_at),
    rendering_id = COALESCE(NULLIF((e->>10)::bigint, 0), d.rendering_id), reason = NULL
FROM journal j JOIN batches b ON b.id = j.batch_id
CROSS JOIN json_array_elements(j.results::json) e
WHERE d.edition_id = b.edition_id AND d.subscriber_id = (e->>0)::bigint AND d.attempt = (e->>1)::bigint - 1 AND d.state IN ('queued', 'deferred');
CREATE OR REPLACE VIEW being_sent AS
SELECT d.edition_id, d.subscriber_id, d.batch_id, d.state
FROM batches b
CROSS JOIN generate_subscripts(b.marks, 1) AS i
JOIN deliveries d ON d.edition_id = b.edition_id AND d.subscriber_id = b.marks[i][1]
    AND d.attempt = b.marks[i][2] - 1 AND d.state IN ('queued', 'deferred');
DROP TABLE journal;
