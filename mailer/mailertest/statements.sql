-- readers
WITH sets AS (
	INSERT INTO preference_sets (programs, regions) VALUES ('{}', '{}')
	ON CONFLICT (programs, regions) DO UPDATE SET programs = '{}' RETURNING id
)
INSERT INTO subscribers (email, folded, name, state, frequency, time_zone, preference_set_id, created_at, confirmed_at)
SELECT email, email, 'Reader ' || i, 'active', 'daily', 'UTC', sets.id, now(), now()
FROM sets, generate_series(1, $1::int) i,
	LATERAL (SELECT 'reader' || i || '@' || CASE $2::int WHEN 1 THEN '' ELSE 'd' || i % $2::int || '.' END || 'example.net' AS email) e

-- edition
WITH edition AS (
	INSERT INTO editions (kind, subject, state, created_at, started_at) VALUES ('special', 'News', 'sending', now(), now()) RETURNING id
), rendering AS (
	INSERT INTO renderings (variant_id, subject, html, text, created_at)
	VALUES (nextval(pg_get_serial_sequence('variants', 'id')), 'News of today', $1,
		E'{{corridor:greeting}}\n\nThe news.\n\n{{corridor:why}}\nLeave: {{corridor:unsubscribe_url}}\n', now())
	RETURNING id, variant_id
)
INSERT INTO variants (id, edition_id, rendering_id, article_ids, shown) OVERRIDING SYSTEM VALUE
SELECT rendering.variant_id, edition.id, rendering.id, '{}', 0 FROM edition, rendering
RETURNING edition_id AS edition, id AS variant

-- planned
SELECT id AS subscriber_id, $1::bigint AS variant_id, domain FROM subscribers WHERE state = 'active'

-- missed
INSERT INTO missed_deliveries (subscriber_id, variant_id)
SELECT m."SubscriberID", m."VariantID" FROM json_to_recordset($1) AS m ("SubscriberID" bigint, "VariantID" bigint)
ON CONFLICT DO NOTHING

-- finished
UPDATE editions SET state = 'finished', finished_at = now() WHERE id = $1

-- reopened
UPDATE editions SET state = CASE state WHEN 'finished' THEN 'sending' ELSE state END, finished_at = NULL WHERE id = $1

-- held
UPDATE editions SET state = 'held', reason = $2 WHERE id = $1 AND state = 'sending' RETURNING id

-- braked
UPDATE editions SET state = 'held', reason = $2, braked = true, stopped_at = now() WHERE id = $1 AND state = 'sending' RETURNING id

-- released
UPDATE editions SET state = 'sending', reason = '', braked = false WHERE id = $1 AND state = 'held' AND braked RETURNING stopped_at

-- domain held
UPDATE editions SET reason = $2, domain_held = true WHERE id = $1 AND state = 'sending' RETURNING id

-- waiting
UPDATE editions SET state = 'held', reason = $2, stopped_at = now(), domain_held = true WHERE id = $1 AND state = 'sending' RETURNING id

-- decided
UPDATE editions SET state = 'sending', reason = $2, domain_held = $2 <> '' WHERE id = $1 AND state IN ('sending', 'held') AND domain_held RETURNING COALESCE(stopped_at, now())

-- bounced
INSERT INTO suppressions (address_hash, email, subscriber_id, reason, detail, source, event, created_at)
SELECT sha256(convert_to(s.folded, 'UTF8')), s.email, s.id, 'hard_bounce', b."Reply", b."Source", b."Event", now()
FROM json_to_recordset($1) AS b ("SubscriberID" bigint, "Reply" text, "Source" text, "Event" text) JOIN subscribers s ON s.id = b."SubscriberID"
ON CONFLICT DO NOTHING

-- complained
INSERT INTO suppressions (address_hash, email, subscriber_id, reason, detail, source, created_at)
SELECT sha256(convert_to(s.folded, 'UTF8')), s.email, s.id, 'complaint', c."Detail", c."Source", c."At"
FROM json_to_record($1) AS c ("SubscriberID" bigint, "Detail" text, "Source" text, "At" timestamptz) JOIN subscribers s ON s.id = c."SubscriberID"
ON CONFLICT DO NOTHING

-- doubted
DELETE FROM suppressions WHERE event LIKE replace($1, '*', '%') AND reason = 'hard_bounce' AND email IS NOT NULL

-- states
SELECT state, count(*) AS n FROM deliveries WHERE edition_id = $1 OR $1 = 0 GROUP BY state

-- state
SELECT count(*) FROM editions WHERE id = $1 AND state = $2

-- in flight
SELECT count(*) FROM being_sent
