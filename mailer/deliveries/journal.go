package deliveries

import (
	"encoding/json"
	"strconv"
	"time"

	"corridor/postgres"
)

// journal are rows of the journal: one for each lease that has results.
type journal struct {
	batch, fence, n postgres.Int8s
	results         postgres.Texts
}

// journalRows returns the rows of the journal for results.
func journalRows(results []Result) journal {
	var flights []*Flight
	var j journal
	texts := map[*Flight][]byte{}
	for _, r := range results {
		if texts[r.Flight] == nil {
			flights = append(flights, r.Flight)
			texts[r.Flight] = []byte{'['}
			l := r.Flight.lease
			j.batch, j.fence, j.n = append(j.batch, l.Batch), append(j.fence, l.fence), append(j.n, r.row)
		} else {
			texts[r.Flight] = append(texts[r.Flight], ',')
		}
		texts[r.Flight] = appendEntry(texts[r.Flight], r)
	}
	for _, f := range flights {
		j.results = append(j.results, string(append(texts[f], ']')))
	}
	return j
}

// appendEntry appends a result as a JSON array in the order of journalColumns.
func appendEntry(b []byte, r Result) []byte {
	number := func(n int64) { b = append(strconv.AppendInt(b, n, 10), ',') }
	text := func(s string) {
		quoted, _ := json.Marshal(s) // a string can always be marshalled
		b = append(append(b, quoted...), ',')
	}
	b = append(b, '[')
	number(r.SubscriberID)
	number(int64(r.Attempt))
	text(string(r.State))
	number(milliseconds(r.Due))
	number(int64(r.Code))
	text(r.Enhanced)
	text(r.Reply)
	text(r.Relay)
	number(int64(r.Bytes))
	number(milliseconds(r.At))
	number(r.RenderingID)
	quoted, _ := json.Marshal(r.Stage)
	return append(append(b, quoted...), ']')
}

// journalColumns are the results e of a journal's row. Rows of earlier versions have no
// stage.
const journalColumns = `(e->>0)::bigint AS subscriber_id, (e->>1)::bigint AS attempt, e->>2 AS state, (e->>3)::bigint AS due, (e->>4)::bigint AS code,
			e->>5 AS enhanced, e->>6 AS reply, e->>7 AS relay, (e->>8)::bigint AS bytes, (e->>9)::bigint AS at, (e->>10)::bigint AS rendering_id,
			e->>11 AS stage`

// milliseconds is a time as in the journal, 0 for the zero time.
func milliseconds(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}
