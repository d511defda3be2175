-- Bounces of too many readers at a domain hold an edition for that domain only.

-- +goose Up
LOCK TABLE editions IN ACCESS EXCLUSIVE MODE;

ALTER TABLE bounce_events
    ADD COLUMN decided_at timestamptz,                     -- staff decided about the bounces; until then the domain waits
    ADD COLUMN believed   boolean NOT NULL DEFAULT false;  -- staff decided that the bounces are true, also later ones

-- Until now the whole edition was held, and staff decided by resuming it.
UPDATE bounce_events SET decided_at = held_at;

DROP INDEX bounce_events_many;
CREATE INDEX bounce_events_many ON bounce_events (bounced) WHERE held_at IS NULL;
CREATE INDEX bounce_events_undecided ON bounce_events (edition_id) WHERE held_at IS NOT NULL AND decided_at IS NULL;

ALTER TABLE editions ADD COLUMN domain_held boolean NOT NULL DEFAULT false; -- some domains wait for a decision about their bounces

-- +goose Down
UPDATE editions SET state = 'held' WHERE state = 'sending' AND domain_held;
ALTER TABLE editions DROP COLUMN domain_held;
DROP INDEX bounce_events_undecided, bounce_events_many;
CREATE INDEX bounce_events_many ON bounce_events (edition_id) WHERE held_at IS NULL AND bounced > 10;
ALTER TABLE bounce_events DROP COLUMN believed, DROP COLUMN decided_at;
