-- Keys for unsubscribing only, derived from every key that ever signed. They stay valid when
-- a line of server.secret_file is removed.

-- +goose Up
CREATE TABLE unsubscribe_keys (
    key_id  smallint NOT NULL,                             -- id of the key from which it is derived
    secret  bytea NOT NULL,
    PRIMARY KEY (key_id, secret)
);

-- +goose Down
DROP TABLE unsubscribe_keys;
