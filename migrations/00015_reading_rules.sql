-- The version of the rules by which an article was read, so that a change of the rules does
-- not count as a change of the article.

-- +goose Up

-- rules = 1 stands for the rules before they had numbers. read_programs and read_regions are
-- the labels of the last reading. They differ from programs and regions when staff have set
-- the labels or other rules have read them. Null: not recorded yet.
ALTER TABLE articles
    ADD COLUMN rules         integer NOT NULL DEFAULT 1,
    ADD COLUMN read_programs text[],
    ADD COLUMN read_regions  text[],
    ADD COLUMN digest        bytea; -- SHA-256 of the document last read; null: not recorded yet

-- +goose Down
ALTER TABLE articles DROP COLUMN rules, DROP COLUMN read_programs, DROP COLUMN read_regions, DROP COLUMN digest;
