package deliveries

import (
	"cmp"
	"slices"
	"strconv"

	"corridor/postgres"
)

// markArgs are the arrays of quickMarkSQL and fullMarkSQL: of batches, and of deliveries to put
// in flight.
type markArgs struct {
	ask, batch, fence   postgres.Int8s // a batch that was lost and leased again may occur twice
	marks               postgres.Texts // a batch's marks as an array literal
	of, reader, attempt postgres.Int8s

	oldest *Lease
}

func newMarkArgs(asks []Ask, which []int) *markArgs {
	which = slices.Clone(which)
	slices.SortFunc(which, func(i, j int) int { return cmp.Compare(asks[i].Flight.lease.Batch, asks[j].Flight.lease.Batch) }) // the order of locks
	a := &markArgs{}
	for _, i := range which {
		k := asks[i]
		l := k.Flight.lease
		if a.oldest == nil || l.Read.Before(a.oldest.Read) {
			a.oldest = l
		}
		a.ask, a.batch, a.fence = append(a.ask, int64(i)), append(a.batch, l.Batch), append(a.fence, l.fence)
		a.marks = append(a.marks, marksArray(k.Flight.inFlight, k.Want))
		for _, d := range k.Want {
			a.of, a.reader, a.attempt = append(a.of, int64(i)), append(a.reader, d.SubscriberID), append(a.attempt, int64(d.Attempt+1))
		}
	}
	return a
}

// values are the first parameters of both statements.
func (a *markArgs) values(sender int64) []any {
	return []any{a.ask, a.batch, a.fence, a.marks, sender}
}

// changes returns the snapshot of the oldest lease, after which changes count, and their
// largest number.
func (a *markArgs) changes() (snapshot string, most int) {
	if a.oldest == nil { // there is no ask
		return "1:1:", 0
	}
	return a.oldest.snapshot, mostChanges
}

// marksArray writes the old and new deliveries in flight of a batch as the literal of
// batches.marks.
func marksArray(had []mark, want []Delivery) string {
	b := []byte{'{'}
	add := func(subscriber int64, attempt int) {
		if len(b) > 1 {
			b = append(b, ',')
		}
		b = strconv.AppendInt(append(b, '{'), subscriber, 10)
		b = append(strconv.AppendInt(append(b, ','), int64(attempt), 10), '}')
	}
	for _, m := range had {
		add(m.subscriber, m.attempt)
	}
	for _, d := range want {
		add(d.SubscriberID, d.Attempt+1)
	}
	return string(append(b, '}'))
}
