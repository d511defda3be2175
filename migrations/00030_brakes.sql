-- The brake: sending through a relay that refuses the publication's mail stops, and editions
-- that no relay takes are held until a probe is accepted.

-- +goose Up

-- The order is the order in which senders lock these tables.
LOCK TABLE editions, batches IN ACCESS EXCLUSIVE MODE;

ALTER TABLE relays
    ADD COLUMN answers       text[] NOT NULL DEFAULT '{}',   -- the last answers, over all senders, oldest first: the refused delivery as "edition.subscriber", "-" for a refusal that depends on no recipient, or empty for another answer
    ADD COLUMN accepted_at   timestamptz,                    -- about the time of the last accepted email
    ADD COLUMN braked_at     timestamptz,                    -- no sender uses the relay since this time; null: the brake is open
    ADD COLUMN braked_stage  text NOT NULL DEFAULT '',       -- of the refusal that closed the brake
    ADD COLUMN braked_reason text NOT NULL DEFAULT '',       -- the server's words
    ADD COLUMN probe_at      timestamptz,                    -- time of the next probe
    ADD COLUMN probes        integer NOT NULL DEFAULT 0,     -- probes since the brake closed
    ADD COLUMN opened_at     timestamptz;                    -- the last time that the brake opened

ALTER TABLE editions
    ADD COLUMN braked     boolean NOT NULL DEFAULT false,    -- held by the brake, and goes on when it opens
    ADD COLUMN stopped_at timestamptz;                       -- held or paused since

UPDATE editions SET stopped_at = now() WHERE state IN ('held', 'paused');

ALTER TABLE batches ADD COLUMN probing boolean NOT NULL DEFAULT false; -- the lease is for a probe, also while the brake holds the edition

-- A probe leases a batch of an edition that the brake holds, and stops when staff cancel it.
DROP TRIGGER editions_stopped ON editions;
CREATE TRIGGER editions_stopped AFTER UPDATE OF state ON editions FOR EACH ROW
    WHEN ((OLD.state = 'sending' OR OLD.braked) AND NEW.state <> 'sending') EXECUTE FUNCTION note_change('edition');

-- +goose Down
DROP TRIGGER editions_stopped ON editions;
CREATE TRIGGER editions_stopped AFTER UPDATE OF state ON editions FOR EACH ROW
    WHEN (OLD.state = 'sending' AND NEW.state <> 'sending') EXECUTE FUNCTION note_change('edition');
ALTER TABLE batches DROP COLUMN probing;
UPDATE editions SET state = 'sending', reason = '' WHERE state = 'held' AND braked;
ALTER TABLE editions DROP COLUMN stopped_at, DROP COLUMN braked;
ALTER TABLE relays DROP COLUMN opened_at, DROP COLUMN probes, DROP COLUMN probe_at, DROP COLUMN braked_reason,
    DROP COLUMN braked_stage, DROP COLUMN braked_at, DROP COLUMN accepted_at, DROP COLUMN answers;
