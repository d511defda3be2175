-- Editions: digests and specials, their variants, and how far each reader has come.

-- +goose Up

CREATE TABLE editions (
    id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind          text NOT NULL CHECK (kind IN ('digest', 'special')),
    frequency     text CHECK (frequency IN ('instant', 'daily', 'weekly', 'monthly')),
    period        timestamp,                               -- a digest's cron tick, as the wall clock shows it in every zone
    subject       text NOT NULL DEFAULT '',
    intro         text NOT NULL DEFAULT '',                -- a special's own words
    article_ids   bigint[] NOT NULL DEFAULT '{}',          -- a special's articles, in staff's order
    audience      jsonb NOT NULL DEFAULT '{}',             -- a special's audience
    state         text NOT NULL CHECK (state IN ('draft', 'approved', 'sending', 'paused', 'held', 'cancelled', 'finished')),
    reason        text NOT NULL DEFAULT '',                -- why it is held or was cancelled
    approved_hash bytea,                                   -- of content and audience: approval lapses when either changes
    approved_by   text NOT NULL DEFAULT '',
    created_at    timestamptz NOT NULL,
    started_at    timestamptz,                             -- first delivery planned
    finished_at   timestamptz,
    alerted_at    timestamptz,                             -- when publication.alerts was told that it is held or has uncertain deliveries, or it was found well at its end
    kept_counts   jsonb,                                   -- deliveries by state, once sending.keep has passed and they are gone
    CHECK (kind <> 'digest' OR (frequency IS NOT NULL AND period IS NOT NULL))
);
CREATE UNIQUE INDEX editions_digest ON editions (frequency, period) WHERE kind = 'digest';

-- One list of articles of one edition in one language; everybody with that list shares it.
CREATE TABLE variants (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    edition_id   bigint NOT NULL REFERENCES editions ON DELETE CASCADE,
    language     text NOT NULL DEFAULT '',
    article_ids  bigint[] NOT NULL,                        -- all that match, newest first; a special's in staff's order
    shown        integer NOT NULL,                         -- how many of them the mail shows; the rest is counted and linked
    after_no     bigint NOT NULL DEFAULT 0,                -- release numbers it was chosen from: after_no < n;
    upto_no      bigint NOT NULL DEFAULT 0,                -- the lowest that any of its readers was moved to; 0: a special
    rendering_id bigint,                                   -- the newest; null: not rendered yet
    checked_at   timestamptz                               -- articles changed since then may make a new rendering
);
-- A list may be longer than an index entry can be: two hashes of 64 bits stand for it.
CREATE UNIQUE INDEX variants_list ON variants
    (edition_id, language, hash_array_extended(article_ids, 0), hash_array_extended(article_ids, 1));
CREATE INDEX variants_unrendered ON variants (id) WHERE rendering_id IS NULL;

CREATE TABLE variant_articles (
    article_id bigint NOT NULL REFERENCES articles,
    variant_id bigint NOT NULL REFERENCES variants ON DELETE CASCADE,
    PRIMARY KEY (article_id, variant_id)
);

-- A variant as bytes: what the mail, the web page and the archive show alike.
CREATE TABLE renderings (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    variant_id bigint NOT NULL REFERENCES variants ON DELETE CASCADE,
    subject    text NOT NULL,
    html       text NOT NULL,                              -- with marks where readers differ
    text       text NOT NULL,
    rest       text NOT NULL DEFAULT '',                   -- what the mail only counts, as HTML for the web page
    article_ids bigint[] NOT NULL DEFAULT '{}',            -- those of the variant's that were released when it was made
    created_at timestamptz NOT NULL
);

-- How far a reader has come. Apart from subscribers so that planning moves many narrow
-- rows in place; a reader without a row has not been considered for any digest yet.
CREATE TABLE reader_positions (
    subscriber_id        bigint PRIMARY KEY,
    seen_release_no      bigint NOT NULL,                  -- never falls
    considered_frequency text NOT NULL,
    considered_period    timestamp NOT NULL
) WITH (fillfactor = 50);

-- One row a wave that is planned: a digest edition's readers of one time zone. The
-- period may have no edition when nobody had anything new.
CREATE TABLE waves (
    frequency  text NOT NULL,
    period     timestamp NOT NULL,
    time_zone  text NOT NULL,
    planned_at timestamptz NOT NULL,
    PRIMARY KEY (frequency, period, time_zone)
);

-- Periods of instant readers: each begins some minutes after a release. At most one is
-- open (upto_no is null); the newest says up to which number they were considered.
CREATE TABLE instant_periods (
    period    timestamp PRIMARY KEY,                       -- when it begins, on the publication's clock; always rising
    opened_no bigint NOT NULL,                             -- newest release when it was opened
    due_at    timestamptz NOT NULL,
    upto_no   bigint                                       -- newest release when it was last planned; null: open
);

-- Deliveries that ended without reaching their reader (failed, or skipped because the
-- reader paused or the edition was cancelled). The reader's next digest takes up the
-- articles of that variant which still are for them.
CREATE TABLE missed_deliveries (
    subscriber_id bigint NOT NULL,
    variant_id    bigint NOT NULL,
    PRIMARY KEY (subscriber_id, variant_id)
);

-- +goose Down
DROP TABLE missed_deliveries, instant_periods, waves, reader_positions, renderings, variant_articles, variants, editions;
