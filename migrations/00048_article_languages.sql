-- Articles in several languages.

-- +goose Up

-- The language versions that the page of an article names by hreflang. They are its claims.
CREATE TABLE article_languages (
    article_id bigint NOT NULL REFERENCES articles ON DELETE CASCADE,
    language   text NOT NULL, -- BCP 47
    url        text NOT NULL, -- canonical address
    PRIMARY KEY (article_id, url)
);
-- The expression is addressKey of package articles.
CREATE INDEX article_languages_address ON article_languages (regexp_replace(url, '^https?://(www\.)?', ''));

-- +goose Down
DROP TABLE article_languages;
