-- The rules that an article was read by, so that a change of the rules is not taken for
-- a change of the article.

-- +goose Up

-- 1 stands for the rules before they were numbered. read_programs and read_regions are
-- the labels that the last reading gave, which differ from programs and regions when
-- staff set those or when other rules read them; null: not recorded yet.
ALTER TABLE articles
    ADD COLUMN rules         integer NOT NULL DEFAULT 1,
    ADD COLUMN read_programs text[],
    ADD COLUMN read_regions  text[],
    ADD COLUMN digest        bytea; -- SHA-256 of the document last read; null: not recorded yet

-- +goose Down
ALTER TABLE articles DROP COLUMN rules, DROP COLUMN read_programs, DROP COLUMN read_regions, DROP COLUMN digest;
