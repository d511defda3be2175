package editions

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/lib/pq"
	"pgregory.net/rapid"

	"corridor/mailer/deliveries"
	"corridor/postgres/postgrestest"
	"corridor/subscribers"
	"corridor/testkit"
)

// play runs the model beside the store, with one clock for both.
type play struct {
	*rapid.T
	w   *world
	m   *model
	now time.Time
}

var (
	drawPrograms = rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"eep", "spp"}), 0, 2, rapid.ID)
	drawRegions  = rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"central-asia", "south-caucasus"}), 0, 1, rapid.ID)
	drawZone     = rapid.SampledFrom([]string{"America/New_York", "Asia/Almaty", "Pacific/Kiritimati"})
	drawStep     = rapid.SampledFrom([]time.Duration{time.Minute, 7 * time.Minute, time.Hour, 5 * time.Hour, 23 * time.Hour, 3 * day, 8 * day})
)

// After any events in any order, each digest contains for each reader exactly the articles
// of the model; no reader gets an article twice; and in the end no reader lacks an article.
func TestEveryArticleReachesItsReadersOnce(t *testing.T) {
	testkit.Heavy(t)
	db := postgrestest.New(t)
	store, err := New(db, testOptions(t), slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(rt *rapid.T) {
		w := &world{t: t, db: db, store: store, ctx: context.Background()}
		w.exec(`TRUNCATE articles, subscribers, preference_sets, suppressions, editions, variants, variant_articles, renderings, reader_positions,
			waves, instant_periods, missed_deliveries, batches, deliveries, bounce_events, soft_bounces, hard_bounces, installation RESTART IDENTITY CASCADE`)
		w.exec(`UPDATE release_counter SET last_no = 0`)
		p := &play{T: rt, w: w, m: newModel(), now: monday}
		p.due()
		for range 3 {
			p.newReader()
			p.newArticle()
		}
		rt.Repeat(map[string]func(*rapid.T){
			"article":       p.step(p.newArticle),
			"article too":   p.step(p.newArticle),
			"article state": p.step(p.articleState),
			"relabel":       p.step(p.relabel),
			"reader":        p.step(p.newReader),
			"choices":       p.step(p.choices),
			"frequency":     p.step(p.frequency),
			"zone":          p.step(p.zone),
			"pause":         p.step(p.pause),
			"leave":         p.step(p.leaveOrReturn),
			"send":          p.step(p.send),
			"send too":      p.step(p.send),
			"due":           p.step(p.due),
			"due too":       p.step(p.due),
			"deliver":       p.step(p.deliver),
			"deliver too":   p.step(p.deliver),
			"special":       p.step(p.special),
			"cancel":        p.step(p.cancel),
			"came back":     p.step(p.cameBack),
			"retry":         p.step(p.retry),
			"":              func(*rapid.T) { p.m.checkOnce(rt) },
		})
		p.settle()
	})
}

// step advances the clock and then calls do.
func (p *play) step(do func()) func(*rapid.T) {
	return func(t *rapid.T) {
		p.T = t
		p.now = p.now.Add(drawStep.Draw(t, "time passes"))
		do()
	}
}

func (p *play) newArticle() {
	a := &mArticle{programs: drawPrograms.Draw(p.T, "programs"), regions: drawRegions.Draw(p.T, "regions"), state: "released", at: p.now, made: p.now, news: rapid.IntRange(0, 9).Draw(p.T, "news") > 0}
	a.id = p.w.article(fmt.Sprint("Article ", len(p.m.articles)+1), p.now, a.programs, a.regions)
	p.w.exec(`UPDATE articles SET newsworthy = $2 WHERE id = $1`, a.id, a.news)
	p.m.last++
	a.no = p.m.last
	p.m.articles[a.id] = a
}

// release gives an article a new number, as package articles does for an article that
// becomes eligible late.
func (p *play) release(a *mArticle) {
	p.w.release(a.id, p.now)
	p.m.last++
	a.no, a.at, a.state = p.m.last, p.now, "released"
}

func (p *play) articleState() {
	a, ok := pick(p.T, "article", sorted(p.m.articles))
	if !ok {
		return
	}
	if a.state != "released" {
		p.release(a)
		return
	}
	a.state = rapid.SampledFrom([]string{"held", "withdrawn"}).Draw(p.T, "state")
	p.w.exec(`UPDATE articles SET state = $2, changed_at = $3 WHERE id = $1`, a.id, a.state, p.now)
}

func (p *play) relabel() {
	a, ok := pick(p.T, "article", sorted(p.m.articles))
	if !ok {
		return
	}
	a.programs, a.regions = drawPrograms.Draw(p.T, "programs"), drawRegions.Draw(p.T, "regions")
	p.w.exec(`UPDATE articles SET programs = $2, regions = $3, changed_at = $4 WHERE id = $1`, a.id, pq.Array(a.programs), pq.Array(a.regions), p.now)
	if a.state == "released" {
		p.release(a)
	}
}

func (p *play) newReader() {
	r := &mReader{
		programs: drawPrograms.Draw(p.T, "programs"), regions: drawRegions.Draw(p.T, "regions"), zone: drawZone.Draw(p.T, "zone"),
		frequency: rapid.SampledFrom(Frequencies[:]).Draw(p.T, "frequency"), state: "active", confirmed: p.now, seen: -1, owed: map[int64]bool{},
	}
	r.id = p.w.reader(fmt.Sprintf("reader%d@example.com", len(p.m.readers)+1), r.frequency, r.zone, r.programs, r.regions)
	p.w.exec(`UPDATE subscribers SET confirmed_at = $2 WHERE id = $1`, r.id, p.now)
	p.m.readers[r.id] = r
}

func (p *play) reader() (*mReader, bool) { return pick(p.T, "reader", sorted(p.m.readers)) }

func (p *play) choices() {
	if r, ok := p.reader(); ok {
		r.programs, r.regions, r.changed = drawPrograms.Draw(p.T, "programs"), drawRegions.Draw(p.T, "regions"), true
		slices.Sort(r.programs)
		p.w.exec(`INSERT INTO preference_sets (programs, regions) VALUES ($1, $2) ON CONFLICT DO NOTHING`, pq.Array(r.programs), pq.Array(r.regions))
		p.w.exec(`UPDATE subscribers SET preference_set_id = (SELECT id FROM preference_sets WHERE programs = $2 AND regions = $3) WHERE id = $1`,
			r.id, pq.Array(r.programs), pq.Array(r.regions))
	}
}

func (p *play) frequency() {
	if r, ok := p.reader(); ok {
		r.frequency = rapid.SampledFrom(Frequencies[:]).Draw(p.T, "frequency")
		p.w.exec(`UPDATE subscribers SET frequency = $2 WHERE id = $1`, r.id, r.frequency)
	}
}

func (p *play) zone() {
	if r, ok := p.reader(); ok {
		r.zone = drawZone.Draw(p.T, "zone")
		p.w.exec(`UPDATE subscribers SET time_zone = $2 WHERE id = $1`, r.id, r.zone)
	}
}

func (p *play) pause() {
	if r, ok := p.reader(); ok {
		r.pausedUntil = p.now.Add(rapid.SampledFrom([]time.Duration{-time.Hour, 2 * day, 9 * day}).Draw(p.T, "for"))
		p.w.exec(`UPDATE subscribers SET paused_until = $2 WHERE id = $1`, r.id, r.pausedUntil)
	}
}

func (p *play) leaveOrReturn() {
	r, ok := p.reader()
	if !ok {
		return
	}
	if rapid.Bool().Draw(p.T, "suppression") {
		r.suppressed = !r.suppressed
		p.w.exec(`DELETE FROM suppressions`)
		for _, r := range p.m.readers {
			if r.suppressed {
				p.w.exec(`INSERT INTO suppressions (address_hash, reason, created_at) SELECT sha256(convert_to(folded, 'UTF8')), 'staff', $2 FROM subscribers WHERE id = $1`, r.id, p.now)
			}
		}
		return
	}
	if r.state == "active" {
		r.state, r.changed = "left", true // articles released meanwhile are not owed
	} else {
		r.state = "active"
	}
	p.w.exec(`UPDATE subscribers SET state = $2 WHERE id = $1`, r.id, r.state)
}

// send plans the present period for all zones, as staff do.
func (p *play) send() {
	f := rapid.SampledFrom(Frequencies[:]).Draw(p.T, "frequency")
	p.sendDigest(f)
}

func (p *play) sendDigest(f Frequency) {
	before := p.newest()
	plan, err := p.w.store.planDigest(p.w.ctx, f, p.now, p.now)
	if err == ErrCancelled {
		return
	}
	if err != nil {
		p.Fatal(err)
	}
	want := map[int64][]int64{}
	for _, r := range sorted(p.m.readers) {
		if list, ok := p.m.consider(r, f, plan.Period, plan.Period, p.now); ok && len(list) > 0 {
			want[r.id] = list
		}
	}
	p.compare(fmt.Sprint("send ", f), want, before)
}

// due plans the due waves, as the scheduler does.
func (p *play) due() {
	before := p.newest()
	instantBefore := p.instant()
	if err := p.w.store.planDue(p.w.ctx, p.now); err != nil {
		p.Fatal(err)
	}
	if p.m.served.IsZero() {
		p.m.served = p.now
	}
	want := map[int64][]int64{}
	horizon := Wall(p.now, time.UTC).Add(15 * time.Hour)
	for _, f := range []Frequency{Daily, Weekly, Monthly} {
		planned := map[string]bool{}
		zones := map[string]bool{} // zones with readers of this frequency
		for _, r := range p.m.readers {
			if r.state == "active" && r.frequency == f {
				zones[r.zone] = true
			}
		}
		for name := range zones {
			zone := p.w.store.location(name)
			period := p.w.store.opts.Schedules[f].Period(p.now, zone)
			key := editionKey(f, period) + name
			if at := Due(period, zone); p.now.Sub(at) > day || at.Before(p.m.served) || p.m.waves[key] {
				continue
			}
			p.m.waves[key] = true
			if p.isCancelled(editionKey(f, period)) {
				continue
			}
			planned[name] = true
		}
		for _, r := range sorted(p.m.readers) {
			if !planned[r.zone] {
				continue
			}
			period := p.w.store.opts.Schedules[f].Period(p.now, p.w.store.location(r.zone))
			if list, ok := p.m.consider(r, f, period, horizon, p.now); ok && len(list) > 0 {
				want[r.id] = list
			}
		}
	}
	if instant := p.instant(); instant.UptoNo.Valid && (instant.Period != instantBefore.Period || !instantBefore.UptoNo.Valid) && !p.isCancelled(editionKey(Instant, instant.Period)) {
		for _, r := range sorted(p.m.readers) {
			if list, ok := p.m.consider(r, Instant, instant.Period, instant.Period, p.now); ok && len(list) > 0 {
				want[r.id] = list
			}
		}
	}
	p.compare("due", want, before)
}

func (p *play) isCancelled(edition string) bool {
	for id, key := range p.m.editions {
		if key == edition && p.w.number(`SELECT count(*) FROM editions WHERE id = $1 AND state = 'cancelled'`, id) > 0 {
			return true
		}
	}
	return false
}

func (p *play) instant() instantPeriod {
	newest, _, err := newestInstantTx(p.w.ctx, p.w.db)
	if err != nil {
		p.Fatal(err)
	}
	return newest
}

// newest returns the number of deliveries.
func (p *play) newest() int { return len(p.m.mails) }

// compare reads the deliveries that were just planned and compares them with the model's.
func (p *play) compare(what string, want map[int64][]int64, _ int) {
	known := map[[2]int64]bool{}
	for _, d := range p.m.mails {
		known[[2]int64{d.edition, d.reader}] = true
	}
	rows, err := p.w.db.Query(`
		SELECT d.edition_id, d.variant_id, d.subscriber_id, v.article_ids, e.kind = 'digest', COALESCE(e.frequency, ''), e.period
		FROM deliveries d JOIN variants v ON v.id = d.variant_id JOIN editions e ON e.id = d.edition_id ORDER BY 1, 3`)
	if err != nil {
		p.Fatal(err)
	}
	defer rows.Close()
	got := map[int64][]int64{}
	for rows.Next() {
		d := &mMail{state: "queued"}
		var f Frequency
		var period *time.Time
		var list pq.Int64Array
		if err := rows.Scan(&d.edition, &d.variant, &d.reader, &list, &d.digest, &f, &period); err != nil {
			p.Fatal(err)
		}
		if known[[2]int64{d.edition, d.reader}] {
			continue
		}
		if d.digest {
			p.m.editions[d.edition] = editionKey(f, period.UTC())
		}
		d.articles, d.carries = list, list
		// Another wave's rendering of the variant may have been made already.
		for _, other := range p.m.mails {
			if other.variant == d.variant && other.rendered {
				d.rendered = true
			}
		}
		if _, twice := got[d.reader]; twice {
			p.Fatalf("%s: reader %d gets two mails", what, d.reader)
		}
		p.m.mails = append(p.m.mails, d)
		got[d.reader] = list
	}
	if err := rows.Err(); err != nil {
		p.Fatal(err)
	}
	if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
		p.Fatalf("%s at %v:\n%s", what, p.now, diff)
	}
}

// deliver renders, and gives some deliveries a result.
func (p *play) deliver() {
	p.render()
	ends := []string{"sent", "sent", "sent", "sent", "failed", "bounced", "paused", "uncertain", "dropped", "deferred", ""}
	for _, d := range p.m.mails {
		if d.state != "queued" && d.state != "deferred" || !d.rendered || p.editionState(d.edition) != "sending" {
			continue
		}
		end := rapid.SampledFrom(ends).Draw(p.T, "end")
		if p.m.readers[d.reader].state == "left" {
			end = "left"
		}
		p.finish(d, end)
	}
}

func (p *play) editionState(id int64) string {
	var state string
	if err := p.w.db.Get(&state, `SELECT state FROM editions WHERE id = $1`, id); err != nil {
		p.Fatal(err)
	}
	return state
}

// finish writes a result as package mailer does.
func (p *play) finish(d *mMail, end string) {
	state, reason, missed := end, "", false
	switch end {
	case "":
		return
	case "failed", "bounced":
		missed = true
	case "paused":
		state, reason, missed = "skipped", "paused", true
	case "left":
		state, reason = "skipped", "left"
	case "dropped":
		state, reason, d.dropped = "failed", "dropped", true
	}
	d.state = state
	p.w.exec(`UPDATE deliveries SET state = $3, reason = NULLIF($4, ''), rendering_id = (SELECT rendering_id FROM variants WHERE id = variant_id)
		WHERE edition_id = $1 AND subscriber_id = $2`, d.edition, d.reader, state, reason)
	if missed {
		p.m.missed(d)
		p.w.exec(`INSERT INTO missed_deliveries (subscriber_id, variant_id) VALUES ($1, $2) ON CONFLICT DO NOTHING`, d.reader, d.variant)
	}
}

// render is a separate step, because a process may die between planning and rendering,
// and articles and readers change meanwhile.
func (p *play) render() {
	if err := p.w.store.Prepare(p.w.ctx, p.now); err != nil {
		p.Fatal(err)
	}
	for _, d := range p.m.mails {
		if state := p.editionState(d.edition); state == "sending" || state == "paused" || state == "held" {
			p.m.render(d.variant, !d.digest)
		}
	}
}

// special sends a special edition to some readers, with articles they may have had before.
func (p *play) special() {
	a, ok := pick(p.T, "article", sorted(p.m.articles))
	if !ok || a.state != "released" {
		return
	}
	sp := Special{Subject: "Special", Intro: "Words.", Articles: []int64{a.id}, Audience: Audience{Programs: drawPrograms.Draw(p.T, "audience")}}
	id, err := p.w.store.CreateSpecial(p.w.ctx, sp, p.now)
	if err != nil {
		p.Fatal(err)
	}
	want := map[int64][]int64{}
	for _, r := range p.m.readers {
		follows := len(r.programs) == 0 || shares(sp.Audience.Programs, r.programs)
		if r.state == "active" && !r.suppressed && !p.now.Before(r.pausedUntil) && follows {
			want[r.id] = []int64{a.id}
		}
	}
	if err := p.w.store.Approve(p.w.ctx, id, "test"); err != nil {
		p.Fatal(err)
	}
	err = p.w.store.planSpecial(p.w.ctx, id, p.now)
	if len(want) == 0 {
		if err == nil {
			p.Fatal("a special edition for nobody was sent")
		}
		return
	}
	if err != nil {
		p.Fatal(err)
	}
	p.compare("special", want, p.newest())
}

func (p *play) cancel() {
	d, ok := pick(p.T, "of mail", p.m.mails)
	if !ok || p.editionState(d.edition) != "sending" {
		return
	}
	if err := p.w.store.Cancel(p.w.ctx, d.edition, p.now); err != nil {
		p.Fatal(err)
	}
	for _, other := range p.m.mails {
		if other.edition == d.edition && (other.state == "queued" || other.state == "deferred") {
			other.state = "skipped"
			p.m.missed(other)
		}
	}
}

// cameBack reports that an email was not delivered after all.
func (p *play) cameBack() {
	d, ok := pick(p.T, "of mail", slices.DeleteFunc(slices.Clone(p.m.mails), func(d *mMail) bool { return d.state != "sent" && d.state != "uncertain" }))
	if !ok {
		return
	}
	hard := rapid.Bool().Draw(p.T, "hard")
	reports := deliveries.New(p.w.db, deliveries.Resend{}, Events(), nil)
	defer reports.Close()
	if changed, err := reports.BounceLate(p.w.ctx, d.edition, d.reader, deliveries.LateBounce{Code: 550, Hard: hard, At: p.now}); err != nil || !changed {
		p.Fatal("a report changes nothing: ", err)
	}
	if d.state = "failed"; hard {
		d.state = "bounced"
	}
	p.m.missed(d)
	p.m.readers[d.reader].suppressed = p.w.number(`SELECT count(*) FROM suppressions x JOIN subscribers s ON `+subscribers.SuppressionOf+` WHERE s.id = $1`, d.reader) > 0
}

// retry sends an edition once more to the readers that it did not reach.
func (p *play) retry() {
	of, ok := pick(p.T, "of mail", p.m.mails)
	if !ok || p.editionState(of.edition) == "cancelled" {
		return
	}
	carried := func(d *mMail) (list []int64) {
		p.must(p.w.db.Select(&list, `SELECT unnest(n.article_ids) FROM variants v JOIN renderings n ON n.id = v.rendering_id WHERE v.id = $1`, d.variant))
		return list
	}
	var again []*mMail
	for _, d := range p.m.mails {
		if d.edition != of.edition || d.state != "failed" && d.state != "bounced" {
			continue
		}
		had := d.carries
		if d.carries = carried(d); p.m.mayRetry(d, p.now) {
			again = append(again, d)
		} else {
			d.carries = had // what staff dropped keeps the rendering that may have arrived
		}
	}
	got, err := p.w.store.Retry(p.w.ctx, of.edition, p.now)
	if err != nil || got.Queued != int64(len(again)) {
		p.Fatalf("retrying edition %d: %+v, %v; want %d", of.edition, got, err, len(again))
	}
	for _, d := range again {
		d.state, d.owed = "queued", false
		p.m.oweAgain(p.m.readers[d.reader])
	}
	p.render()
	for _, d := range again {
		if list := carried(d); d.state == "queued" && !slices.Equal(list, d.carries) {
			p.Fatalf("the retry to reader %d carries %v, want %v", d.reader, list, d.carries)
		}
	}
}

func (p *play) must(err error) {
	if err != nil {
		p.Fatal(err)
	}
}

// settle ends every pause and sends until nothing is owed.
func (p *play) settle() {
	for _, r := range p.m.readers {
		r.pausedUntil, r.suppressed = time.Time{}, false
	}
	p.w.exec(`UPDATE subscribers SET paused_until = NULL`)
	p.w.exec(`DELETE FROM suppressions`)
	for range 2 {
		p.now = p.now.Add(32 * day)
		p.newArticle() // begins a period for instant readers too
		for _, f := range Frequencies {
			p.sendDigest(f)
		}
		p.render()
		for _, d := range p.m.mails {
			if d.rendered && (d.state == "queued" || d.state == "deferred") && p.editionState(d.edition) == "sending" {
				p.finish(d, "sent")
			}
		}
	}
	p.m.checkOnce(p.T)
	p.m.checkComplete(p.T)
}
