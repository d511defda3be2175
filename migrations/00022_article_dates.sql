-- Articles are ordered by DateSQL of package articles: by date of publication, but never by
-- a time after their release.

-- +goose Up
DROP INDEX articles_newest;
CREATE INDEX articles_newest ON articles ((LEAST(published, COALESCE(released_at, first_seen_at))) DESC, id DESC);

-- +goose Down
DROP INDEX articles_newest;
CREATE INDEX articles_newest ON articles ((COALESCE(published, released_at, first_seen_at)) DESC, id DESC);
