-- The brake for mass change: what a gather would change waits for staff.

-- +goose Up
ALTER TABLE sources
    ADD COLUMN braked_at timestamptz, -- since when a gather of the source waits for staff; null: none does
    ADD COLUMN settings  bytea;       -- SHA-256 of the configuration at the last whole gather: staff's own changes close no brake

-- What the last gather of a source would change and staff must decide about.
CREATE TABLE waiting_changes (
    source      text NOT NULL,
    position    integer NOT NULL,
    kind        text NOT NULL CHECK (kind IN ('new', 'changed', 'moved', 'returned', 'withdrawn', 'kept')),
    article_id  bigint REFERENCES articles ON DELETE CASCADE, -- null: not known yet
    url         text NOT NULL,
    title       text NOT NULL,          -- as it would be
    former      text NOT NULL,          -- title as it is
    kept        real NOT NULL,          -- share of the known text that is left, 0 to 1
    words       integer NOT NULL,       -- as it would be
    was_words   integer NOT NULL,
    digest      bytea NOT NULL,         -- of the title and the text that wait
    accepted    boolean NOT NULL DEFAULT false, -- staff let it through
    PRIMARY KEY (source, position)
);

-- +goose Down
DROP TABLE waiting_changes;
ALTER TABLE sources DROP COLUMN settings, DROP COLUMN braked_at;
