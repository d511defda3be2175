-- Subscriptions to the WebSub hubs of gathered feeds.
-- +goose Up
CREATE TABLE hub_subscriptions (
    source      text PRIMARY KEY,     -- sources.name
    hub         text NOT NULL,        -- addresses that the feed names
    topic       text NOT NULL,
    token       text NOT NULL UNIQUE, -- end of the callback's address
    secret      text NOT NULL,        -- signs what the hub pushes
    asked_at    timestamptz,          -- when the hub was last asked
    lease_until timestamptz,          -- null: not confirmed
    pushed_at   timestamptz,          -- when it last pushed
    missed_at   timestamptz           -- when an article last came without a push
);

-- +goose Down
DROP TABLE hub_subscriptions;
