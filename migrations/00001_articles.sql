-- Articles, their earlier versions and addresses, and their sources.

-- +goose Up

-- The number of the newest release. The row stays locked from taking a number until commit,
-- so that numbers become visible in their order and "everything after N" never misses a
-- release that commits late.
CREATE TABLE release_counter (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    last_no  bigint  NOT NULL
);
INSERT INTO release_counter (last_no) VALUES (0);

CREATE TABLE articles (
    id                bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    uid               uuid NOT NULL DEFAULT gen_random_uuid() UNIQUE, -- the entry's permanent id in feeds
    url               text NOT NULL UNIQUE,                           -- canonical address; of Corridor's page for an imported article without its own
    guid              text,                                           -- the article's id in a feed, if it has one
    source            text NOT NULL DEFAULT '',                       -- sources.name; empty: imported
    state             text NOT NULL CHECK (state IN ('held', 'released', 'withdrawn')),
    title             text NOT NULL CHECK (title <> ''),
    authors           text[] NOT NULL DEFAULT '{}',
    published         timestamptz,                                    -- null: no date known
    updated           timestamptz,
    programs          text[] NOT NULL DEFAULT '{}',                   -- slugs, sorted
    regions           text[] NOT NULL DEFAULT '{}',
    staff_labelled    boolean NOT NULL DEFAULT false,                 -- labels set by staff, which readings do not replace
    staff_state       boolean NOT NULL DEFAULT false,                 -- held or withdrawn by staff; gathering does not change the state
    summary           text NOT NULL DEFAULT '',
    image_url         text NOT NULL DEFAULT '',
    image_credit      text NOT NULL DEFAULT '',
    language          text NOT NULL DEFAULT '',
    words             integer NOT NULL DEFAULT 0,
    content_html      text NOT NULL DEFAULT '',                       -- sanitized, absolute addresses
    content_text      text NOT NULL DEFAULT '',
    content_hash      bytea NOT NULL,                                 -- of everything that readers see: distinguishes a changed article
    version           integer NOT NULL DEFAULT 1,
    newsworthy        boolean NOT NULL DEFAULT true,                  -- false: in feeds and archive, but in no digest
    release_no        bigint UNIQUE,                                  -- null: never released
    released_at       timestamptz,                                    -- first release
    numbered_at       timestamptz,                                    -- time of the newest release number
    changed_at        timestamptz NOT NULL,                           -- last change of anything that feeds show
    withdrawn_at      timestamptz,
    first_seen_at     timestamptz NOT NULL,
    checked_at        timestamptz NOT NULL,                           -- last reading, whether the article had changed or not
    missing_since     timestamptz,                                    -- first of consecutive 404s
    listed            boolean NOT NULL DEFAULT true,                  -- the source listed it at the last gathering
    etag              text NOT NULL DEFAULT '',                       -- validators of the page
    last_modified     text NOT NULL DEFAULT '',
    past_labels       text[] NOT NULL DEFAULT '{}'                    -- former labels and authors: "program eep", "region x", "author Name"
);
CREATE INDEX articles_guid ON articles (source, guid) WHERE guid IS NOT NULL;
CREATE INDEX articles_newest ON articles ((COALESCE(published, released_at, first_seen_at)) DESC, id DESC);

-- A feed also changes when an article leaves it, so former feeds are recorded.
-- +goose StatementBegin
CREATE FUNCTION articles_remember_labels() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.past_labels := ARRAY(
        SELECT DISTINCT label FROM unnest(
            OLD.past_labels
            || ARRAY(SELECT 'program ' || p FROM unnest(OLD.programs) AS p)
            || ARRAY(SELECT 'region ' || r FROM unnest(OLD.regions) AS r)
            || ARRAY(SELECT 'author ' || a FROM unnest(OLD.authors) AS a)) AS label
        ORDER BY label);
    RETURN NEW;
END
$$;
-- +goose StatementEnd
CREATE TRIGGER articles_labels BEFORE UPDATE OF programs, regions, authors ON articles FOR EACH ROW
    WHEN (OLD.programs IS DISTINCT FROM NEW.programs OR OLD.regions IS DISTINCT FROM NEW.regions OR OLD.authors IS DISTINCT FROM NEW.authors)
    EXECUTE FUNCTION articles_remember_labels();

-- Complete earlier versions.
CREATE TABLE article_versions (
    article_id bigint NOT NULL REFERENCES articles ON DELETE CASCADE,
    version    integer NOT NULL,
    seen_at    timestamptz NOT NULL,
    article    jsonb NOT NULL,
    PRIMARY KEY (article_id, version)
);

-- Former addresses of articles, so that a moved article is not taken for a new one.
CREATE TABLE article_addresses (
    url        text PRIMARY KEY,
    article_id bigint NOT NULL REFERENCES articles ON DELETE CASCADE
);

CREATE TABLE sources (
    name          text PRIMARY KEY,
    first_done_at timestamptz,              -- end of the first complete gathering
    last_done_at  timestamptz,
    last_tried_at timestamptz,
    failing_since timestamptz,
    last_error    text NOT NULL DEFAULT '',
    alerted_at    timestamptz,              -- time of the alert about the present failure
    etag          text NOT NULL DEFAULT '', -- validators of the source's document
    last_modified text NOT NULL DEFAULT ''
);

-- Pages without a readable article, with the reason.
CREATE TABLE skipped_pages (
    source  text NOT NULL,
    url     text NOT NULL,
    reason  text NOT NULL,
    seen_at timestamptz NOT NULL,
    PRIMARY KEY (source, url)
);

-- +goose Down
DROP TABLE skipped_pages, sources, article_addresses, article_versions, articles, release_counter;
DROP FUNCTION articles_remember_labels;
