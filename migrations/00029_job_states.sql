-- When each scheduled job last succeeded, in any process.

-- +goose Up
CREATE TABLE job_states (
    job             text PRIMARY KEY,
    last_run_at     timestamptz NOT NULL,
    last_success_at timestamptz            -- null: never
);

-- +goose Down
DROP TABLE job_states;
