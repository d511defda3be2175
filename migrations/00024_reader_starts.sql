-- What a reader had received before the first digest here.

-- +goose Up

-- Readers who moved in from another tool or another installation and have no position yet.
-- Their first digest contains the news after had_until. Planning that digest deletes the row.
CREATE TABLE reader_starts (
    subscriber_id bigint PRIMARY KEY,
    had_until     timestamptz NOT NULL
);

-- +goose Down
DROP TABLE reader_starts;
