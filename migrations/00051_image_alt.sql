-- The alternative text of an article's image.

-- +goose Up
ALTER TABLE articles ADD COLUMN image_alt text NOT NULL DEFAULT '';

-- +goose Down
ALTER TABLE articles DROP COLUMN image_alt;
