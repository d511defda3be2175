-- Messages that were read from a mailbox for bounces at a provider.

-- +goose Up

-- The last message that was read over IMAP.
CREATE TABLE mailbox_positions (
    mailbox      text PRIMARY KEY,                         -- kind, user, host:port and folder
    uid_validity bigint NOT NULL,                          -- of the folder, RFC 9051 section 2.3.1.1
    last_uid     bigint NOT NULL
);

-- The messages that were read over POP3 and are still in the mailbox.
CREATE TABLE mailbox_messages (
    mailbox   text NOT NULL,
    unique_id text NOT NULL,                               -- RFC 1939 section 7, UIDL
    PRIMARY KEY (mailbox, unique_id)
);

-- +goose Down
DROP TABLE mailbox_messages, mailbox_positions;
