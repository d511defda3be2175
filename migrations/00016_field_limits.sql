-- Fields of stored articles are cut to the limits of package articles. The columns that
-- record an edit do not change: updated, changed_at, version, content_hash.

-- +goose Up

-- +goose StatementBegin
CREATE FUNCTION pg_temp.cut_at_word(t text, most integer) RETURNS text LANGUAGE sql AS $$
    SELECT CASE WHEN char_length(t) <= most THEN t
        ELSE regexp_replace(left(regexp_replace(left(t, most), format('\s\S{0,%s}$', most / 3), ''), most - 1), '[\s,;:–—-]+$', '') || '…' END
$$;
-- +goose StatementEnd

UPDATE articles SET title = pg_temp.cut_at_word(title, 300) WHERE char_length(title) > 300;
UPDATE articles SET summary = pg_temp.cut_at_word(summary, 600) WHERE char_length(summary) > 600;
UPDATE articles SET image_credit = pg_temp.cut_at_word(image_credit, 300) WHERE char_length(image_credit) > 300;
UPDATE articles SET image_url = '' WHERE octet_length(image_url) > 2000;
UPDATE articles SET language = '' WHERE octet_length(language) > 35;
UPDATE articles SET etag = '' WHERE octet_length(etag) > 500;
UPDATE articles SET last_modified = '' WHERE octet_length(last_modified) > 500;

UPDATE articles SET authors = ARRAY(
    SELECT pg_temp.cut_at_word(name, 150) FROM unnest(authors) WITH ORDINALITY AS a (name, place) WHERE place <= 20 ORDER BY place)
WHERE cardinality(authors) > 20 OR EXISTS (SELECT FROM unnest(authors) AS name WHERE char_length(name) > 150);

-- The trigger articles_labels has just added the long names to past_labels.
UPDATE articles SET past_labels = ARRAY(SELECT label FROM unnest(past_labels) AS label WHERE char_length(label) <= 200 ORDER BY label)
WHERE EXISTS (SELECT FROM unnest(past_labels) AS label WHERE char_length(label) > 200);

DROP FUNCTION pg_temp.cut_at_word;

-- +goose Down
SELECT 1; -- the texts that were cut off cannot be restored
