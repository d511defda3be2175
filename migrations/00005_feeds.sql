-- WebSub: requests, subscriptions, and pings to other hubs.

-- +goose Up

-- Requests to be verified, and denials to be sent. During a renewal the subscription stays
-- active.
CREATE TABLE websub_requests (
    topic         text NOT NULL,
    callback      text NOT NULL,
    host          text NOT NULL,                           -- of the callback, for limits
    mode          text NOT NULL CHECK (mode IN ('subscribe', 'unsubscribe', 'denied')),
    secret        text NOT NULL DEFAULT '',
    lease_seconds integer NOT NULL,
    etag          text NOT NULL DEFAULT '',                -- of the feed at the time of the request; later documents are pushed
    due_at        timestamptz NOT NULL,
    attempt       smallint NOT NULL DEFAULT 0,
    claimed_until timestamptz,
    created_at    timestamptz NOT NULL,
    PRIMARY KEY (topic, callback)
);
CREATE INDEX websub_requests_due ON websub_requests (due_at);
CREATE INDEX websub_requests_host ON websub_requests (host);

CREATE TABLE websub_subscriptions (
    topic         text NOT NULL,
    callback      text NOT NULL,
    host          text NOT NULL,                           -- of the callback, for limits
    secret        text NOT NULL DEFAULT '',
    lease_until   timestamptz NOT NULL,
    due_at        timestamptz,                             -- time of the next push; null: nothing new
    attempt       smallint NOT NULL DEFAULT 0,
    claimed_until timestamptz,
    pushed_etag   text NOT NULL DEFAULT '',                -- of the document that the subscriber has
    pushed_changed timestamptz NOT NULL DEFAULT '-infinity', -- time of that document's last change; older documents are not pushed after it
    failing_since timestamptz,
    created_at    timestamptz NOT NULL,
    PRIMARY KEY (topic, callback)
);
CREATE INDEX websub_subscriptions_due ON websub_subscriptions (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX websub_subscriptions_lease ON websub_subscriptions (lease_until);
CREATE INDEX websub_subscriptions_host ON websub_subscriptions (host);

-- Pings to other hubs about changed feeds.
CREATE TABLE websub_pings (
    hub           text NOT NULL,
    topic         text NOT NULL,
    due_at        timestamptz,
    attempt       smallint NOT NULL DEFAULT 0,
    claimed_until timestamptz,
    pinged_etag   text NOT NULL DEFAULT '',
    PRIMARY KEY (hub, topic)
);

-- +goose Down
DROP TABLE websub_pings, websub_subscriptions, websub_requests;
