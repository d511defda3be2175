package subscribers

import "strings"

// mergeStatement is the statement that turns import_rows into readers and says what
// became of them, counted. Existing readers keep what
// the file has no column for, and their name where the file's is empty.
//
// A row is: added, when its address is new; left or suppressed, when its owner must not
// come back by it; updated or unchanged, otherwise. An active reader does not become
// pending.
func mergeStatement(file *csvReader, dryRun bool) string {
	set := "s.preference_set_id"
	if file.has("programs") || file.has("regions") {
		set = "r.set_id"
	}
	frequency, zone, state := "s.frequency", "s.time_zone", "s.state"
	if file.has("frequency") {
		frequency = "r.frequency"
	}
	if file.has("time_zone") {
		zone = "r.time_zone"
	}
	if file.has("status") {
		state = "CASE WHEN s.state = 'active' AND r.state = 'pending' THEN 'active' ELSE r.state END"
	}
	judged := strings.NewReplacer("{set}", set, "{frequency}", frequency, "{zone}", zone, "{state}", state).Replace(judgeRows)
	if dryRun {
		return judged + countRows
	}
	return judged + writeRows + countRows
}

const judgeRows = `
	WITH judged AS MATERIALIZED (
		SELECT r.line, r.email, r.key, r.name, r.set_id, r.frequency, r.time_zone, r.state,
			s.id, {set} AS new_set, {frequency} AS new_frequency, {zone} AS new_zone, {state} AS new_state,
			COALESCE(NULLIF(r.name, ''), s.name) AS new_name,
			CASE
				WHEN s.state = 'left' THEN 'left'
				WHEN x.reason IS NOT NULL AND (s.id IS NULL OR {state} <> 'left') THEN 'suppressed'
				WHEN s.id IS NULL THEN 'added'
				WHEN ({set}, {frequency}, {zone}, {state}, COALESCE(NULLIF(r.name, ''), s.name))
					IS DISTINCT FROM (s.preference_set_id, s.frequency, s.time_zone, s.state, s.name) THEN 'updated'
				ELSE 'unchanged'
			END AS verdict
		FROM import_rows r
		LEFT JOIN subscribers s ON s.folded = r.key
		LEFT JOIN suppressions x ON x.address_hash = sha256(convert_to(r.key, 'UTF8')))`

// A sign-up may take an address between the judgement and the insert: then the whole
// chunk is judged again. ON CONFLICT would spare that rare case and cost every row a
// third more.
const writeRows = `,
	added AS (
		INSERT INTO subscribers (email, folded, name, state, frequency, time_zone, preference_set_id, created_at, confirmed_at, left_at, consent)
		SELECT email, key, name, state, frequency, time_zone, set_id, $1::timestamptz,
			CASE WHEN state = 'active' THEN $1::timestamptz END, CASE WHEN state = 'left' THEN $1::timestamptz END, $2::jsonb
		FROM judged
		WHERE verdict = 'added'
		ORDER BY line),
	updated AS (
		UPDATE subscribers s
		SET preference_set_id = j.new_set, frequency = j.new_frequency, time_zone = j.new_zone, name = j.new_name, state = j.new_state,
			confirmed_at = CASE WHEN j.new_state = 'active' THEN COALESCE(s.confirmed_at, $1) ELSE s.confirmed_at END,
			left_at = CASE WHEN j.new_state = 'left' THEN $1 END,
			consent = CASE WHEN s.state = 'pending' AND j.new_state = 'active' THEN $2 ELSE s.consent END
		FROM judged j
		WHERE s.id = j.id AND j.verdict = 'updated' AND s.state <> 'left')`

const countRows = `
	SELECT verdict, count(*) AS rows FROM judged GROUP BY verdict`
