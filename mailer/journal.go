package mailer

import (
	"encoding/json"
	"strconv"
	"time"

	"corridor/postgres"
)

// journal are rows of the journal: one for each lease that has results, the one whose
// number it has.
type journal struct {
	batch, fence, n postgres.Int8s
	results         postgres.Texts
}

// journalEntries are the rows that results make.
func journalEntries(results []result) journal {
	var leases []*lease
	texts := map[*lease][]byte{}
	for _, r := range results {
		if texts[r.lease] == nil {
			leases = append(leases, r.lease)
			texts[r.lease] = []byte{'['}
		} else {
			texts[r.lease] = append(texts[r.lease], ',')
		}
		texts[r.lease] = appendEntry(texts[r.lease], r)
	}
	var j journal
	for _, l := range leases {
		j.batch, j.fence, j.n = append(j.batch, l.batch), append(j.fence, l.fence), append(j.n, l.entries)
		j.results = append(j.results, string(append(texts[l], ']')))
	}
	return j
}

// appendEntry adds a result as the journal has it: a JSON array in the order of
// journalColumns.
func appendEntry(b []byte, r result) []byte {
	number := func(n int64) { b = append(strconv.AppendInt(b, n, 10), ',') }
	text := func(s string) {
		quoted, _ := json.Marshal(s) // a string can always be
		b = append(append(b, quoted...), ',')
	}
	o := r.outcome
	b = append(b, '[')
	number(r.subscriber)
	number(int64(r.attempt))
	text(r.state)
	number(milliseconds(r.due))
	number(int64(o.Code))
	text(o.Enhanced)
	text(o.ReplyText())
	text(o.Relay)
	number(int64(o.Bytes))
	number(milliseconds(o.At))
	return append(strconv.AppendInt(b, r.rendering, 10), ']')
}

// journalColumns are the results e of a journal's row.
const journalColumns = `(e->>0)::bigint AS subscriber_id, (e->>1)::bigint AS attempt, e->>2 AS state, (e->>3)::bigint AS due, (e->>4)::bigint AS code,
			e->>5 AS enhanced, e->>6 AS reply, e->>7 AS relay, (e->>8)::bigint AS bytes, (e->>9)::bigint AS at, (e->>10)::bigint AS rendering_id`

// milliseconds is a time as the journal has it; 0: none.
func milliseconds(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}
