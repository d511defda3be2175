-- Articles with similar texts are found by an index, also after a change of the title.

-- +goose Up

-- text_bands are hashes that the program computes (sketchOf of package articles). Null: not
-- computed yet.
ALTER TABLE articles ADD COLUMN text_bands bigint[];
CREATE INDEX articles_text_bands ON articles USING gin (text_bands);
CREATE INDEX articles_text_key ON articles (text_key);
CREATE INDEX articles_without_bands ON articles (id) WHERE text_bands IS NULL;
DROP INDEX articles_without_key;

-- +goose Down
CREATE INDEX articles_without_key ON articles (id) WHERE title_key IS NULL;
DROP INDEX articles_without_bands;
DROP INDEX articles_text_key;
DROP INDEX articles_text_bands;
ALTER TABLE articles DROP COLUMN text_bands;
