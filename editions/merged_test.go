package editions

import (
	"log/slog"
	"strings"
	"testing"
	"time"

	"corridor/articles"
	"corridor/testkit"
)

// merge gives two articles one title, date and text, as an older version of the
// program stored them, and merges them.
func (w *world) merge(older, younger int64, at time.Time) {
	w.t.Helper()
	w.exec(`
		UPDATE articles SET source = 'site', title = 'The port', published = $3, content_text = repeat('Ships come in and trains go out. ', 20),
			title_key = NULL, text_key = NULL, text_bands = NULL, compared = false
		WHERE id IN ($1, $2)`, older, younger, monday.Add(-day))
	g := articles.NewGatherer(w.db, nil, articles.Options{Log: slog.New(slog.DiscardHandler), Zone: time.UTC, Now: func() time.Time { return at }})
	rows, _, err := g.Gather(w.ctx)
	if err != nil || len(rows) != 1 || rows[0].Article.ID != older {
		w.t.Fatalf("%+v %v", rows, err)
	}
}

func (w *world) sent() {
	w.t.Helper()
	w.exec(`UPDATE deliveries SET state = 'sent', rendering_id = (SELECT rendering_id FROM variants WHERE id = variant_id) WHERE state = 'queued'`)
}

// TestReadersOfMergedArticles: a reader who had either article gets neither again, also when
// the remaining one is released again. A reader who had neither gets it then.
func TestReadersOfMergedArticles(t *testing.T) {
	testkit.Heavy(t)
	w := newWorld(t)
	first := w.reader("first@example.com", Daily, "UTC", []string{"eep"}, nil)
	older := w.article("The port", monday.Add(-2*time.Hour), []string{"eep"}, nil)
	w.send(Daily, monday)
	w.prepare(monday)
	w.sent()
	second := w.reader("second@example.com", Daily, "UTC", []string{"spp"}, nil)
	younger := w.article("The port", monday.Add(time.Hour), []string{"spp"}, nil)
	w.send(Daily, monday.Add(day))
	w.prepare(monday.Add(day))
	w.sent()
	w.merge(older, younger, monday.Add(day+time.Hour))
	neither := w.reader("neither@example.com", Daily, "UTC", nil, nil)
	other := w.article("Another", monday.Add(day+2*time.Hour), nil, nil)
	w.send(Daily, monday.Add(2*day))
	w.sent()
	w.wantGot("first", first, []int64{older})
	w.wantGot("second", second, []int64{younger})
	w.exec(`UPDATE articles SET programs = '{}' WHERE id = $1`, older)
	w.release(older, monday.Add(2*day+time.Hour))
	w.send(Daily, monday.Add(3*day))
	w.wantGot("first, after the release", first, []int64{older})
	w.wantGot("second, after the release", second, []int64{younger})
	w.wantGot("neither", neither, []int64{other}, []int64{older})

	for _, reader := range []string{"first@example.com", "second@example.com"} {
		if why, err := w.store.Why(w.ctx, reader, w.address(older), monday.Add(4*day)); err != nil || !why.Got {
			t.Errorf("%s: %+v %v", reader, why, err)
		}
	}
	audience := Audience{Programs: []string{"eep", "spp"}, Articles: []int64{older}}
	if n, err := audience.size(w.ctx, w.db, monday.Add(4*day)); err != nil || n != 2 {
		t.Errorf("%d readers were sent it, %v", n, err)
	}
}

// TestAMergedArticleThatIsPlanned leaves the digest: a reader who had the other article gets
// it no second time, and a reader who had not gets the article with the next digest.
func TestAMergedArticleThatIsPlanned(t *testing.T) {
	testkit.Heavy(t)
	for name, rendered := range map[string]bool{"before it is rendered": false, "after it is rendered": true} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			had := w.reader("had@example.com", Daily, "UTC", nil, nil)
			older := w.article("The port", monday.Add(-2*time.Hour), nil, nil)
			w.send(Daily, monday)
			w.prepare(monday)
			w.sent()
			missed := w.reader("missed@example.com", Daily, "UTC", nil, nil)
			w.exec(`INSERT INTO reader_positions (subscriber_id, seen_release_no, considered_frequency, considered_period) VALUES ($1, 1, 'daily', $2)`, missed, monday.Format(wallLayout))
			younger := w.article("The port", monday.Add(time.Hour), nil, nil)
			w.send(Daily, monday.Add(day))
			if rendered {
				w.prepare(monday.Add(day))
			}
			w.merge(older, younger, monday.Add(day+time.Minute))
			w.prepare(monday.Add(day + 2*time.Minute))
			if n := w.number(`SELECT count(*) FROM deliveries WHERE state = 'skipped'`); n != 2 {
				t.Errorf("%d deliveries are skipped", n)
			}
			w.send(Daily, monday.Add(2*day))
			w.wantGot("had", had, []int64{older}, []int64{younger})
			w.wantGot("missed", missed, []int64{younger}, []int64{older})
		})
	}
}

// TestPagesOfMergedArticles: an edition's page and a special edition show the article that
// the merged one is now.
func TestPagesOfMergedArticles(t *testing.T) {
	testkit.Heavy(t)
	w := newWorld(t)
	w.reader("r@example.com", Daily, "UTC", nil, nil)
	older := w.article("The port", monday.Add(-2*time.Hour), nil, nil)
	younger := w.article("The port", monday.Add(-time.Hour), nil, nil)
	w.send(Daily, monday)
	special, err := w.store.CreateSpecial(w.ctx, Special{Subject: "Ports", Articles: []int64{younger}}, monday)
	if err != nil {
		t.Fatal(err)
	}
	w.merge(older, younger, monday.Add(time.Hour))
	if err := w.store.Approve(w.ctx, special, "staff"); err != nil {
		t.Fatal(err)
	}
	if _, err := w.store.SendSpecial(w.ctx, special, monday.Add(2*time.Hour)); err != nil {
		t.Fatal(err)
	}
	w.prepare(monday.Add(2 * time.Hour))
	if n := w.number(`SELECT count(*) FROM renderings n JOIN variants v ON v.rendering_id = n.id WHERE v.edition_id = $1 AND n.article_ids = ARRAY[$2::bigint]`, special, older); n != 1 {
		t.Errorf("%d renderings of the special edition show the article", n)
	}
	list, err := articlesTx(w.ctx, w.db, []int64{younger, older}, true)
	if err != nil || len(list) != 1 || list[0].ID != older || !strings.HasPrefix(list[0].Title, "The port") {
		t.Errorf("%+v %v", list, err)
	}
}
