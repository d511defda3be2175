-- What comes back after an email was accepted: bounces and complaints. And the stage of a
-- mail server's last reply.

-- +goose Up

ALTER TABLE deliveries
    ADD COLUMN stage         text,                         -- of the last reply: MAIL, RCPT, dot, ... or report; null: no reply yet, or the email was accepted
    ADD COLUMN bounced_at    timestamptz,                  -- time of the last report that an accepted email was not delivered
    ADD COLUMN complained_at timestamptz;                  -- time of the reader's complaint

-- Complaints by recipient domain.
CREATE TABLE complaints (
    domain     text PRIMARY KEY,
    complaints bigint NOT NULL
);

ALTER TABLE suppressions
    DROP CONSTRAINT suppressions_reason_check,
    ADD CONSTRAINT suppressions_reason_check CHECK (reason IN ('hard_bounce', 'soft_bounces', 'complaint', 'asked', 'staff', 'erased'));

-- +goose Down
UPDATE suppressions SET reason = CASE reason WHEN 'soft_bounces' THEN 'hard_bounce' ELSE 'staff' END WHERE reason IN ('soft_bounces', 'asked');
ALTER TABLE suppressions
    DROP CONSTRAINT suppressions_reason_check,
    ADD CONSTRAINT suppressions_reason_check CHECK (reason IN ('hard_bounce', 'complaint', 'staff', 'erased'));
DROP TABLE complaints;
ALTER TABLE deliveries DROP COLUMN complained_at, DROP COLUMN bounced_at, DROP COLUMN stage;
