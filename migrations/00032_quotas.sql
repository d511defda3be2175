-- Limits by hour and day.

-- +goose Up

-- The emails counted against the limits of a relay, and the limit that due batches wait for.
CREATE TABLE quotas (
    relay         text PRIMARY KEY,                        -- host:port
    first_at      timestamptz,                             -- the first email: the first day of a warm-up
    hour          timestamptz NOT NULL DEFAULT 'epoch',    -- begin of the hour that is counted
    in_hour       integer NOT NULL DEFAULT 0,
    day           timestamptz NOT NULL DEFAULT 'epoch',    -- begin of the day that is counted
    in_day        integer NOT NULL DEFAULT 0,
    limited_at    timestamptz,                             -- last time that a sender met the limit while batches were due
    limited_until timestamptz,                             -- end of the limit; null: there is none now
    reason        text NOT NULL DEFAULT ''
);

-- +goose Down
DROP TABLE quotas;
