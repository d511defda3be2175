-- WebSub subscriptions of the built-in hub, and the content still to be pushed to them.

-- +goose Up

CREATE TABLE websub_subscriptions (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    topic       text NOT NULL,
    callback    text NOT NULL,
    secret      text NOT NULL DEFAULT '',
    state       text NOT NULL CHECK (state IN ('verifying', 'active', 'unsubscribing')),
    lease_until timestamptz NOT NULL,
    due_at      timestamptz,                               -- when to verify or to push next; null: nothing to do
    attempt     smallint NOT NULL DEFAULT 0,
    claimed_until timestamptz,
    pushed_etag text NOT NULL DEFAULT '',                  -- what the subscriber was sent last
    failing_since timestamptz,
    created_at  timestamptz NOT NULL,
    UNIQUE (topic, callback)
);

-- +goose Down
DROP TABLE websub_subscriptions;
