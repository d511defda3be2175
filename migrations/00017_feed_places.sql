-- Places: of articles in feeds, of placeholders in renderings, and of editions on the
-- web.

-- +goose Up

-- The releases that made the article news in feeds, rising: by staff, by an import as
-- news, or because it was news when it was first seen. Without any, feeds go by the
-- article's own date, as they do for all that was released before this migration.
ALTER TABLE articles ADD COLUMN news_at timestamptz[] NOT NULL DEFAULT '{}';

-- When a released article got further labels, by label: {"program eep": time, "region
-- central-asia": time}. It is news then in the feeds that show it by these.
ALTER TABLE articles ADD COLUMN gained jsonb NOT NULL DEFAULT '{}';

-- The edition's address on the web, 122 random bits. Mails from before this migration
-- have addresses with the id, which lead to it when the edition is public.
ALTER TABLE editions ADD COLUMN address text NOT NULL UNIQUE DEFAULT replace(gen_random_uuid()::text, '-', '');

-- The offsets, in bytes, at which the placeholders of html and text begin. Null in
-- renderings from before this migration, whose text cannot have been taken for one
-- except as mailer.Segments says.
ALTER TABLE renderings ADD COLUMN html_places bigint[], ADD COLUMN text_places bigint[];

-- +goose Down
ALTER TABLE editions DROP COLUMN address;
ALTER TABLE renderings DROP COLUMN html_places, DROP COLUMN text_places;
ALTER TABLE articles DROP COLUMN gained, DROP COLUMN news_at;
