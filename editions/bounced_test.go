package editions

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"corridor/mailer/deliveries"
	"corridor/subscribers"

	"github.com/jmoiron/sqlx"
)

// result is the result of an edition for one reader.
type result struct {
	state, stage string
	code         int
	enhanced     string
	reply        string
}

var (
	arrived    = result{state: "sent"}
	full       = result{"failed", "RCPT", 552, "5.2.2", "Mailbox full"}
	busy       = result{"failed", "RCPT", 450, "4.2.1", "Mailbox busy"} // until give_up
	refusesUs  = result{"failed", "RCPT", 554, "5.7.1", "The sender's address is on a block list"}
	tooLarge   = result{"failed", "dot", 552, "5.3.4", "Message too big"}
	neverAsked = result{state: "failed"} // dropped, or no mail server
	gone       = result{"bounced", "RCPT", 550, "5.1.1", "User unknown"}
)

// after records an edition to a reader whose result came on a day after monday, and tells
// the store's events of it.
func (w *world) after(day float64, reader int64, r result) (edition int64) {
	w.t.Helper()
	at := monday.Add(time.Duration(day * 24 * float64(time.Hour)))
	edition = w.number(`INSERT INTO editions (kind, subject, state, created_at, finished_at) VALUES ('special', 'x', 'finished', $1, $1) RETURNING id`, at)
	variant := w.number(`INSERT INTO variants (edition_id, article_ids, shown) VALUES ($1, ARRAY[$1]::bigint[], 1) RETURNING id`, edition)
	w.exec(`INSERT INTO deliveries (edition_id, subscriber_id, batch_id, variant_id, state, stage, code, enhanced, reply, last_at)
		VALUES ($1, $2, 1, $3, $4, NULLIF($5, ''), NULLIF($6, 0), NULLIF($7, ''), NULLIF($8, ''), $9)`, edition, reader, variant, r.state, r.stage, r.code, r.enhanced, r.reply, at)
	w.tell(edition, reader, variant, r)
	return edition
}

// tell tells the store's events of a result.
func (w *world) tell(edition, reader, variant int64, r result) {
	w.t.Helper()
	w.inTx(func(tx *sqlx.Tx) error {
		if r.state == "sent" {
			return nil
		}
		if r.state == "bounced" {
			if _, err := Events().Bounced(w.ctx, tx, []deliveries.Bounce{{Edition: edition, SubscriberID: reader, Reply: r.reply, Event: fmt.Sprint(edition, ":example.com"), Source: "smtp"}}); err != nil {
				return err
			}
		}
		return Events().Undelivered(w.ctx, tx, []deliveries.Missed{{SubscriberID: reader, VariantID: variant}})
	})
}

// reason is the reason of a reader's suppression.
func (w *world) reason(reader int64) (reason string) {
	w.t.Helper()
	if err := w.db.Get(&reason, `SELECT COALESCE((SELECT reason || ' ' || detail FROM suppressions WHERE subscriber_id = $1), '')`, reader); err != nil {
		w.t.Fatal(err)
	}
	return reason
}

// failing returns a world that suppresses after 3 failures in a row over 4 days.
func failing(t *testing.T) *world {
	w := newWorld(t)
	w.store.opts.SoftBounces, w.store.opts.SoftBounceTime = 3, 4*24*time.Hour
	return w
}

func (w *world) suppressFailing() {
	w.t.Helper()
	if err := w.store.SuppressFailing(w.ctx); err != nil {
		w.t.Fatal(err)
	}
}

func TestFailuresInARow(t *testing.T) {
	for name, c := range map[string]struct {
		days    []float64
		results []result
		want    string
	}{
		"full for long":           {[]float64{1, 3, 5}, []result{full, busy, full}, "soft_bounces Mailbox full"},
		"too few":                 {[]float64{1, 9}, []result{full, full}, ""},
		"too soon":                {[]float64{1, 2, 3, 4}, []result{full, full, full, full}, ""},
		"one arrived":             {[]float64{1, 3, 4, 5}, []result{full, full, arrived, full}, ""},
		"again after one arrived": {[]float64{1, 2, 3, 5, 8}, []result{full, arrived, full, full, busy}, "soft_bounces Mailbox busy"},
		"the last one arrived":    {[]float64{1, 3, 5, 6}, []result{full, full, full, arrived}, ""},
		"others do not count":     {[]float64{1, 2, 3, 4, 5}, []result{tooLarge, neverAsked, full, tooLarge, neverAsked}, ""},
		"others do not end it":    {[]float64{1, 2, 3, 5}, []result{full, tooLarge, full, full}, "soft_bounces Mailbox full"},
		"refused until given up":  {[]float64{1, 3, 5}, []result{refusesUs, refusesUs, refusesUs}, "soft_bounces The sender's address is on a block list"},
	} {
		t.Run(name, func(t *testing.T) {
			w := failing(t)
			reader := w.reader("a@example.com", Daily, "UTC", nil, nil)
			for i, day := range c.days {
				w.after(day, reader, c.results[i])
			}
			w.suppressFailing()
			if got := strings.TrimSpace(w.reason(reader)); got != c.want {
				t.Errorf("suppressed: %q, want %q", got, c.want)
			}
			if n := w.number(`SELECT count(*) FROM soft_bounces`); c.results[len(c.results)-1] == arrived && n != 0 {
				t.Error("failures are kept after an email has arrived")
			}
		})
	}
}

// An edition counts once, also when a report about it comes again; retried, it counts with
// its last result. An email that a report takes back later has not arrived.
func TestAFailureCountsOnce(t *testing.T) {
	w := failing(t)
	reader := w.reader("a@example.com", Daily, "UTC", nil, nil)
	first := w.after(1, reader, full)
	for range 3 {
		w.tell(first, reader, w.number(`SELECT variant_id FROM deliveries WHERE edition_id = $1`, first), full)
	}
	w.after(2, reader, full)
	sent := w.after(6, reader, arrived)
	store := deliveries.New(w.db, deliveries.Resend{}, Events(), nil)
	defer store.Close()
	if _, err := store.BounceLate(w.ctx, sent, reader, deliveries.LateBounce{Enhanced: "5.2.2", Reply: "over quota", Source: "lmtp", At: monday.Add(7 * 24 * time.Hour)}); err != nil {
		t.Fatal(err)
	}
	if n := w.number(`SELECT failures FROM soft_bounces WHERE subscriber_id = $1`, reader); n != 3 {
		t.Errorf("%d failures in a row, want 3", n)
	}
	w.suppressFailing()
	if got := w.reason(reader); got != "soft_bounces over quota" {
		t.Errorf("suppressed: %q", got)
	}
	people := subscribers.NewStore(w.db, subscribers.NewRules(nil, nil, "UTC"), ReaderEvents())
	if err := people.Lift(w.ctx, "a@example.com"); err != nil {
		t.Fatal(err)
	}
	w.suppressFailing()
	w.after(20, reader, full)
	w.suppressFailing()
	if got := w.reason(reader); got != "" {
		t.Errorf("suppressed again at the first failure: %q", got)
	}
	if err := people.Erase(w.ctx, reader, monday); err != nil || w.number(`SELECT count(*) FROM soft_bounces`) != 0 {
		t.Errorf("failures of an erased reader are kept; %v", err)
	}
}

// When the last emails to many readers failed, the fault is elsewhere.
func TestFailuresOfManyAreNotBelieved(t *testing.T) {
	w := failing(t)
	w.exec(`INSERT INTO preference_sets (programs, regions) VALUES ('{}', '{}')`)
	var last int64
	for i := range 11 {
		last = w.reader(fmt.Sprintf("r%d@example.com", i), Daily, "UTC", nil, nil)
		w.exec(`INSERT INTO soft_bounces (subscriber_id, failures, since, last_at, edition_id) VALUES ($1, 9, $2, $3, 1)`, last, monday, monday.Add(30*24*time.Hour))
	}
	w.suppressFailing()
	if n := w.number(`SELECT count(*) FROM suppressions`); n != 0 {
		t.Errorf("%d readers are suppressed, want none", n)
	}
	w.exec(`DELETE FROM soft_bounces WHERE subscriber_id = $1`, last)
	w.suppressFailing()
	if n := w.number(`SELECT count(*) FROM suppressions WHERE reason = 'soft_bounces'`); n != 10 {
		t.Errorf("%d readers are suppressed, want 10", n)
	}
}

func TestAHardBounceOfAReaderOfLongStanding(t *testing.T) {
	for name, c := range map[string]struct {
		days    []float64
		results []result
		want    string
	}{
		"a new reader":          {[]float64{1, 2, 3}, []result{arrived, arrived, gone}, "hard_bounce User unknown"},
		"of long standing":      {[]float64{1, 2, 3, 4}, []result{arrived, arrived, arrived, gone}, ""},
		"twice in a day":        {[]float64{1, 2, 3, 4, 4.9}, []result{arrived, arrived, arrived, gone, gone}, ""},
		"a day later":           {[]float64{1, 2, 3, 4, 4.5, 5}, []result{arrived, arrived, arrived, gone, gone, gone}, "hard_bounce User unknown"},
		"one arrived between":   {[]float64{1, 2, 3, 4, 5, 6}, []result{arrived, arrived, arrived, gone, arrived, gone}, ""},
		"and then a second one": {[]float64{1, 2, 3, 4, 5, 6, 8}, []result{arrived, arrived, arrived, gone, arrived, gone, gone}, "hard_bounce User unknown"},
		"full is none":          {[]float64{1, 2, 3, 4, 6}, []result{arrived, arrived, arrived, gone, full}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			w := failing(t)
			reader := w.reader("a@example.com", Daily, "UTC", nil, nil)
			w.exec(`UPDATE subscribers SET created_at = $1`, monday)
			for i, day := range c.days {
				edition := w.after(day, reader, c.results[i])
				w.tell(edition, reader, w.number(`SELECT variant_id FROM deliveries WHERE edition_id = $1`, edition), c.results[i]) // again
			}
			if got := w.reason(reader); got != c.want {
				t.Errorf("suppressed: %q, want %q", got, c.want)
			}
		})
	}
}

// Staff may decide: for a reader of long standing at once, or against an event.
func TestStaffDecideAboutAFirstBounce(t *testing.T) {
	w := failing(t)
	reader := w.reader("a@example.com", Daily, "UTC", nil, nil)
	w.exec(`UPDATE subscribers SET created_at = $1`, monday)
	for day := range 3 {
		w.after(float64(day+1), reader, arrived)
	}
	first := w.after(5, reader, gone)
	event := fmt.Sprint(first, ":example.com")
	w.inTx(func(tx *sqlx.Tx) error {
		return Events().Doubted(w.ctx, tx, deliveries.Doubt{Edition: first, Event: fmt.Sprint(first, ":*")})
	})
	second := w.after(7, reader, gone)
	if got := w.reason(reader); got != "" {
		t.Errorf("suppressed though the first bounce is not believed: %q", got)
	}
	w.exec(`INSERT INTO bounce_events (edition_id, domain, bounced) VALUES ($1, 'example.com', 1)`, second)
	store := deliveries.New(w.db, deliveries.Resend{}, Events(), nil)
	defer store.Close()
	if n, _, err := store.BelieveBounces(w.ctx, fmt.Sprint(second, ":example.com")); err != nil || n != 1 || w.reason(reader) != "hard_bounce User unknown" {
		t.Errorf("staff suppressed %d readers, want 1 (of %s); %v", n, event, err)
	}
}
