-- A source without anything left to do: while its list is unmodified, no round is needed.
-- +goose Up
ALTER TABLE sources ADD settled_at timestamptz; -- null: the last round asked for pages, or found changes

-- +goose Down
ALTER TABLE sources DROP settled_at;
