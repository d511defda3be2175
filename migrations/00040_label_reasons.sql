-- Labels have reasons.

-- +goose Up
-- What the last reading of the page says about programs and regions, labels of too little
-- confidence included: [{"kind", "label", "reason", "confidence"}].
ALTER TABLE articles ADD COLUMN labels jsonb NOT NULL DEFAULT '[]';

-- +goose Down
ALTER TABLE articles DROP COLUMN labels;
