-- Programs and regions that had feeds. If the configuration no longer contains one, its
-- feed has ended, even if no article has the label.

-- +goose Up
CREATE TABLE feed_labels (
    kind text NOT NULL CHECK (kind IN ('program', 'region')),
    slug text NOT NULL,
    PRIMARY KEY (kind, slug)
);

-- +goose Down
DROP TABLE feed_labels;
