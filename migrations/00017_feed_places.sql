-- The order of articles in feeds, the offsets of placeholders in renderings, and the
-- addresses of editions on the web.

-- +goose Up

-- Times of the releases that made the article news in feeds, in ascending order: releases
-- by staff, by an import as news, or of an article that was news when it was first seen.
-- Without any, feeds order the article by its date. This is so for all articles released
-- before this migration.
ALTER TABLE articles ADD COLUMN news_at timestamptz[] NOT NULL DEFAULT '{}';

-- Times at which a released article got further labels, by label: {"program eep": time,
-- "region central-asia": time}. At that time the article is news in the feeds of the label.
ALTER TABLE articles ADD COLUMN gained jsonb NOT NULL DEFAULT '{}';

-- The edition's address on the web, 122 random bits. Emails from before this migration have
-- addresses with the id, which redirect to this address when the edition is public.
ALTER TABLE editions ADD COLUMN address text NOT NULL UNIQUE DEFAULT replace(gen_random_uuid()::text, '-', '');

-- Offsets, in bytes, at which the placeholders of html and text begin. Null in renderings
-- from before this migration, where mailer.Segments searches for placeholders instead.
ALTER TABLE renderings ADD COLUMN html_places bigint[], ADD COLUMN text_places bigint[];

-- +goose Down
ALTER TABLE editions DROP COLUMN address;
ALTER TABLE renderings DROP COLUMN html_places, DROP COLUMN text_places;
ALTER TABLE articles DROP COLUMN gained, DROP COLUMN news_at;
