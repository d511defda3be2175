-- Programs and regions that feeds were offered of: those that the configuration names no
-- more have ended, also when no article bears them.

-- +goose Up
CREATE TABLE feed_labels (
    kind text NOT NULL CHECK (kind IN ('program', 'region')),
    slug text NOT NULL,
    PRIMARY KEY (kind, slug)
);

-- +goose Down
DROP TABLE feed_labels;
