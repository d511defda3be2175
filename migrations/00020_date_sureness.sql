-- How reliable an article's date of publication is, so that a more reliable source may
-- correct it.

-- +goose Up

-- 0: not recorded, 1: text, 2: labelled text or the address, 3: a feed, 4: machine-readable data.
ALTER TABLE articles ADD COLUMN published_sureness smallint NOT NULL DEFAULT 0 CHECK (published_sureness BETWEEN 0 AND 4);

-- +goose Down
ALTER TABLE articles DROP COLUMN published_sureness;
