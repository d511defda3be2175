-- What the running service as a whole remembers.

-- +goose Up

-- One row a cron tick: whoever inserts it runs the job.
CREATE TABLE job_ticks (
    job        text NOT NULL,
    tick       timestamptz NOT NULL,
    claimed_at timestamptz NOT NULL,
    PRIMARY KEY (job, tick)
);

-- Facts of this installation, such as when it was first served.
CREATE TABLE installation (
    key   text PRIMARY KEY,
    value text NOT NULL
);

-- +goose Down
DROP TABLE installation, job_ticks;
