package deliveries

import (
	"cmp"
	"slices"

	"corridor/postgres"
)

// applyArgs are the arrays of applySQL. Times and codes are numbers, which the server reads
// faster than text.
type applyArgs struct {
	edition, subscriber, attempt postgres.Int8s
	code, bytes, rendering       postgres.Int8s
	due, at                      postgres.Int8s // in milliseconds, as in the journal
	state, enhanced, reply       postgres.Texts
	relay, stage                 postgres.Texts

	leases                    []*Lease       // of the results
	batch, fence, first, last postgres.Int8s // their rows in the journal
}

func newApplyArgs(results []Result) *applyArgs {
	a := &applyArgs{}
	places := map[*Flight]int{}
	for _, r := range results {
		i, known := places[r.Flight]
		if !known {
			i = len(a.leases)
			places[r.Flight] = i
			l := r.Flight.lease
			a.leases, a.batch, a.fence = append(a.leases, l), append(a.batch, l.Batch), append(a.fence, l.fence)
			a.first, a.last = append(a.first, r.row), append(a.last, r.row)
		}
		a.first[i], a.last[i] = min(a.first[i], r.row), max(a.last[i], r.row)
	}
	results = slices.Clone(results)
	slices.SortFunc(results, func(x, y Result) int { // the order of locks
		return cmp.Or(cmp.Compare(x.Flight.lease.Edition, y.Flight.lease.Edition), cmp.Compare(x.SubscriberID, y.SubscriberID))
	})
	for _, r := range results {
		a.edition, a.subscriber, a.attempt = append(a.edition, r.Flight.lease.Edition), append(a.subscriber, r.SubscriberID), append(a.attempt, int64(r.Attempt))
		a.code, a.bytes, a.rendering = append(a.code, int64(r.Code)), append(a.bytes, int64(r.Bytes)), append(a.rendering, r.RenderingID)
		a.due, a.at = append(a.due, milliseconds(r.Due)), append(a.at, milliseconds(r.At))
		a.state, a.enhanced = append(a.state, string(r.State)), append(a.enhanced, r.Enhanced)
		a.reply, a.relay, a.stage = append(a.reply, r.Reply), append(a.relay, r.Relay), append(a.stage, r.Stage)
	}
	return a
}

func (a *applyArgs) values() []any {
	return []any{
		a.edition, a.subscriber, a.attempt, a.state, a.due, a.code, a.enhanced, a.reply, a.relay, a.bytes, a.at, a.rendering,
		a.batch, a.fence, a.first, a.last, a.stage,
	}
}
