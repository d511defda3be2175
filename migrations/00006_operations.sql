-- State of the whole service.

-- +goose Up

-- Cron ticks that have run: the process that inserts the row runs the job.
CREATE TABLE job_ticks (
    job        text NOT NULL,
    tick       timestamptz NOT NULL,
    claimed_at timestamptz NOT NULL,
    PRIMARY KEY (job, tick)
);

-- Facts about this installation, such as the time of its first start.
CREATE TABLE installation (
    key   text PRIMARY KEY,
    value text NOT NULL
);

-- +goose Down
DROP TABLE installation, job_ticks;
