-- The documents in which sources list their articles, so that "not modified" (304) stands for them.

-- +goose Up
CREATE TABLE source_lists (
    source        text NOT NULL,
    url           text NOT NULL,            -- as it was asked for
    etag          text NOT NULL,
    last_modified text NOT NULL,
    form          integer NOT NULL,         -- version of the program's form of list; a list of another form is not used
    match         text NOT NULL,            -- the source's pattern when the list was read
    list          bytea NOT NULL,           -- JSON, packed with gzip
    PRIMARY KEY (source, url)
);

-- robots.txt of hosts: what holds while a server is in trouble.
CREATE TABLE robots_files (
    host          text PRIMARY KEY,         -- scheme and authority
    body          bytea NOT NULL,
    etag          text NOT NULL,
    last_modified text NOT NULL
);

-- +goose Down
DROP TABLE robots_files;
DROP TABLE source_lists;
