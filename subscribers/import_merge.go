package subscribers

// mergeRows is the statement that merges import_rows into subscribers and counts the rows
// by verdict. judgeOnly writes nothing and returns every row. An empty field leaves the value of a known
// reader unchanged.
//
// The verdict of a row is added if its address is new; left or suppressed if the reader has
// left or is suppressed, and so does not come back; else updated or unchanged. An active
// reader does not become pending. A suppression in a row is always written.
//
// The parameters are the present time, the evidence of consent and the publication's time
// zone.
const (
	mergeRows = judgeRows + writeRows + countRows
	judgeOnly = judgeRows + listRows
)

// judgeRows compares rows with readers. When a row for a known reader has programs but no
// regions, or regions but no programs, the other half comes from the reader's present set.
// The combined set may not exist yet.
const judgeRows = `
	WITH met AS (
		SELECT r.*, s.id, s.preference_set_id, s.state AS old_state, x.reason,
			r.programs <> r.regions AS half,
			CASE WHEN r.programs THEN q.programs ELSE p.programs END AS new_programs,
			CASE WHEN r.regions THEN q.regions ELSE p.regions END AS new_regions,
			s.id IS NOT NULL AND r.programs <> r.regions AND (CASE WHEN r.programs THEN q.programs <> p.programs ELSE q.regions <> p.regions END) AS half_new,
			COALESCE(NULLIF(r.frequency, ''), s.frequency, 'weekly') AS new_frequency,
			COALESCE(NULLIF(r.time_zone, ''), s.time_zone, $3) AS new_zone,
			CASE WHEN r.state = '' THEN COALESCE(s.state, 'active') WHEN s.state = 'active' AND r.state = 'pending' THEN 'active' ELSE r.state END AS new_state,
			COALESCE(NULLIF(r.format, ''), s.format, 'html') AS new_format,
			COALESCE(NULLIF(r.language, ''), s.language, '') AS new_language,
			COALESCE(NULLIF(r.paused, '')::timestamptz, s.paused_until) AS new_paused,
			COALESCE(NULLIF(r.name, ''), s.name) AS new_name,
			ROW(s.frequency, s.time_zone, s.state, s.format, s.language, s.paused_until, s.name) AS old
		FROM import_rows r
		LEFT JOIN subscribers s ON s.folded = r.key
		LEFT JOIN preference_sets p ON p.id = s.preference_set_id
		LEFT JOIN preference_sets q ON q.id = r.set_id AND s.id IS NOT NULL
		LEFT JOIN suppressions x ON x.address_hash = sha256(convert_to(r.key, 'UTF8'))
	), judged AS MATERIALIZED (
		SELECT *, CASE
				WHEN old_state = 'left' THEN 'left'
				WHEN reason IS NOT NULL AND (id IS NULL OR new_state <> 'left') THEN 'suppressed'
				WHEN id IS NULL THEN 'added'
				WHEN half_new OR programs AND regions AND set_id <> preference_set_id OR suppressed <> '' AND reason IS NULL
					OR ROW(new_frequency, new_zone, new_state, new_format, new_language, new_paused, new_name) IS DISTINCT FROM old THEN 'updated'
				ELSE 'unchanged'
			END AS verdict
		FROM met)`

// writeRows writes the judged rows. A sign-up may insert an address or a preference set
// between the judgement and the insert. The statement then fails, and the whole chunk is
// judged again. ON CONFLICT would avoid this rare case, and cost every row a third more.
const writeRows = `,
	added AS (
		INSERT INTO subscribers (email, folded, name, state, frequency, format, time_zone, language, preference_set_id, created_at, confirmed_at, left_at, paused_until, consent)
		SELECT email, key, name, new_state, new_frequency, new_format, new_zone, new_language, set_id, COALESCE(NULLIF(created, '')::timestamptz, $1::timestamptz),
			COALESCE(NULLIF(confirmed, '')::timestamptz, CASE WHEN new_state = 'active' THEN $1::timestamptz END),
			CASE WHEN new_state = 'left' THEN COALESCE(NULLIF(gone, '')::timestamptz, $1::timestamptz) END,
			CASE WHEN new_state <> 'left' THEN new_paused END,
			COALESCE(NULLIF(consent, '')::jsonb, $2::jsonb)
		FROM judged
		WHERE verdict = 'added'
		ORDER BY line
	), made AS (
		INSERT INTO preference_sets (programs, regions)
		SELECT DISTINCT j.new_programs, j.new_regions FROM judged j
		WHERE j.verdict = 'updated' AND j.half_new
			AND NOT EXISTS (SELECT FROM preference_sets p WHERE p.programs = j.new_programs AND p.regions = j.new_regions)
		ORDER BY 1, 2
		ON CONFLICT (programs, regions) DO NOTHING
		RETURNING id, programs, regions
	), updated AS (
		UPDATE subscribers s
		SET preference_set_id = CASE
				WHEN j.half_new THEN COALESCE(
					(SELECT id FROM preference_sets p WHERE p.programs = j.new_programs AND p.regions = j.new_regions),
					(SELECT id FROM made p WHERE p.programs = j.new_programs AND p.regions = j.new_regions))
				WHEN j.programs AND j.regions THEN j.set_id ELSE s.preference_set_id END,
			frequency = j.new_frequency, time_zone = j.new_zone, name = j.new_name, state = j.new_state, format = j.new_format, language = j.new_language,
			paused_until = CASE WHEN j.new_state <> 'left' THEN j.new_paused END,
			confirmed_at = CASE WHEN j.new_state = 'active' THEN COALESCE(s.confirmed_at, $1) ELSE s.confirmed_at END,
			left_at = CASE WHEN j.new_state = 'left' THEN COALESCE(NULLIF(j.gone, '')::timestamptz, $1) END,
			consent = CASE WHEN s.state = 'pending' AND j.new_state = 'active' THEN $2 ELSE s.consent END
		FROM judged j
		WHERE s.id = j.id AND j.verdict = 'updated' AND s.state <> 'left'
	)`

// suppressRows writes the suppressions of rows, after their readers are written. The
// parameter is the present time.
const suppressRows = `
	INSERT INTO suppressions (address_hash, email, subscriber_id, reason, detail, source, created_at)
	SELECT sha256(convert_to(r.key, 'UTF8')), CASE WHEN r.suppressed <> 'erased' THEN r.email END, s.id, r.suppressed, r.suppressed_detail, r.suppressed_source,
		COALESCE(NULLIF(r.suppressed_at, '')::timestamptz, $1)
	FROM import_rows r LEFT JOIN subscribers s ON s.folded = r.key
	WHERE r.suppressed <> ''
	ON CONFLICT (address_hash) DO NOTHING`

// startedRows returns what the new readers had received: those with an id above $1, which
// was the greatest before the merge.
const startedRows = `
	SELECT s.id AS subscriber_id, r.had::timestamptz AS had_until
	FROM import_rows r JOIN subscribers s ON s.folded = r.key
	WHERE r.had <> '' AND s.id > $1`

const countRows = `
	SELECT verdict, count(*) AS rows FROM judged GROUP BY verdict`

// listRows returns every row for a dry run.
const listRows = `,
	listed AS (
		SELECT verdict, 1 AS rows, line, email, CASE WHEN old_state = 'left' THEN 'left' ELSE new_state END AS state, COALESCE(reason, suppressed) AS suppressed
		FROM judged WHERE $1::timestamptz IS NOT NULL AND $2::jsonb IS NOT NULL)
	SELECT verdict, rows, line, email, state, suppressed FROM listed`

// optOutLater writes the opt-out of a row with an address that occurs earlier in the file.
// The earlier row counts, but the opt-out of the later row holds.
const optOutLater = `
	WITH left_later AS (
		UPDATE subscribers SET state = 'left', left_at = COALESCE(left_at, $2), paused_until = NULL
		WHERE folded = $1 AND state <> 'left' AND $3 = 'left')
	INSERT INTO suppressions (address_hash, email, subscriber_id, reason, source, created_at)
	SELECT sha256(convert_to($1, 'UTF8')), CASE WHEN $4 <> 'erased' THEN $1 END, (SELECT id FROM subscribers WHERE folded = $1), $4, 'import', $2
	WHERE $4 <> ''
	ON CONFLICT (address_hash) DO NOTHING`
