-- Relays that refuse the publication's mail, recipient domains with many bounces of one
-- edition, and the source of a suppression.

-- +goose Up

-- Relays that refuse mail or cannot be connected to.
CREATE TABLE relays (
    address       text PRIMARY KEY,                        -- host:port
    refused       integer NOT NULL DEFAULT 0,              -- consecutive refusals of the publication's mail, over all senders
    refused_at    timestamptz,                             -- time of the last refusal
    refused_of    text NOT NULL DEFAULT '',                -- delivery of the last refusal, as "edition.subscriber"
    away_since    timestamptz,                             -- connections fail since this time
    away_reason   text NOT NULL DEFAULT '',
    away_seen_at  timestamptz                              -- time of the last failed connection
);

-- Bounces of an edition's readers at one recipient domain.
CREATE TABLE bounce_events (
    edition_id bigint NOT NULL,
    domain     text NOT NULL,
    bounced    integer NOT NULL,
    readers    integer,                                    -- the edition's readers at the domain; null: not counted yet
    held_at    timestamptz,                                -- since this time the bounces suppress no readers
    PRIMARY KEY (edition_id, domain)
);
-- Above 10 bounces their share of the readers decides; see bounceFloor in package mailer.
CREATE INDEX bounce_events_many ON bounce_events (edition_id) WHERE held_at IS NULL AND bounced > 10;

ALTER TABLE suppressions
    ADD COLUMN source text NOT NULL DEFAULT '',            -- "smtp", "staff" or "reader"; empty: unknown
    ADD COLUMN event  text NOT NULL DEFAULT '';            -- "edition:domain" of many bounces, which are lifted together
CREATE INDEX suppressions_event ON suppressions (event) WHERE event <> '';
UPDATE suppressions SET source = CASE reason WHEN 'hard_bounce' THEN 'smtp' WHEN 'staff' THEN 'staff' WHEN 'erased' THEN 'reader' ELSE '' END;

-- +goose Down
DROP INDEX suppressions_event;
ALTER TABLE suppressions DROP COLUMN event, DROP COLUMN source;
DROP TABLE bounce_events, relays;
