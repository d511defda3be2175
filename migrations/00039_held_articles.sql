-- Articles that gathering holds because the judge doubts that their pages are articles.

-- +goose Up
ALTER TABLE articles ADD COLUMN held_reason text NOT NULL DEFAULT ''; -- of an article that gathering holds for staff; empty: staff hold it, or it is not held

-- +goose Down
-- Without the column a held article would look like one that staff hold.
ALTER TABLE articles DROP COLUMN held_reason;
