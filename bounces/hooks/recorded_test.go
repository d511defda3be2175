package hooks

import (
	"fmt"
	"testing"
)

// TestEventsAreRecorded posts events of readers to hooks with a real desk.
func TestEventsAreRecorded(t *testing.T) {
	w, m, edition := sentWorld(t, 5)
	first := m.Number(`SELECT min(id) FROM subscribers`)
	id := func(n int64) string { return w.ids.ID(edition, first+n) }
	address := func(n int64) (email string) {
		if err := m.DB.Get(&email, `SELECT email FROM subscribers WHERE id = $1`, first+n); err != nil {
			t.Fatal(err)
		}
		return email
	}
	events := fmt.Sprintf(`[
		{"type":"bounce","id":%q,"recipient":%q,"status":"5.1.1","reply":"550 5.1.1 no such user"},
		{"type":"bounce","id":%q,"recipient":%q,"reply":"552 5.2.2 mailbox full"},
		{"type":"complaint","id":%q},
		{"type":"unsubscribe","id":%q},
		{"type":"bounce","id":%q,"recipient":%q,"reply":"550 5.1.1 no such user"},
		{"type":"bounce","id":"3.7.0123456789abcdef","reply":"550 5.1.1 no such user"}]`,
		id(0), address(0), id(1), address(1), id(2), id(3), id(4), address(0))
	for _, want := range []Result{{6, 4, 1}, {6, 0, 1}} { // repeated, the events change nothing
		got, err := w.hooks.Receive(t.Context(), "generic", w.header("generic", events), []byte(events))
		if err != nil || got != want {
			t.Errorf("%+v %v, want %+v", got, err, want)
		}
	}
	var state string
	if err := m.DB.Get(&state, `
		SELECT concat_ws(' ', (SELECT string_agg(state || CASE WHEN complained_at IS NULL THEN '' ELSE '+complained' END, ' ' ORDER BY subscriber_id) FROM deliveries),
			(SELECT string_agg(reason || ':' || subscriber_id - $1, ' ' ORDER BY subscriber_id) FROM suppressions),
			(SELECT 'left:' || id - $1 FROM subscribers WHERE state = 'left'))`, first); err != nil {
		t.Fatal(err)
	}
	if want := "bounced failed sent+complained sent sent hard_bounce:0 complaint:2 left:3"; state != want {
		t.Errorf("%s, want %s", state, want)
	}
}
