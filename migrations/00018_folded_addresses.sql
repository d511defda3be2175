-- Addresses are compared by the folded form of package subscribers (Fold). Formerly the
-- database compared them by lower(), which depends on its collation: with a Turkish
-- collation INFO@ and info@ are different addresses with different hashes.

-- +goose Up

-- Every stored address is ASCII, so translate() gives the same result as Fold. From now on
-- the program writes the column.
ALTER TABLE subscribers ADD COLUMN folded text
    GENERATED ALWAYS AS (translate(email, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', 'abcdefghijklmnopqrstuvwxyz')) STORED;
ALTER TABLE subscribers ALTER COLUMN folded DROP EXPRESSION;
ALTER TABLE subscribers ALTER COLUMN folded SET NOT NULL;
DROP INDEX subscribers_email;

-- A suppression gets the hash of the folded address if its address is known or is the
-- address of a reader. Of several rows with the same new hash one is kept: first a row with
-- a reason that only staff lift, then the oldest row. An erased address stays erased.
CREATE TEMPORARY TABLE refolded ON COMMIT DROP AS
SELECT address_hash, folded_hash, bool_or(email IS NULL) OVER same AS nameless,
    row_number() OVER (same ORDER BY reason IN ('hard_bounce', 'soft_bounces', 'erased'), created_at, address_hash) AS place
FROM (
    SELECT x.address_hash, x.email, x.reason, x.created_at, COALESCE(
        sha256(convert_to(translate(x.email, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', 'abcdefghijklmnopqrstuvwxyz'), 'UTF8')),
        s.folded_hash, x.address_hash) AS folded_hash
    FROM suppressions x
    LEFT JOIN (
        SELECT DISTINCT ON (former_hash) former_hash, folded_hash
        FROM (SELECT sha256(convert_to(lower(email), 'UTF8')) AS former_hash, sha256(convert_to(folded, 'UTF8')) AS folded_hash FROM subscribers) h
        WHERE former_hash <> folded_hash
    ) s ON s.former_hash = x.address_hash
) known
WINDOW same AS (PARTITION BY folded_hash);
DELETE FROM suppressions x USING refolded r WHERE x.address_hash = r.address_hash AND r.place > 1;
UPDATE suppressions x
SET address_hash = r.folded_hash, email = CASE WHEN NOT r.nameless THEN x.email END, detail = CASE WHEN r.nameless THEN '' ELSE x.detail END
FROM refolded r
WHERE x.address_hash = r.address_hash AND r.place = 1
    AND (r.address_hash <> r.folded_hash AND NOT EXISTS (SELECT FROM suppressions y WHERE y.address_hash = r.folded_hash)
        OR r.nameless AND x.email IS NOT NULL);

-- A hash without an address may come from the lower() of a Turkish collation. Package
-- subscribers looks for such hashes too, and replaces the hash that it finds.
ALTER TABLE suppressions ADD COLUMN former boolean NOT NULL DEFAULT false;
UPDATE suppressions x SET former = true
WHERE email IS NULL AND NOT EXISTS (SELECT FROM subscribers s WHERE sha256(convert_to(s.folded, 'UTF8')) = x.address_hash);
CREATE INDEX suppressions_former ON suppressions (address_hash) WHERE former;

-- Readers that were merged into another reader. Links signed for id lead to subscriber_id.
CREATE TABLE merged_readers (
    id            bigint PRIMARY KEY,
    subscriber_id bigint NOT NULL,
    email         text                                     -- address of the merged reader; null once staff are told
);

-- +goose StatementBegin
DO $$
DECLARE
    m record;
BEGIN
    -- The reader with the strictest state is kept: left, then paused, then active, then
    -- pending. Among equals the reader with the longest pause is kept, then the oldest. A
    -- suppression applies to the reader that is kept.
    FOR m IN
        SELECT id, email, kept FROM (
            SELECT id, email, first_value(id) OVER (PARTITION BY folded ORDER BY strict, paused_until DESC NULLS LAST, id) AS kept
            FROM (
                SELECT id, email, folded, paused_until, CASE
                    WHEN state = 'left' THEN 1
                    WHEN state = 'active' AND paused_until > now() THEN 2
                    WHEN state = 'active' THEN 3
                    ELSE 4 END AS strict
                FROM subscribers
                WHERE folded IN (SELECT folded FROM subscribers GROUP BY folded HAVING count(*) > 1)
            ) s
        ) r
        WHERE id <> kept ORDER BY id
    LOOP
        INSERT INTO merged_readers (id, subscriber_id, email) VALUES (m.id, m.kept, m.email);
        UPDATE deliveries d SET subscriber_id = m.kept
        WHERE d.subscriber_id = m.id AND d.state NOT IN ('queued', 'deferred')
            AND NOT EXISTS (SELECT FROM deliveries k WHERE k.edition_id = d.edition_id AND k.subscriber_id = m.kept);
        UPDATE deliveries SET reply = NULL, relay = NULL WHERE subscriber_id = m.id AND reply IS NOT NULL;
        UPDATE reader_positions SET subscriber_id = m.kept
        WHERE subscriber_id = m.id AND NOT EXISTS (SELECT FROM reader_positions k WHERE k.subscriber_id = m.kept);
        DELETE FROM reader_positions WHERE subscriber_id = m.id;
        DELETE FROM missed_deliveries WHERE subscriber_id = m.id;
        DELETE FROM subscribers WHERE id = m.id;
        UPDATE editions SET audience = jsonb_set(audience, '{readers}', (
            SELECT jsonb_agg(DISTINCT CASE WHEN r = to_jsonb(m.id) THEN to_jsonb(m.kept) ELSE r END) FROM jsonb_array_elements(audience->'readers') r))
        WHERE audience->'readers' @> to_jsonb(m.id);
    END LOOP;
END
$$;
-- +goose StatementEnd

UPDATE suppressions x SET subscriber_id = s.id
FROM subscribers s
WHERE x.address_hash = sha256(convert_to(s.folded, 'UTF8')) AND x.email IS NOT NULL AND x.subscriber_id IS DISTINCT FROM s.id;

CREATE UNIQUE INDEX subscribers_email ON subscribers (folded);
ALTER TABLE subscribers DROP COLUMN domain;
ALTER TABLE subscribers ADD COLUMN domain text NOT NULL GENERATED ALWAYS AS (split_part(folded, '@', 2)) STORED;

-- +goose Down
-- The former version looks up suppressions by lower(), so each also gets a row with that
-- hash.
INSERT INTO suppressions (address_hash, email, subscriber_id, reason, detail, created_at)
SELECT DISTINCT ON (lower(s.email)) sha256(convert_to(lower(s.email), 'UTF8')), x.email, s.id, x.reason, x.detail, x.created_at
FROM suppressions x JOIN subscribers s ON x.address_hash = sha256(convert_to(s.folded, 'UTF8'))
ON CONFLICT (address_hash) DO NOTHING;
DROP TABLE merged_readers;
ALTER TABLE suppressions DROP COLUMN former;
DROP INDEX subscribers_email;
ALTER TABLE subscribers DROP COLUMN domain;
ALTER TABLE subscribers DROP COLUMN folded;
ALTER TABLE subscribers ADD COLUMN domain text NOT NULL GENERATED ALWAYS AS (lower(split_part(email, '@', 2))) STORED;
CREATE UNIQUE INDEX subscribers_email ON subscribers (lower(email));
