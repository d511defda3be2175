-- Editions: digests and specials, their variants, and the positions of readers.

-- +goose Up

CREATE TABLE editions (
    id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind          text NOT NULL CHECK (kind IN ('digest', 'special')),
    frequency     text CHECK (frequency IN ('instant', 'daily', 'weekly', 'monthly')),
    period        timestamp,                               -- a digest's cron tick, as the wall clock shows it in every zone
    subject       text NOT NULL DEFAULT '',
    intro         text NOT NULL DEFAULT '',                -- a special's introduction
    article_ids   bigint[] NOT NULL DEFAULT '{}',          -- a special's articles, in staff's order
    audience      jsonb NOT NULL DEFAULT '{}',             -- a special's audience
    state         text NOT NULL CHECK (state IN ('draft', 'approved', 'sending', 'paused', 'held', 'cancelled', 'finished')),
    reason        text NOT NULL DEFAULT '',                -- of being held or cancelled
    approved_hash bytea,                                   -- hash of content and audience, whose change voids the approval
    approved_by   text NOT NULL DEFAULT '',
    created_at    timestamptz NOT NULL,
    started_at    timestamptz,                             -- time of planning the first delivery
    finished_at   timestamptz,
    alerted_at    timestamptz,                             -- time of the last alert about being held or uncertain deliveries; also set at a good end
    kept_counts   jsonb,                                   -- deliveries by state, after sending.keep has passed and the rows are deleted
    CHECK (kind <> 'digest' OR (frequency IS NOT NULL AND period IS NOT NULL))
);
CREATE UNIQUE INDEX editions_digest ON editions (frequency, period) WHERE kind = 'digest';

-- A list of articles of an edition in a language, shared by all its readers.
CREATE TABLE variants (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    edition_id   bigint NOT NULL REFERENCES editions ON DELETE CASCADE,
    language     text NOT NULL DEFAULT '',
    article_ids  bigint[] NOT NULL,                        -- all matching articles, newest first; a special's in staff's order
    shown        integer NOT NULL,                         -- number of articles in the email; the others are counted and linked
    after_no     bigint NOT NULL DEFAULT 0,                -- range of release numbers for the choice: after_no < n;
    upto_no      bigint NOT NULL DEFAULT 0,                -- the lowest new position of its readers; 0: a special
    rendering_id bigint,                                   -- the newest; null: not rendered yet
    checked_at   timestamptz                               -- articles changed after this time may require a new rendering
);
-- A list can exceed the limit of an index entry, so two 64-bit hashes represent it.
CREATE UNIQUE INDEX variants_list ON variants
    (edition_id, language, hash_array_extended(article_ids, 0), hash_array_extended(article_ids, 1));
CREATE INDEX variants_unrendered ON variants (id) WHERE rendering_id IS NULL;

CREATE TABLE variant_articles (
    article_id bigint NOT NULL REFERENCES articles,
    variant_id bigint NOT NULL REFERENCES variants ON DELETE CASCADE,
    PRIMARY KEY (article_id, variant_id)
);

-- A variant as bytes, the same for the email, the web page and the archive.
CREATE TABLE renderings (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    variant_id bigint NOT NULL REFERENCES variants ON DELETE CASCADE,
    subject    text NOT NULL,
    html       text NOT NULL,                              -- with placeholders
    text       text NOT NULL,
    rest       text NOT NULL DEFAULT '',                   -- HTML of the articles that only the web page lists
    article_ids bigint[] NOT NULL DEFAULT '{}',            -- the variant's articles that were released at the time of rendering
    created_at timestamptz NOT NULL
);

-- The positions of readers. They are apart from subscribers so that planning updates many
-- narrow rows in place. A reader without a row has not been considered for any digest.
CREATE TABLE reader_positions (
    subscriber_id        bigint PRIMARY KEY,
    seen_release_no      bigint NOT NULL,                  -- never decreases
    considered_frequency text NOT NULL,
    considered_period    timestamp NOT NULL
) WITH (fillfactor = 50);

-- The planned waves: the readers of a digest in one time zone. A period without news for
-- any reader has no edition.
CREATE TABLE waves (
    frequency  text NOT NULL,
    period     timestamp NOT NULL,
    time_zone  text NOT NULL,
    planned_at timestamptz NOT NULL,
    PRIMARY KEY (frequency, period, time_zone)
);

-- Periods of instant readers, which begin some minutes after a release. At most one is open
-- (upto_no is null). The newest contains the number up to which readers were considered.
CREATE TABLE instant_periods (
    period    timestamp PRIMARY KEY,                       -- its begin on the publication's clock; always increasing
    opened_no bigint NOT NULL,                             -- newest release at its begin
    due_at    timestamptz NOT NULL,
    upto_no   bigint                                       -- newest release at its last planning; null: open
);

-- Deliveries that ended without reaching their reader (failed, or skipped because the
-- reader paused or the edition was cancelled). The reader's next digest considers the
-- articles of the variant again.
CREATE TABLE missed_deliveries (
    subscriber_id bigint NOT NULL,
    variant_id    bigint NOT NULL,
    PRIMARY KEY (subscriber_id, variant_id)
);

-- +goose Down
DROP TABLE missed_deliveries, instant_periods, waves, reader_positions, renderings, variant_articles, variants, editions;
