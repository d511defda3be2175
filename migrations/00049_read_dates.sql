-- An article whose page names another date since it was stored is known by that date as well.

-- +goose Up
-- The date of publication that the last reading gave. Null: no reading since the first.
ALTER TABLE articles ADD COLUMN read_published timestamptz;

-- +goose Down
ALTER TABLE articles DROP COLUMN read_published;
