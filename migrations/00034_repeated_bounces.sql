-- Failures in a row of single readers, and the first hard bounce of a reader of long
-- standing. A reader whose emails arrive has no row.

-- +goose Up
CREATE TABLE soft_bounces (
    subscriber_id bigint PRIMARY KEY,
    failures      integer NOT NULL,                        -- in a row, one for each edition
    since         timestamptz NOT NULL,                    -- time of the first of them
    last_at       timestamptz NOT NULL,
    edition_id    bigint NOT NULL                          -- of the last one
);

CREATE TABLE hard_bounces (
    subscriber_id bigint PRIMARY KEY,
    first_at      timestamptz NOT NULL,
    event         text NOT NULL                            -- "edition:domain"
);

-- +goose Down
DROP TABLE hard_bounces;
DROP TABLE soft_bounces;
