-- What staff were told of, and the alerts that wait for the webhook.

-- +goose Up
CREATE TABLE alerts (
    kind     text NOT NULL,                                -- edition_held, uncertain, source, mail_server, job, ...
    name     text NOT NULL,                                -- the thing: an edition's id, a source, a relay, a job
    title    text NOT NULL,
    begun_at timestamptz NOT NULL,
    PRIMARY KEY (kind, name)
);

CREATE TABLE alert_posts (
    id         uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    position   bigint GENERATED ALWAYS AS IDENTITY,        -- the order
    body       text NOT NULL,                              -- JSON
    created_at timestamptz NOT NULL,
    due_at     timestamptz NOT NULL,
    attempt    integer NOT NULL DEFAULT 0
);

-- +goose Down
DROP TABLE alert_posts, alerts;
