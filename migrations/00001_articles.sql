-- Articles, their earlier versions and addresses, and the sources they come from.

-- +goose Up

-- The number of the newest release. The row's lock is held from taking a number
-- until commit, so that numbers become visible in their own order and "everything
-- after N" never misses a release that commits late.
CREATE TABLE release_counter (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    last_no  bigint  NOT NULL
);
INSERT INTO release_counter (last_no) VALUES (0);

CREATE TABLE articles (
    id                bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    uid               uuid NOT NULL DEFAULT gen_random_uuid() UNIQUE, -- the entry's id in feeds, for good
    url               text NOT NULL UNIQUE,                           -- canonical address; of our own page when it has none
    guid              text,                                           -- a feed's id for it, when it has one
    source            text NOT NULL DEFAULT '',                       -- sources.name; empty: imported
    state             text NOT NULL CHECK (state IN ('held', 'released', 'withdrawn')),
    title             text NOT NULL CHECK (title <> ''),
    authors           text[] NOT NULL DEFAULT '{}',
    published         timestamptz,                                    -- null: the page says no date
    updated           timestamptz,
    programs          text[] NOT NULL DEFAULT '{}',                   -- slugs, sorted
    regions           text[] NOT NULL DEFAULT '{}',
    staff_labelled    boolean NOT NULL DEFAULT false,                 -- staff's labels win for good
    staff_state       boolean NOT NULL DEFAULT false,                 -- held or withdrawn by staff: gathering does not change it
    summary           text NOT NULL DEFAULT '',
    image_url         text NOT NULL DEFAULT '',
    image_credit      text NOT NULL DEFAULT '',
    language          text NOT NULL DEFAULT '',
    words             integer NOT NULL DEFAULT 0,
    content_html      text NOT NULL DEFAULT '',                       -- sanitised, addresses absolute
    content_text      text NOT NULL DEFAULT '',
    content_hash      bytea NOT NULL,                                 -- of everything a reader sees: tells changed from unchanged
    version           integer NOT NULL DEFAULT 1,
    newsworthy        boolean NOT NULL DEFAULT true,                  -- false: joins feeds and archive, but no digest
    release_no        bigint UNIQUE,                                  -- null: never released
    released_at       timestamptz,                                    -- first release
    numbered_at       timestamptz,                                    -- when it got its release number: the newest release
    changed_at        timestamptz NOT NULL,                           -- last change of anything a feed shows
    withdrawn_at      timestamptz,
    first_seen_at     timestamptz NOT NULL,
    checked_at        timestamptz NOT NULL,                           -- last read, changed or not
    missing_since     timestamptz,                                    -- first 404 of a row of them
    listed            boolean NOT NULL DEFAULT true,                  -- its source named it at the last gather
    etag              text NOT NULL DEFAULT '',                       -- validators of its page
    last_modified     text NOT NULL DEFAULT '',
    past_labels       text[] NOT NULL DEFAULT '{}'                    -- labels and authors it had before: "program eep", "region x", "author Name"
);
CREATE INDEX articles_guid ON articles (source, guid) WHERE guid IS NOT NULL;
CREATE INDEX articles_newest ON articles ((COALESCE(published, released_at, first_seen_at)) DESC, id DESC);

-- A feed changes when an article leaves it too: so its former feeds are remembered.
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

-- Versions before the present one, whole.
CREATE TABLE article_versions (
    article_id bigint NOT NULL REFERENCES articles ON DELETE CASCADE,
    version    integer NOT NULL,
    seen_at    timestamptz NOT NULL,
    article    jsonb NOT NULL,
    PRIMARY KEY (article_id, version)
);

-- Addresses an article had before, so that a moved piece is not taken for a new one.
CREATE TABLE article_addresses (
    url        text PRIMARY KEY,
    article_id bigint NOT NULL REFERENCES articles ON DELETE CASCADE
);

CREATE TABLE sources (
    name          text PRIMARY KEY,
    first_done_at timestamptz,              -- end of the first complete gather
    last_done_at  timestamptz,
    last_tried_at timestamptz,
    failing_since timestamptz,
    last_error    text NOT NULL DEFAULT '',
    alerted_at    timestamptz,              -- when publication.alerts was told of the present failure
    etag          text NOT NULL DEFAULT '', -- validators of the source's own document
    last_modified text NOT NULL DEFAULT ''
);

-- Pages that no article could be read from, with the reason.
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
