-- What an email says about its edition in its headers.

-- +goose Up

-- The kind of the edition, and the list of List-Id when the audience is one program or
-- region: "eep.programs", "central-asia.regions". Empty in renderings from before.
ALTER TABLE renderings ADD COLUMN kind text NOT NULL DEFAULT '', ADD COLUMN list text NOT NULL DEFAULT '';

-- +goose Down
ALTER TABLE renderings DROP COLUMN list, DROP COLUMN kind;
