package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"corridor/feeds"
	"corridor/postgres"
	"corridor/templates"
	"corridor/web"

	"github.com/jmoiron/sqlx"
)

// benchFeeds serves feeds beside a bare server that hands out the same bytes.
type benchFeeds struct {
	Articles int           `help:"How many." default:"10000"`
	Time     time.Duration `help:"How long each round of serving is measured." default:"1s"`
	JSON     bool          `name:"json" help:"Print one JSON document."`
}

// feedsResult is what was measured.
type feedsResult struct {
	Documents  int                `json:"documents"`
	FirstBuild float64            `json:"first_build_cpu_seconds"`
	OneArticle float64            `json:"one_new_article_cpu_ms"`
	Compress   float64            `json:"compression_cpu_ms_per_document"`
	Memory     int64              `json:"memory_bytes"`
	Serving    []feedsServing     `json:"serving"`
	Ratios     map[string]float64 `json:"ratios"`
	topics     []feeds.Topic
}

type feedsServing struct {
	Name      string  `json:"name"`
	OK        float64 `json:"requests_per_second_200"`
	Unchanged float64 `json:"requests_per_second_304"`
	Allocated float64 `json:"bytes_allocated_per_request"`
}

// Run measures.
func (c benchFeeds) Run(ctx context.Context, p *program) error {
	p.quiet()
	db, _, end, err := p.benchDatabase(ctx)
	if err != nil {
		return err
	}
	defer end()
	if err := c.fill(ctx, db); err != nil {
		return err
	}
	o := feeds.Options{Title: "Benchmark", BaseURL: "http://127.0.0.1:8080", Language: "en", MaxAge: 5 * time.Minute}
	for i := range benchPrograms {
		o.Programs = append(o.Programs, feeds.Label{Slug: "p" + strconv.Itoa(i), Name: "Program " + strconv.Itoa(i)})
	}
	for i := range benchRegions {
		o.Regions = append(o.Regions, feeds.Label{Slug: "r" + strconv.Itoa(i), Name: "Region " + strconv.Itoa(i)})
	}
	publisher := feeds.New(db, o)
	running, stop := context.WithCancel(ctx)
	defer stop()
	go func() { _ = publisher.Run(running) }()
	r, err := c.build(ctx, db, publisher)
	if err != nil {
		return err
	}
	if err := c.serve(ctx, p, publisher, r); err != nil {
		return err
	}
	return c.print(p, r)
}

const benchPrograms, benchRegions = 8, 6

// fill makes articles of about 6 KB, each under one program and one region.
func (c benchFeeds) fill(ctx context.Context, db *postgres.DB) error {
	err := db.InTx(ctx, func(tx *sqlx.Tx) error {
		_, err := tx.ExecContext(ctx, `
			INSERT INTO articles (url, state, title, authors, published, programs, regions, summary, content_html, content_text, content_hash, language,
				release_no, released_at, numbered_at, changed_at, first_seen_at, checked_at)
			SELECT 'https://www.example.org/research/' || i, 'released', 'The article with number ' || i, ARRAY['Author ' || i % 200], now() - i * interval '1 hour',
				ARRAY['p' || i % $2], ARRAY['r' || i % $3], 'What the article says, in a sentence.',
				repeat('<p>The Caspian has no outlet: what the rivers bring, the sun must take away again &amp; again.</p>', 60), '', '\x00', 'en',
				i, now(), now(), now(), now(), now()
			FROM generate_series(1, $1::int) i`, c.Articles, benchPrograms, benchRegions)
		if err == nil {
			_, err = tx.ExecContext(ctx, `UPDATE release_counter SET last_no = $1`, c.Articles)
		}
		return err
	})
	if err == nil {
		_, err = db.ExecContext(ctx, `ANALYZE`)
	}
	return err
}

// build makes every document once, and then again after a new article.
func (c benchFeeds) build(ctx context.Context, db *postgres.DB, p *feeds.Publisher) (*feedsResult, error) {
	all, err := p.Topics(ctx)
	if err != nil {
		return nil, err
	}
	r := &feedsResult{Ratios: map[string]float64{}}
	for _, t := range all {
		if t.Kind != feeds.Author {
			r.topics = append(r.topics, t)
		}
	}
	if err := c.untilKept(ctx, p); err != nil {
		return nil, err
	}
	cpu := ownCPU()
	documents, err := c.documents(ctx, p, r.topics)
	if err != nil {
		return nil, err
	}
	r.FirstBuild, r.Documents = (ownCPU() - cpu).Seconds(), len(documents)
	cpu = ownCPU()
	for _, d := range documents {
		d.Compress()
	}
	r.Compress = float64(ownCPU()-cpu) / float64(time.Millisecond) / float64(len(documents))
	before := p.Built()
	cpu = ownCPU()
	if _, err := db.ExecContext(ctx, `
		WITH a AS (UPDATE articles SET title = 'A new title', changed_at = now() WHERE id = (SELECT id FROM articles ORDER BY published DESC LIMIT 1) RETURNING id)
		SELECT pg_notify('articles', id::text) FROM a`); err != nil {
		return nil, err
	}
	for p.Built() == before && ctx.Err() == nil { // until the change has come here
		if _, err := p.Document(ctx, feeds.Topic{}, feeds.Atom, ""); err != nil {
			return nil, err
		}
		time.Sleep(5 * time.Millisecond)
	}
	if _, err := c.documents(ctx, p, r.topics); err != nil {
		return nil, err
	}
	r.OneArticle = float64(ownCPU()-cpu) / float64(time.Millisecond)
	runtime.GC()
	r.Memory = peakMemory()
	return r, ctx.Err()
}

// untilKept waits until the publisher listens, and so keeps what it makes.
func (c benchFeeds) untilKept(ctx context.Context, p *feeds.Publisher) error {
	nobody := feeds.Topic{Kind: feeds.Author, Author: "nobody"}
	for ctx.Err() == nil {
		one, err := p.Document(ctx, nobody, feeds.Atom, "")
		if err != nil {
			return err
		}
		if two, err := p.Document(ctx, nobody, feeds.Atom, ""); err == nil && one == two {
			return nil
		}
		time.Sleep(10 * time.Millisecond)
	}
	return ctx.Err()
}

func (c benchFeeds) documents(ctx context.Context, p *feeds.Publisher, topics []feeds.Topic) ([]*feeds.Document, error) {
	var list []*feeds.Document
	for _, t := range topics {
		for _, f := range feeds.Formats() {
			d, err := p.Document(ctx, t, f, "")
			if err != nil {
				return nil, err
			}
			list = append(list, d)
		}
	}
	return list, nil
}

// serve measures requests a second of three servers with the same bytes.
func (c benchFeeds) serve(ctx context.Context, p *program, publisher *feeds.Publisher, r *feedsResult) error {
	d, err := publisher.Document(ctx, feeds.Topic{}, feeds.Atom, "")
	if err != nil {
		return err
	}
	site, err := web.New(web.Options{Site: templates.Site{Title: "Benchmark", BaseURL: "http://127.0.0.1:8080"}, Log: p.log, Now: time.Now, Feeds: publisher})
	if err != nil {
		return err
	}
	// The same bytes: of the headers too, as far as both answers have them.
	bare := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h["Etag"], h["Vary"], h["Cache-Control"] = []string{d.ETag()}, []string{"Accept-Encoding"}, publisher.CacheControl()
		if r.Header.Get("If-None-Match") == d.ETag() {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		h["Content-Type"] = []string{"application/atom+xml; charset=utf-8"}
		h["Content-Length"] = []string{strconv.Itoa(len(d.Body))}
		_, _ = w.Write(d.Body)
	})
	r.Serving = []feedsServing{{Name: "corridor"}, {Name: "bare net/http"}}
	for range benchRounds { // in turn, so that what else the machine does meets both
		for i, handler := range []http.Handler{site, bare} {
			l, err := net.Listen("tcp", "127.0.0.1:0")
			if err != nil {
				return err
			}
			s := &http.Server{Handler: handler, ReadHeaderTimeout: time.Minute, ErrorLog: slog.NewLogLogger(p.log.Handler(), slog.LevelDebug)}
			go func() { _ = s.Serve(l) }()
			row, err := c.measure(ctx, r.Serving[i].Name, "http://"+l.Addr().String()+"/feeds/all.atom", d.ETag())
			_ = s.Close()
			if err != nil {
				return err
			}
			r.Serving[i] = r.Serving[i].better(row)
		}
	}
	if row, err := c.nginx(ctx, d); err == nil {
		r.Serving = append(r.Serving, row)
	}
	r.Ratios["200"], r.Ratios["304"] = r.Serving[0].OK/r.Serving[1].OK, r.Serving[0].Unchanged/r.Serving[1].Unchanged
	return nil
}

// benchRounds is how often each server is measured; its best round counts.
const benchRounds = 6

func (s feedsServing) better(other feedsServing) feedsServing {
	if s.OK == 0 {
		return other
	}
	s.OK, s.Unchanged, s.Allocated = max(s.OK, other.OK), max(s.Unchanged, other.Unchanged), min(s.Allocated, other.Allocated)
	return s
}

func (c benchFeeds) measure(ctx context.Context, name, url, etag string) (feedsServing, error) {
	row := feedsServing{Name: name}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	var err error
	if row.OK, err = c.load(ctx, url, ""); err != nil {
		return row, err
	}
	runtime.ReadMemStats(&after)
	if n := row.OK * c.Time.Seconds(); n > 0 {
		row.Allocated = float64(after.TotalAlloc-before.TotalAlloc) / n
	}
	row.Unchanged, err = c.load(ctx, url, etag)
	return row, err
}

var wrkRate = regexp.MustCompile(`Requests/sec:\s+([0-9.]+)`)

// load asks as fast as it can, with wrk where that is installed: it takes less of the
// machine than a client of our own.
func (c benchFeeds) load(ctx context.Context, url, etag string) (float64, error) {
	program, err := exec.LookPath("wrk")
	if err != nil {
		return c.loadOurselves(ctx, url, etag)
	}
	args := []string{"-t", "1", "-c", "16", "-d", strconv.Itoa(max(1, int(c.Time.Seconds()))) + "s"}
	if etag != "" {
		args = append(args, "-H", "If-None-Match: "+etag)
	}
	out, err := exec.CommandContext(ctx, program, append(args, url)...).Output()
	if err != nil {
		return 0, fmt.Errorf("wrk: %w", err)
	}
	m := wrkRate.FindSubmatch(out)
	if m == nil {
		return 0, errors.New("wrk says no rate")
	}
	return strconv.ParseFloat(string(m[1]), 64)
}

func (c benchFeeds) loadOurselves(ctx context.Context, url, etag string) (float64, error) {
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 16, DisableCompression: true}}
	var done atomic.Int64
	var failed atomic.Pointer[error]
	end := time.Now().Add(c.Time)
	var group sync.WaitGroup
	for range 16 {
		group.Go(func() {
			buffer := make([]byte, 64<<10)
			for time.Now().Before(end) && ctx.Err() == nil {
				if err := benchRequest(ctx, client, url, etag, buffer); err != nil {
					failed.Store(&err)
					return
				}
				done.Add(1)
			}
		})
	}
	group.Wait()
	if err := failed.Load(); err != nil {
		return 0, *err
	}
	return float64(done.Load()) / c.Time.Seconds(), ctx.Err()
}

func benchRequest(ctx context.Context, client *http.Client, url, etag string, buffer []byte) error {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return err
	}
	if etag != "" {
		r.Header.Set("If-None-Match", etag)
	}
	response, err := client.Do(r)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	for {
		if _, err := response.Body.Read(buffer); err != nil {
			return nil //nolint:nilerr // the end of the body
		}
	}
}

// nginx serves the same bytes as a file; an error: it is not installed, or does not run.
func (c benchFeeds) nginx(ctx context.Context, d *feeds.Document) (feedsServing, error) {
	program, err := exec.LookPath("nginx")
	if err != nil {
		if program, err = exec.LookPath("/usr/sbin/nginx"); err != nil {
			return feedsServing{}, err
		}
	}
	dir, err := os.MkdirTemp("", "corridor-nginx-")
	if err != nil {
		return feedsServing{}, err
	}
	defer os.RemoveAll(dir)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return feedsServing{}, err
	}
	addr := l.Addr().String()
	_ = l.Close() // nginx takes it
	config := fmt.Sprintf("daemon off; master_process off; pid %s/pid; error_log %s/log;\nevents {}\nhttp { access_log off; root %s; server { listen %s; } }\n", dir, dir, dir, addr)
	file, conf := filepath.Join(dir, "all.atom"), filepath.Join(dir, "nginx.conf")
	if err := errors.Join(os.Chmod(dir, 0o755), os.WriteFile(file, d.Body, 0o644), os.WriteFile(conf, []byte(config), 0o644)); err != nil {
		return feedsServing{}, err
	}
	server := exec.CommandContext(ctx, program, "-c", conf, "-p", dir)
	if err := server.Start(); err != nil {
		return feedsServing{}, err
	}
	defer func() { _ = server.Process.Kill(); _ = server.Wait() }()
	var response *http.Response
	for range 100 {
		r, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+addr+"/all.atom", nil)
		if err != nil {
			return feedsServing{}, err
		}
		if response, err = http.DefaultClient.Do(r); err == nil {
			break
		}
		time.Sleep(20 * time.Millisecond)
	}
	if response == nil {
		return feedsServing{}, errors.New("nginx does not answer")
	}
	etag := response.Header.Get("Etag")
	_ = response.Body.Close()
	return c.measure(ctx, "nginx", "http://"+addr+"/all.atom", etag)
}

func (c benchFeeds) print(p *program, r *feedsResult) error {
	if c.JSON {
		return p.printJSON(r)
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, "%d articles, %d documents\n", c.Articles, r.Documents)
	fmt.Fprintf(&b, "first build:           %6.2f s of CPU\n", r.FirstBuild)
	fmt.Fprintf(&b, "one changed article:   %6.1f ms of CPU\n", r.OneArticle)
	fmt.Fprintf(&b, "compression, at the first request: %.1f ms of CPU a document\n", r.Compress)
	fmt.Fprintf(&b, "peak memory:           %6.0f MiB\n\n", float64(r.Memory)/(1<<20))
	if _, err := p.stdout.Write(b.Bytes()); err != nil {
		return err
	}
	var rows [][]string
	for _, s := range r.Serving {
		rows = append(rows, []string{s.Name, fmt.Sprintf("%.0f", s.OK), fmt.Sprintf("%.0f", s.Unchanged), strings.TrimSuffix(fmt.Sprintf("%.0f", s.Allocated), "-0")})
	}
	if err := p.table(false, nil, []string{"", "200/s", "304/s", "bytes allocated"}, rows); err != nil {
		return err
	}
	_, err := fmt.Fprintf(p.stdout, "ratio to bare net/http: %.2f for 200, %.2f for 304\n", r.Ratios["200"], r.Ratios["304"])
	return err
}
