-- Readers, their preferences, suppressed addresses, and the keys of signed links.

-- +goose Up

-- Distinct (programs, regions): sorted slugs. An empty list means every label of the
-- dimension.
CREATE TABLE preference_sets (
    id       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    programs text[] NOT NULL,
    regions  text[] NOT NULL,
    UNIQUE (programs, regions)
);

CREATE TABLE subscribers (
    id                bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    email             text NOT NULL,                       -- trimmed; domain in lower case and IDNA form
    domain            text NOT NULL GENERATED ALWAYS AS (lower(split_part(email, '@', 2))) STORED,
    name              text NOT NULL DEFAULT '',
    state             text NOT NULL CHECK (state IN ('pending', 'active', 'left')),
    frequency         text NOT NULL CHECK (frequency IN ('instant', 'daily', 'weekly', 'monthly')),
    format            text NOT NULL DEFAULT 'html' CHECK (format IN ('html', 'text')),
    time_zone         text NOT NULL,                       -- IANA name
    language          text NOT NULL DEFAULT '',
    preference_set_id bigint NOT NULL,
    paused_until      timestamptz,
    created_at        timestamptz NOT NULL,
    confirmed_at      timestamptz,
    left_at           timestamptz,
    link_version      integer NOT NULL DEFAULT 1,          -- raised to invalidate earlier links of this reader's feed
    consent           jsonb NOT NULL DEFAULT '{}',         -- time, method, form and network address
    requested         jsonb,                               -- preferences of a new sign-up after leaving, applied at its confirmation
    asked_at          timestamptz[]                        -- times of the last sign-ups that caused an email
);
CREATE UNIQUE INDEX subscribers_email ON subscribers (lower(email));

-- Addresses that must not be written to, for other reasons than unsubscribing. Erasure
-- deletes the address and keeps the hash, so that an import cannot bring the reader back.
CREATE TABLE suppressions (
    address_hash bytea PRIMARY KEY,                        -- sha256 of the lower-case address
    email        text,
    reason       text NOT NULL CHECK (reason IN ('hard_bounce', 'complaint', 'staff', 'erased')),
    detail       text NOT NULL DEFAULT '',
    created_at   timestamptz NOT NULL
);

CREATE TABLE signing_keys (
    id         smallint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    secret     bytea NOT NULL,
    created_at timestamptz NOT NULL,
    retired_at timestamptz                                 -- since then the key verifies and no longer signs
);

-- +goose Down
DROP TABLE signing_keys, suppressions, subscribers, preference_sets;
