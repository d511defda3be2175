-- Keys that are good for nothing but unsubscribing, derived from every key that ever
-- signed. Those of server.secret_file would be gone with a line of that file.

-- +goose Up
CREATE TABLE unsubscribe_keys (
    key_id  smallint NOT NULL,                             -- of the key it was derived from
    secret  bytea NOT NULL,
    PRIMARY KEY (key_id, secret)
);

-- +goose Down
DROP TABLE unsubscribe_keys;
