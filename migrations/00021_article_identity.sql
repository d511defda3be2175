-- Further keys by which an article is recognised, beside its address and guid: other forms
-- of its address, and the fingerprint of its last reading.

-- +goose Up

-- title_key and text_key are hashes that the program computes. Null: not computed yet.
ALTER TABLE articles
    ADD COLUMN title_key bytea,
    ADD COLUMN text_key  bytea;
CREATE INDEX articles_title_key ON articles (title_key);
CREATE INDEX articles_without_key ON articles (id) WHERE title_key IS NULL;
-- The expression is addressKey of package articles.
CREATE INDEX articles_address ON articles (regexp_replace(url, '^https?://(www\.)?', ''));
CREATE INDEX article_addresses_address ON article_addresses (regexp_replace(url, '^https?://(www\.)?', ''));
CREATE INDEX article_versions_title ON article_versions (md5(article->>'title'));

-- +goose Down
DROP INDEX article_versions_title;
DROP INDEX article_addresses_address;
DROP INDEX articles_address;
ALTER TABLE articles DROP COLUMN title_key, DROP COLUMN text_key;
