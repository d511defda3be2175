-- Places: of placeholders in renderings.

-- +goose Up

-- The offsets, in bytes, at which the placeholders of html and text begin. Null in
-- renderings from before this migration, whose text cannot have been taken for one
-- except as mailer.Segments says.
ALTER TABLE renderings ADD COLUMN html_places bigint[], ADD COLUMN text_places bigint[];

-- +goose Down
ALTER TABLE renderings DROP COLUMN html_places, DROP COLUMN text_places;
