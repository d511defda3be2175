package bench

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/netip"
	"os"
	"os/exec"
	"strings"
	"time"

	"corridor/articles"
	"corridor/fetch"
	"corridor/postgres"
)

// Gather measures reading pages, polling many sources and a first gather, against a site in
// another process.
type Gather struct {
	Pages    int `help:"Number of pages that are read." default:"600"`
	Sources  int `help:"Number of feeds that are due at once." default:"1000"`
	Articles int `help:"Number of articles of the first gather." default:"20000"`
	Hostile  int `help:"Size of hostile pages, in KB; they are read at four times this size as well." default:"1024"`
}

// GatherReport holds the measurements of [Gather]. CPU times are of this process; PostgreSQL's
// have names of their own.
type GatherReport struct {
	Reading ReadingReport `json:"reading"`
	Polling PollingReport `json:"polling"`
	First   FirstReport   `json:"first_gather"`
}

// PollingReport holds the measurements of sources that are due at once.
type PollingReport struct {
	Sources      int     `json:"sources"`
	FirstSeconds float64 `json:"first_seconds"`   // until all were polled, with ten articles each
	Seconds      float64 `json:"seconds"`         // until all were polled, unchanged
	CPU          float64 `json:"cpu_ms_a_source"` // unchanged
	Postgres     float64 `json:"postgres_cpu_ms_a_source"`
	Cores        float64 `json:"cores"` // when all are due every minute
	Memory       int64   `json:"memory_bytes"`
}

// FirstReport holds the measurements of a first gather.
type FirstReport struct {
	Articles int     `json:"articles"`
	Rate     float64 `json:"articles_per_second"`
	CPU      float64 `json:"cpu_ms_an_article"`
	Postgres float64 `json:"postgres_cpu_ms_an_article"`
	Memory   int64   `json:"memory_bytes"`
	Half     int64   `json:"memory_bytes_at_half"`
}

// Measure measures on a private PostgreSQL server of the benchmark.
func (b Gather) Measure(ctx context.Context, log *slog.Logger) (*GatherReport, error) {
	r := &GatherReport{}
	var err error
	if r.Reading, err = measureReading(ctx, b.Pages, b.Hostile<<10); err != nil {
		return nil, err
	}
	db, end, err := startDatabase(ctx, log)
	if err != nil {
		return nil, err
	}
	defer end()
	site, err := startSite(ctx)
	if err != nil {
		return nil, err
	}
	defer site.stop()
	if r.Polling, err = b.poll(ctx, db, site); err != nil {
		return nil, err
	}
	r.First, err = b.first(ctx, db, site)
	return r, err
}

// gatherer returns a gatherer of sources on the benchmark's site.
func gatherer(db *postgres.DB, sources []articles.Source) (*articles.Gatherer, func()) {
	client := fetch.New(fetch.Options{Guard: fetch.Guard{Allowed: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}}, UserAgent: "Corridor/bench", Timeout: time.Minute, MaxBytes: 10 << 20})
	return articles.NewGatherer(db, client, articles.Options{
		Labels:  articles.Labels{Regions: []articles.Region{{Slug: "central-asia", Name: "Central Asia", Countries: []string{"Kazakhstan", "Uzbekistan"}}}},
		Sources: sources, NewsWindow: 14 * 24 * time.Hour, Language: "en", Zone: time.UTC, MaxBytes: 10 << 20, Log: slog.New(slog.DiscardHandler), Now: time.Now,
		OwnPage: func(id int64) string { return fmt.Sprint("http://127.0.0.1/articles/", id) },
	}), client.Close
}

// poll measures sources that are due at once: for the first time, and then unchanged.
func (b Gather) poll(ctx context.Context, db *postgres.DB, site *siteProcess) (r PollingReport, err error) {
	r.Sources = b.Sources
	var sources []articles.Source
	for i := range b.Sources {
		sources = append(sources, articles.Source{Name: fmt.Sprint("feed ", i), Kind: articles.Feed, URL: fmt.Sprintf("http://%s/feeds/%d.xml", site.hosts[i%len(site.hosts)], i), Every: time.Minute})
	}
	g, end := gatherer(db, sources)
	defer end()
	resetPeak()
	if r.FirstSeconds, err = workThrough(ctx, g, b.Sources); err != nil {
		return r, err
	}
	if _, err := db.ExecContext(ctx, `UPDATE sources SET due_at = NULL`); err != nil {
		return r, err
	}
	if _, err := workThrough(ctx, g, b.Sources); err != nil { // the round after news looks at all articles
		return r, err
	}
	if _, err := db.ExecContext(ctx, `UPDATE sources SET due_at = NULL`); err != nil {
		return r, err
	}
	own, before := ownCPU(), time.Duration(0)
	if before, err = serverCPU(ctx, db); err != nil {
		return r, err
	}
	if r.Seconds, err = workThrough(ctx, g, b.Sources); err != nil {
		return r, err
	}
	used := ownCPU() - own
	after, err := serverCPU(ctx, db)
	r.CPU, r.Postgres = milliseconds(used)/float64(b.Sources), milliseconds(after-before)/float64(b.Sources)
	r.Cores, r.Memory = used.Minutes(), peakMemory()
	return r, err
}

// workThrough lets a gatherer read what is due until so many sources were read, and returns the
// seconds.
func workThrough(ctx context.Context, g *articles.Gatherer, sources int) (float64, error) {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	done := make(chan articles.Gathered, sources)
	began := time.Now()
	ended := make(chan error, 1)
	go func() {
		ended <- g.Work(ctx, func(context.Context) bool { return true }, func(result articles.Gathered) {
			select {
			case done <- result:
			case <-ctx.Done():
			}
		})
	}()
	var failure error
	for range sources {
		select {
		case result := <-done:
			if result.Err == nil && len(result.Failures) > 0 {
				result.Err = result.Failures[0].Err
			}
			failure = errors.Join(failure, result.Err)
		case <-ctx.Done():
			return 0, ctx.Err()
		}
	}
	seconds := time.Since(began).Seconds()
	stop()
	return seconds, errors.Join(failure, <-ended)
}

// first measures the first gather of a source with many articles.
func (b Gather) first(ctx context.Context, db *postgres.DB, site *siteProcess) (r FirstReport, err error) {
	g, end := gatherer(db, []articles.Source{{Name: "site", Kind: articles.Sitemap, URL: fmt.Sprintf("http://%s/sitemap.xml?n=%d", site.hosts[0], b.Articles), Match: "/a/*"}})
	defer end()
	resetPeak()
	own, before := ownCPU(), time.Duration(0)
	if before, err = serverCPU(ctx, db); err != nil {
		return r, err
	}
	began := time.Now()
	half := make(chan int64, 1)
	watching, stop := context.WithCancel(ctx)
	go watchHalf(watching, db, b.Articles/2, half)
	rows, failures, err := g.Gather(ctx)
	stop()
	if len(failures) > 0 {
		err = errors.Join(err, failures[0].Err)
	}
	for _, row := range rows {
		if row.Outcome == articles.New {
			r.Articles++
		}
	}
	if err == nil && r.Articles < b.Articles {
		err = fmt.Errorf("%d of %d articles were stored; the first other: %s %s", r.Articles, b.Articles, rows[len(rows)-1].URL, rows[len(rows)-1].Reason)
	}
	after, failed := serverCPU(ctx, db)
	n := float64(max(r.Articles, 1))
	r.Rate, r.CPU, r.Postgres = n/time.Since(began).Seconds(), milliseconds(ownCPU()-own)/n, milliseconds(after-before)/n
	r.Memory, r.Half = peakMemory(), <-half
	return r, errors.Join(err, failed)
}

// watchHalf sends the peak of memory when half of the articles are stored, or at the end.
func watchHalf(ctx context.Context, db *postgres.DB, n int, half chan<- int64) {
	for stored := 0; stored < n && ctx.Err() == nil; {
		select {
		case <-ctx.Done():
		case <-time.After(200 * time.Millisecond):
		}
		_ = db.GetContext(ctx, &stored, `SELECT count(*) FROM articles WHERE source = 'site'`)
	}
	half <- peakMemory()
}

func milliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

// resetPeak lets [peakMemory] begin anew (proc(5), clear_refs).
func resetPeak() { _ = os.WriteFile("/proc/self/clear_refs", []byte("5"), 0) }

// siteProcess is a running process of [Site].
type siteProcess struct {
	hosts   []string
	command *exec.Cmd
	in      io.WriteCloser
}

func startSite(ctx context.Context) (*siteProcess, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	s := &siteProcess{command: exec.CommandContext(ctx, self, "bench", "site")}
	if s.in, err = s.command.StdinPipe(); err != nil {
		return nil, err
	}
	out, err := s.command.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := s.command.Start(); err != nil {
		return nil, err
	}
	lines := bufio.NewScanner(out)
	for lines.Scan() && strings.TrimSpace(lines.Text()) != "" {
		s.hosts = append(s.hosts, lines.Text())
	}
	if len(s.hosts) < siteHosts {
		s.stop()
		return nil, errors.New("the site of the benchmark does not start")
	}
	return s, nil
}

func (s *siteProcess) stop() {
	_ = s.in.Close()
	_ = s.command.Wait()
}
