package articles

import (
	"context"
	"fmt"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"corridor/postgres/postgrestest"
)

// crowd is a site with n feeds, each with one article in full, and the number of requests
// for each feed.
type crowd struct {
	*site
	sources []Source
	asked   []atomic.Int32
}

func newCrowd(t *testing.T, n int) *crowd {
	c := &crowd{site: newSite(t), asked: make([]atomic.Int32, n)}
	for i := range n {
		path := fmt.Sprintf("/feeds/%d.xml", i)
		c.handle(path, func(w http.ResponseWriter, _ *http.Request) {
			c.asked[i].Add(1)
			fmt.Fprintf(w, `<rss version="2.0"><channel><title>Feed</title><link>%[2]s</link><description>d</description><item><title>Article %[1]d</title><guid isPermaLink="false">%[1]d</guid><pubDate>Mon, 04 May 2026 10:00:00 GMT</pubDate><description>Article %[1]d is about port %[1]d, and no other.</description></item></channel></rss>`, i, c.URL)
		})
		c.sources = append(c.sources, Source{Name: fmt.Sprint("feed ", i), Kind: Feed, URL: c.URL + path, Every: time.Hour})
	}
	return c
}

// Processes share the sources: each due source is read by one of them, once.
func TestProcessesShareTheSources(t *testing.T) {
	c, db, clock := newCrowd(t, 60), postgrestest.New(t), start()
	ctx, stop := context.WithCancel(t.Context())
	var processes sync.WaitGroup
	var read atomic.Int32
	for range 3 {
		g := newGatherer(t, db, clock, c.sources...)
		processes.Go(func() {
			err := g.Work(ctx, func(context.Context) bool { return true }, func(result Gathered) {
				if result.Err != nil && ctx.Err() == nil {
					t.Error(result.Err)
				}
				read.Add(1)
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	for read.Load() < 60 { // the test's own time limit ends it
		time.Sleep(5 * time.Millisecond)
	}
	time.Sleep(2 * lookForDue) // a second reading would come now
	stop()
	processes.Wait()
	for i := range c.asked {
		if n := c.asked[i].Load(); n != 1 {
			t.Errorf("source %d was read %d times", i, n)
		}
	}
	var due int
	if err := db.Get(&due, `SELECT count(*) FROM sources WHERE due_at > $1 AND due_at <= $1::timestamptz + interval '1 day'`, clock.now); err != nil || due != 60 {
		t.Errorf("%d of 60 sources are due within a day: %v", due, err)
	}
}

// A claim of a process that died ends, and the source is due again.
func TestAClaimEnds(t *testing.T) {
	c, db, clock := newCrowd(t, 1), postgrestest.New(t), start()
	g := newGatherer(t, db, clock, c.sources...)
	g.Budget = 5 * time.Minute
	take := func(may bool) int {
		t.Helper()
		known := false
		due, err := g.takeDue(t.Context(), func(context.Context) bool { return may }, 10, &known)
		if err != nil {
			t.Fatal(err)
		}
		return len(due)
	}
	if n := take(true); n != 1 {
		t.Fatalf("%d sources are due at first", n)
	}
	if n := take(true); n != 0 {
		t.Errorf("a claimed source is due")
	}
	clock.now = clock.now.Add(6*time.Minute + time.Second)
	if n := take(true); n != 1 {
		t.Errorf("a source is not due after its claim has ended")
	}
	clock.now = clock.now.Add(time.Hour)
	if n := take(false); n != 0 {
		t.Errorf("a source is taken although none may be read")
	}
}

// A source that is being read by hand is tried again soon, and blocks no worker.
func TestASourceThatIsBeingReadWaits(t *testing.T) {
	c, db, clock := newCrowd(t, 1), postgrestest.New(t), start()
	g, other := newGatherer(t, db, clock, c.sources...), newGatherer(t, db, clock, c.sources...)
	if err := g.store.addSources(t.Context(), g.sourceNames()); err != nil {
		t.Fatal(err)
	}
	unlock, err := other.locks.Lock(t.Context(), sourceLock("feed 0"))
	if err != nil {
		t.Fatal(err)
	}
	defer unlock()
	if result := g.readDue(t.Context(), c.sources[0]); result.Err != nil || len(result.Rows) > 0 || c.asked[0].Load() != 0 {
		t.Errorf("%+v", result)
	}
	var wait float64
	if err := db.Get(&wait, `SELECT extract(epoch FROM due_at - $1) FROM sources`, clock.now); err != nil || wait != busyAgain.Seconds() {
		t.Errorf("due in %v s: %v", wait, err)
	}
}

// A source with an article each week is read some times between two of them, a failing one
// less and less often.
func TestSourcesLearnTheirPace(t *testing.T) {
	db, clock := postgrestest.New(t), start()
	g := newGatherer(t, db, clock)
	weekly := Source{Name: "weekly", Every: 15 * time.Minute}
	for i := range 5 {
		db.MustExec(`INSERT INTO articles (url, source, state, title, published, content_hash, changed_at, first_seen_at, checked_at) VALUES ($1, 'weekly', 'held', 'T', $2, '', $2, $2, $2)`,
			fmt.Sprint("https://www.example.org/", i), clock.now.AddDate(0, 0, -7*i-1))
	}
	wait := func(failure error, rows ...Row) time.Duration {
		t.Helper()
		state, err := g.store.sourceState(t.Context(), "weekly")
		if err == nil {
			err = g.schedule(t.Context(), weekly, state, clock.now, rows, failure)
		}
		var seconds float64
		if err == nil {
			err = db.Get(&seconds, `SELECT extract(epoch FROM due_at - $1) FROM sources`, clock.now)
		}
		if err != nil {
			t.Fatal(err)
		}
		return time.Duration(seconds * float64(time.Second))
	}
	between := func(what string, got, least, most time.Duration) {
		t.Helper()
		if got < least || got > most {
			t.Errorf("%s: next reading in %v, want %v to %v", what, got, least, most)
		}
	}
	between("an article a week, just after the first gather", wait(nil), 13*time.Minute, 3*time.Hour)
	clock.now = clock.now.AddDate(0, 0, 7)
	between("a week later", wait(nil), 21*time.Hour, 24*time.Hour)
	between("a failure", wait(errBudget), 27*time.Minute, 30*time.Minute)
	between("a second failure", wait(errBudget), 54*time.Minute, time.Hour)
	between("a failure of a part", wait(errBudget, Row{Outcome: Unchanged}), 21*time.Hour, 24*time.Hour)
	between("a failure after that", wait(errBudget), 27*time.Minute, 30*time.Minute)
	for i := range 10 {
		db.MustExec(`INSERT INTO articles (url, source, state, title, published, content_hash, changed_at, first_seen_at, checked_at) VALUES ($1, 'weekly', 'held', 'T', $2, '', $2, $2, $2)`,
			fmt.Sprint("https://www.example.org/today/", i), clock.now.Add(-time.Duration(i)*time.Hour))
	}
	between("news of today", wait(nil, Row{Outcome: New}), 15*time.Minute*9/10, 15*time.Minute)
}

// A reading that is asked for while the source is read comes after that.
func TestAskingForASource(t *testing.T) {
	db, clock := postgrestest.New(t), start()
	s := Source{Name: "weekly", Every: time.Hour}
	g := newGatherer(t, db, clock, s)
	state, err := g.store.sourceState(t.Context(), s.Name)
	if err != nil {
		t.Fatal(err)
	}
	due := func() (seconds float64) {
		t.Helper()
		if err := db.Get(&seconds, `SELECT extract(epoch FROM due_at - $1) FROM sources`, clock.now); err != nil {
			t.Fatal(err)
		}
		return seconds
	}
	began := clock.now
	clock.now = clock.now.Add(time.Minute)
	if err := g.store.AskFor(t.Context(), s.Name, clock.now); err != nil {
		t.Fatal(err)
	}
	clock.now = clock.now.Add(time.Minute)
	if err := g.schedule(t.Context(), s, state, began, nil, nil); err != nil || due() > 0 {
		t.Errorf("due in %v s: %v", due(), err)
	}
	if err := g.schedule(t.Context(), s, state, clock.now, nil, nil); err != nil || due() < 3000 {
		t.Errorf("after that reading due in %v s: %v", due(), err)
	}
}
