-- The time of a reader's last change of preferences, which changes the reader's own feed.

-- +goose Up
ALTER TABLE subscribers ADD COLUMN chosen_at timestamptz NOT NULL DEFAULT now();
-- +goose StatementBegin
CREATE FUNCTION subscribers_choose() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.chosen_at := clock_timestamp();
    RETURN NEW;
END
$$;
-- +goose StatementEnd
CREATE TRIGGER subscribers_choice BEFORE UPDATE OF preference_set_id ON subscribers FOR EACH ROW
    WHEN (OLD.preference_set_id IS DISTINCT FROM NEW.preference_set_id)
    EXECUTE FUNCTION subscribers_choose();

-- +goose Down
DROP TRIGGER subscribers_choice ON subscribers;
DROP FUNCTION subscribers_choose;
ALTER TABLE subscribers DROP COLUMN chosen_at;
