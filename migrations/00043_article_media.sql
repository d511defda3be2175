-- What the text of an article embeds: videos, charts, documents.

-- +goose Up
ALTER TABLE articles ADD COLUMN media jsonb NOT NULL DEFAULT '[]';

-- +goose Down
ALTER TABLE articles DROP COLUMN media;
