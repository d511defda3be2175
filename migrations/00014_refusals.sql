-- Mail servers that refuse us, receiving domains that refuse an edition's readers, and
-- where a suppression comes from.

-- +goose Up

-- Mail servers in trouble.
CREATE TABLE relays (
    address       text PRIMARY KEY,                        -- host:port
    refused       integer NOT NULL DEFAULT 0,              -- refusals of us in a row, over all senders
    refused_at    timestamptz,                             -- the last of them
    refused_of    text NOT NULL DEFAULT '',                -- the delivery that it was of, as "edition.subscriber"
    away_since    timestamptz,                             -- no connection can be had since then
    away_reason   text NOT NULL DEFAULT '',
    away_seen_at  timestamptz                              -- when a sender last saw that
);

-- Bounces of an edition's readers at one receiving domain.
CREATE TABLE bounce_events (
    edition_id bigint NOT NULL,
    domain     text NOT NULL,
    bounced    integer NOT NULL,
    readers    integer,                                    -- the edition's readers there; null: not counted yet
    held_at    timestamptz,                                -- these bounces suppress no reader
    PRIMARY KEY (edition_id, domain)
);
-- More than that many are judged by their share; see bounceFloor in mailer.
CREATE INDEX bounce_events_many ON bounce_events (edition_id) WHERE held_at IS NULL AND bounced > 10;

ALTER TABLE suppressions
    ADD COLUMN source text NOT NULL DEFAULT '',            -- what found it out, such as "smtp" or "staff"
    ADD COLUMN event  text NOT NULL DEFAULT '';            -- bounces of one event are lifted together: "edition:domain"
CREATE INDEX suppressions_event ON suppressions (event) WHERE event <> '';
UPDATE suppressions SET source = CASE reason WHEN 'hard_bounce' THEN 'smtp' WHEN 'staff' THEN 'staff' WHEN 'erased' THEN 'reader' ELSE '' END;

-- +goose Down
DROP INDEX suppressions_event;
ALTER TABLE suppressions DROP COLUMN event, DROP COLUMN source;
DROP TABLE bounce_events, relays;
