-- Articles with the text of their feed, because their pages refuse Corridor.

-- +goose Up
ALTER TABLE articles ADD COLUMN refused text NOT NULL DEFAULT ''; -- what the page answered when the text of the feed was taken instead; empty: the text is the page's, or the feed has all of it

-- +goose Down
ALTER TABLE articles DROP COLUMN refused;
