-- Deliveries, the batches that senders lease, and the outbox of single messages.

-- +goose Up

CREATE TABLE batches (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    edition_id  bigint NOT NULL,
    domain      text NOT NULL DEFAULT '',                  -- when all its deliveries go to one receiving domain
    due_at      timestamptz,                               -- infinity: not rendered yet; null: done
    fence       bigint NOT NULL DEFAULT 0,                 -- raised at every lease
    leased_by   bigint,                                    -- senders.id
    lease_until timestamptz,
    worked_at   timestamptz                                -- when a lease was last handed back
);
CREATE INDEX batches_due ON batches (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX batches_edition ON batches (edition_id);

-- One row a reader of an edition, from planning until sending.keep has passed. State is
-- in no index, so that every result is a HOT update in the page's free half.
CREATE TABLE deliveries (
    edition_id    bigint NOT NULL,
    subscriber_id bigint NOT NULL,
    batch_id      bigint NOT NULL,
    variant_id    bigint NOT NULL,
    rendering_id  bigint,                                  -- which rendering it carried
    state         text NOT NULL DEFAULT 'queued' CHECK (state IN
        ('queued', 'sending', 'sent', 'deferred', 'failed', 'bounced', 'skipped', 'uncertain')),
    attempt       smallint NOT NULL DEFAULT 0,
    due_at        timestamptz,                             -- deferred: not before
    first_at      timestamptz,                             -- first attempt
    last_at       timestamptz,                             -- last attempt or result
    code          smallint,                                -- last reply, RFC 5321
    enhanced      text,                                    -- its enhanced code, RFC 3463
    reply         text,
    relay         text,
    bytes         integer NOT NULL DEFAULT 0,              -- that went over the wire
    reason        text,                                    -- why skipped; 'dropped' for an uncertain one staff gave up
    PRIMARY KEY (edition_id, subscriber_id)
) WITH (fillfactor = 50);
CREATE INDEX deliveries_batch ON deliveries (batch_id);

-- Running senders. Each holds an advisory lock on its id for as long as it lives.
CREATE TABLE senders (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    started_at timestamptz NOT NULL
);

-- Single messages that are no edition: confirmations, tests, alerts. They go first.
CREATE TABLE outbox (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind        text NOT NULL CHECK (kind IN ('confirmation', 'test', 'alert', 'notice')),
    recipient   text NOT NULL,
    message     bytea NOT NULL,                            -- whole, RFC 5322, Message-ID included
    state       text NOT NULL DEFAULT 'queued' CHECK (state IN ('queued', 'sending', 'sent', 'deferred', 'failed', 'uncertain')),
    attempt     smallint NOT NULL DEFAULT 0,
    due_at      timestamptz,
    lease_until timestamptz,
    created_at  timestamptz NOT NULL,
    last_at     timestamptz,
    code        smallint,
    enhanced    text,
    reply       text
);
CREATE INDEX outbox_due ON outbox (due_at) WHERE due_at IS NOT NULL;

-- Limits that hold over all processes: when the next mail may go to a receiving domain
-- or through a relay (a virtual clock that each mail moves on), and until when a domain
-- that answered 421 is left alone.
CREATE TABLE receiving_domains (
    domain      text PRIMARY KEY,                          -- or "relay host:port"
    next_at     timestamptz NOT NULL DEFAULT 'epoch',
    quiet_until timestamptz,
    quiet_count integer NOT NULL DEFAULT 0
);

-- +goose Down
DROP TABLE receiving_domains, outbox, senders, deliveries, batches;
