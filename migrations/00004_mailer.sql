-- Deliveries, the batches that senders lease, and the outbox of single messages.

-- +goose Up

CREATE TABLE batches (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    edition_id  bigint NOT NULL,
    domain      text NOT NULL DEFAULT '',                  -- the receiving domain shared by its deliveries, if there is one
    due_at      timestamptz,                               -- infinity: not rendered yet; null: done
    fence       bigint NOT NULL DEFAULT 0,                 -- incremented by every lease
    leased_by   bigint,                                    -- senders.id
    lease_until timestamptz,
    worked_at   timestamptz                                -- end of the last lease
);
CREATE INDEX batches_due ON batches (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX batches_edition ON batches (edition_id);

-- A delivery is an edition to a reader. Rows are deleted after sending.keep. No index
-- contains the state, so every result is a HOT update in the free half of its page.
CREATE TABLE deliveries (
    edition_id    bigint NOT NULL,
    subscriber_id bigint NOT NULL,
    batch_id      bigint NOT NULL,
    variant_id    bigint NOT NULL,
    rendering_id  bigint,                                  -- the rendering that was sent
    state         text NOT NULL DEFAULT 'queued' CHECK (state IN
        ('queued', 'sending', 'sent', 'deferred', 'failed', 'bounced', 'skipped', 'uncertain')),
    attempt       smallint NOT NULL DEFAULT 0,
    due_at        timestamptz,                             -- deferred until then
    first_at      timestamptz,                             -- first attempt
    last_at       timestamptz,                             -- last attempt or result
    code          smallint,                                -- last reply, RFC 5321
    enhanced      text,                                    -- its enhanced code, RFC 3463
    reply         text,
    relay         text,
    bytes         integer NOT NULL DEFAULT 0,              -- sent over the network
    reason        text,                                    -- why skipped; 'dropped' for an uncertain delivery that staff dropped
    PRIMARY KEY (edition_id, subscriber_id)
) WITH (fillfactor = 50);
CREATE INDEX deliveries_batch ON deliveries (batch_id);

-- Running senders. Each holds an advisory lock on its id.
CREATE TABLE senders (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    started_at timestamptz NOT NULL
);

-- Single messages that are no edition: confirmations, tests, alerts. They are sent first.
CREATE TABLE outbox (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind        text NOT NULL CHECK (kind IN ('confirmation', 'test', 'alert', 'notice')),
    recipient   text NOT NULL,
    message     bytea NOT NULL,                            -- complete, RFC 5322, with Message-ID
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

-- Limits shared by all processes: the time of the next email to a receiving domain or
-- through a relay (a virtual clock that each email advances), and the end of the pause of a
-- domain that answered 421.
CREATE TABLE receiving_domains (
    domain      text PRIMARY KEY,                          -- or "relay host:port"
    next_at     timestamptz NOT NULL DEFAULT 'epoch',
    quiet_until timestamptz,
    quiet_count integer NOT NULL DEFAULT 0
);

-- +goose Down
DROP TABLE receiving_domains, outbox, senders, deliveries, batches;
