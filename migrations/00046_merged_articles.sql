-- Two known articles that prove to be one become one.

-- +goose Up

-- merged_into is the article that this one proved to be. Editions and feeds refer to the row,
-- so it stays, as a withdrawn article without an address. The article that it points to is not
-- merged itself. compared says that the article was compared with those like it since its
-- title or text changed.
ALTER TABLE articles
    ADD COLUMN merged_into bigint REFERENCES articles,
    ADD COLUMN compared    boolean NOT NULL DEFAULT false,
    ADD CHECK (merged_into IS NULL OR merged_into < id AND state = 'withdrawn');
CREATE INDEX articles_merged ON articles (merged_into) WHERE merged_into IS NOT NULL;
CREATE INDEX articles_not_compared ON articles (id) WHERE NOT compared;

-- +goose Down
-- The older schema knows no merged articles; they stay withdrawn.
DROP INDEX articles_not_compared;
DROP INDEX articles_merged;
ALTER TABLE articles DROP COLUMN compared, DROP COLUMN merged_into;
