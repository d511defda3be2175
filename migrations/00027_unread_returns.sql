-- Messages that came back and were not understood, for staff. A person's message is counted
-- and not kept.

-- +goose Up
CREATE TABLE unread_returns (
    id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    received_at   timestamptz NOT NULL,
    kind          text NOT NULL,
    source        text NOT NULL,
    reason        text NOT NULL,
    edition_id    bigint,                                         -- null: not known
    subscriber_id bigint REFERENCES subscribers (id) ON DELETE CASCADE,
    message       bytea,                                          -- its beginning; null: not kept
    alerted_at    timestamptz
);

-- +goose Down
DROP TABLE unread_returns;
