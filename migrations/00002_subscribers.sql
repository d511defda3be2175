-- Readers, what they chose, whom we must not write to, and the keys of signed links.

-- +goose Up

-- Distinct (programs, regions), sorted slugs; an empty list means all of that dimension.
CREATE TABLE preference_sets (
    id       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    programs text[] NOT NULL,
    regions  text[] NOT NULL,
    UNIQUE (programs, regions)
);

CREATE TABLE subscribers (
    id                bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    email             text NOT NULL,                       -- trimmed, domain lower-case and IDNA
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
    link_version      integer NOT NULL DEFAULT 1,          -- raised: earlier links of this reader's feed end
    consent           jsonb NOT NULL DEFAULT '{}',         -- when, how, from which form and network address
    requested         jsonb,                               -- chosen at a sign-up after leaving; holds once it is confirmed
    asked_at          timestamptz[]                        -- when sign-ups for this address made us write, the last few
);
CREATE UNIQUE INDEX subscribers_email ON subscribers (lower(email));

-- An address that must not be written to, apart from its owner having left. The
-- address itself goes when its owner asks for erasure; its hash stays, so that an
-- import cannot bring it back.
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
    retired_at timestamptz                                 -- verifies still, signs no more
);

-- +goose Down
DROP TABLE signing_keys, suppressions, subscribers, preference_sets;
