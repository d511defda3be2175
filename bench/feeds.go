package bench

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"runtime"
	"strconv"
	"strings"
	"time"

	"corridor/feeds"
	"corridor/postgres"

	"github.com/jmoiron/sqlx"
)

// Feeds measures how feeds are built and served, beside a bare server with the same bytes.
type Feeds struct {
	Articles int           `help:"Number of articles." default:"10000"`
	Time     time.Duration `help:"Duration of each round of serving." default:"1s"`
}

// FeedsReport holds the measurements of [Feeds].
type FeedsReport struct {
	Articles   int                `json:"-"`
	Documents  int                `json:"documents"`
	FirstBuild float64            `json:"first_build_cpu_seconds"`
	OneArticle float64            `json:"one_new_article_cpu_ms"`
	Compress   float64            `json:"compression_cpu_ms_per_document"`
	Memory     int64              `json:"memory_bytes"`
	Serving    []ServingRate      `json:"serving"`
	Ratios     map[string]float64 `json:"ratios"`
	topics     []feeds.Topic
}

// ServingRate is the measurement of one web server.
type ServingRate struct {
	Name      string  `json:"name"`
	OK        float64 `json:"requests_per_second_200"`
	Unchanged float64 `json:"requests_per_second_304"`
	Allocated float64 `json:"bytes_allocated_per_request"`
}

// Measure measures on a private PostgreSQL server of the benchmark.
func (f Feeds) Measure(ctx context.Context, log *slog.Logger) (*FeedsReport, error) {
	db, end, err := startDatabase(ctx, log)
	if err != nil {
		return nil, err
	}
	defer end()
	if err := f.fill(ctx, db); err != nil {
		return nil, err
	}
	publisher := feeds.New(db, feedOptions())
	running, stop := context.WithCancel(ctx)
	defer stop()
	go func() { _ = publisher.Run(running) }()
	r, err := f.build(ctx, db, publisher)
	if err != nil {
		return nil, err
	}
	return r, f.serve(ctx, log, publisher, r)
}

// feedOptions name a publication with the labels of the articles that fill makes.
func feedOptions() feeds.Options {
	o := feeds.Options{Title: "Benchmark", BaseURL: "http://127.0.0.1:8080", Language: "en", MaxAge: 5 * time.Minute}
	for i := range programs {
		o.Programs = append(o.Programs, feeds.Label{Slug: "p" + strconv.Itoa(i), Name: "Program " + strconv.Itoa(i)})
	}
	for i := range regions {
		o.Regions = append(o.Regions, feeds.Label{Slug: "r" + strconv.Itoa(i), Name: "Region " + strconv.Itoa(i)})
	}
	return o
}

// programs and regions are the numbers of labels.
const programs, regions = 8, 6

// fill makes articles of about 6 KB, each under one program and one region.
func (f Feeds) fill(ctx context.Context, db *postgres.DB) error {
	err := db.InTx(ctx, func(tx *sqlx.Tx) error {
		_, err := tx.ExecContext(ctx, `
			INSERT INTO articles (url, state, title, authors, published, programs, regions, summary, content_html, content_text, content_hash, language,
				release_no, released_at, numbered_at, changed_at, first_seen_at, checked_at)
			SELECT 'https://www.example.org/research/' || i, 'released', 'The article with number ' || i, ARRAY['Author ' || i % 200], now() - i * interval '1 hour',
				ARRAY['p' || i % $2], ARRAY['r' || i % $3], 'A sentence about the article.',
				repeat('<p>The Caspian has no outlet: what the rivers bring, the sun must take away again &amp; again.</p>', 60), '', '\x00', 'en',
				i, now(), now(), now(), now(), now()
			FROM generate_series(1, $1::int) i`, f.Articles, programs, regions)
		if err == nil {
			_, err = tx.ExecContext(ctx, `UPDATE release_counter SET last_no = $1`, f.Articles)
		}
		return err
	})
	if err == nil {
		_, err = db.ExecContext(ctx, `ANALYZE`)
	}
	return err
}

// build measures the building of every document, and of the documents with one changed
// article.
func (f Feeds) build(ctx context.Context, db *postgres.DB, p *feeds.Publisher) (*FeedsReport, error) {
	all, err := p.Topics(ctx)
	if err != nil {
		return nil, err
	}
	r := &FeedsReport{Articles: f.Articles, Ratios: map[string]float64{}}
	for _, t := range all {
		if t.Kind != feeds.Author {
			r.topics = append(r.topics, t)
		}
	}
	if err := untilKept(ctx, p); err != nil {
		return nil, err
	}
	cpu := ownCPU()
	documents, err := documentsOf(ctx, p, r.topics)
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
	for p.Built() == before && ctx.Err() == nil { // until the notification has arrived
		if _, err := p.Document(ctx, feeds.Topic{}, feeds.Atom, ""); err != nil {
			return nil, err
		}
		time.Sleep(5 * time.Millisecond)
	}
	if _, err := documentsOf(ctx, p, r.topics); err != nil {
		return nil, err
	}
	r.OneArticle = float64(ownCPU()-cpu) / float64(time.Millisecond)
	runtime.GC()
	r.Memory = peakMemory()
	return r, ctx.Err()
}

// untilKept waits until the publisher listens for changes; only then does it keep documents.
func untilKept(ctx context.Context, p *feeds.Publisher) error {
	unknown := feeds.Topic{Kind: feeds.Author, Author: "no one"}
	for ctx.Err() == nil {
		one, err := p.Document(ctx, unknown, feeds.Atom, "")
		if err != nil {
			return err
		}
		if two, err := p.Document(ctx, unknown, feeds.Atom, ""); err == nil && one == two {
			return nil
		}
		time.Sleep(10 * time.Millisecond)
	}
	return ctx.Err()
}

// documentsOf builds the first document of each topic in each format.
func documentsOf(ctx context.Context, p *feeds.Publisher, topics []feeds.Topic) ([]*feeds.Document, error) {
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

// WriteText writes the report for people.
func (r *FeedsReport) WriteText(w io.Writer) error {
	var b bytes.Buffer
	fmt.Fprintf(&b, "%d articles, %d documents\n", r.Articles, r.Documents)
	fmt.Fprintf(&b, "first build:           %6.2f s of CPU\n", r.FirstBuild)
	fmt.Fprintf(&b, "one changed article:   %6.1f ms of CPU\n", r.OneArticle)
	fmt.Fprintf(&b, "compression, at the first request: %.1f ms of CPU a document\n", r.Compress)
	fmt.Fprintf(&b, "peak memory:           %6.0f MiB\n\n", float64(r.Memory)/(1<<20))
	rows := [][]string{{"", "200/S", "304/S", "BYTES ALLOCATED"}}
	for _, s := range r.Serving {
		rows = append(rows, []string{s.Name, fmt.Sprintf("%.0f", s.OK), fmt.Sprintf("%.0f", s.Unchanged), strings.TrimSuffix(fmt.Sprintf("%.0f", s.Allocated), "-0")})
	}
	writeColumns(&b, rows)
	fmt.Fprintf(&b, "ratio to bare net/http: %.2f for 200, %.2f for 304\n", r.Ratios["200"], r.Ratios["304"])
	_, err := w.Write(b.Bytes())
	return err
}
