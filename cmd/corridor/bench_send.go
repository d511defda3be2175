package main

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"time"

	"corridor/mailer"
	"corridor/mailer/sink"
	"corridor/postgres"

	"github.com/jmoiron/sqlx"
)

// benchSend sends an edition to a sink.
type benchSend struct {
	Readers     int  `help:"How many." default:"50000"`
	Size        int  `help:"Bytes of a mail, about." default:"40000"`
	Connections int  `help:"At once." default:"10"`
	Variants    int  `help:"Different mails." default:"20"`
	Rounds      int  `help:"How often both are measured; the best of each counts. 0: three times up to 100,000 readers, else once." default:"0"`
	JSON        bool `name:"json" help:"Print one JSON document."`
}

// benchResult is one way of sending.
type benchResult struct {
	Name       string  `json:"name"`
	PerSecond  float64 `json:"mails_per_second"`
	CPU        float64 `json:"cpu_ms_per_mail"`
	Database   float64 `json:"postgresql_cpu_ms_per_mail"`
	PeakMemory int64   `json:"peak_memory_bytes"`
}

// Run measures both, and prints the ratios.
func (c benchSend) Run(ctx context.Context, p *program) error {
	p.quiet()
	db, _, end, err := p.benchDatabase(ctx)
	if err != nil {
		return err
	}
	defer end()
	server, err := startSink(ctx)
	if err != nil {
		return err
	}
	defer server.stop()
	if err := c.makeReaders(ctx, db); err != nil {
		return err
	}
	if c.Rounds < 1 {
		c.Rounds = 3
		if c.Readers > 100_000 {
			c.Rounds = 1
		}
	}
	// A machine that others use too only ever adds to what a mail costs.
	var ours, reference benchResult
	for range c.Rounds {
		a, err := c.round(ctx, p, db, server)
		if err != nil {
			return err
		}
		b, err := c.reference(ctx, server.addr)
		if err != nil {
			return err
		}
		ours, reference = ours.best(a), reference.best(b)
	}
	return c.print(p, ours, reference)
}

// best takes the better of each measure.
func (r benchResult) best(other benchResult) benchResult {
	if r.Name == "" {
		return other
	}
	return benchResult{
		Name: r.Name, PerSecond: max(r.PerSecond, other.PerSecond), CPU: min(r.CPU, other.CPU),
		Database: min(r.Database, other.Database), PeakMemory: max(r.PeakMemory, other.PeakMemory),
	}
}

// round sends one edition, and counts what arrives.
func (c benchSend) round(ctx context.Context, p *program, db *postgres.DB, server *sinkProcess) (benchResult, error) {
	edition, err := c.plan(ctx, db)
	if err != nil {
		return benchResult{}, err
	}
	before, err := server.count()
	if err != nil {
		return benchResult{}, err
	}
	r, err := c.ours(ctx, p, db, server.addr, edition)
	if err != nil {
		return r, err
	}
	after, err := server.count()
	if err == nil && after-before != c.Readers {
		err = fmt.Errorf("the sink has %d mails of %d", after-before, c.Readers)
	}
	return r, err
}

func (c benchSend) print(p *program, ours, reference benchResult) error {
	ratios := map[string]float64{"wall": ours.PerSecond / reference.PerSecond, "cpu": ours.CPU / reference.CPU}
	rows := [][]string{}
	for _, r := range []benchResult{ours, reference} {
		memory := ""
		if r.PeakMemory > 0 {
			memory = fmt.Sprintf("%.0f MiB", float64(r.PeakMemory)/(1<<20))
		}
		rows = append(rows, []string{r.Name, fmt.Sprintf("%.0f", r.PerSecond), fmt.Sprintf("%.3f", r.CPU), fmt.Sprintf("%.3f", r.Database), memory})
	}
	if !c.JSON {
		fmt.Fprintf(p.stdout, "%d mails of %d bytes over %d connections, %d variants; best of %d\n", c.Readers, c.Size, c.Connections, c.Variants, c.Rounds)
	}
	document := struct {
		Rounds  int                `json:"rounds"`
		Results []benchResult      `json:"results"`
		Ratios  map[string]float64 `json:"ratios"`
	}{c.Rounds, []benchResult{ours, reference}, ratios}
	if err := p.table(c.JSON, document, []string{"", "mails/s", "cpu ms/mail", "postgresql cpu ms/mail", "peak memory"}, rows); err != nil {
		return err
	}
	if !c.JSON {
		fmt.Fprintf(p.stdout, "ratio to %s: %.2f of its rate, %.2f of its CPU\n", reference.Name, ratios["wall"], ratios["cpu"])
	}
	return nil
}

// makeReaders makes readers who take everything.
func (c benchSend) makeReaders(ctx context.Context, db *postgres.DB) error {
	return db.InTx(ctx, func(tx *sqlx.Tx) error {
		for _, q := range []string{
			`INSERT INTO preference_sets (programs, regions) VALUES ('{}', '{}')`,
			`INSERT INTO subscribers (email, folded, name, state, frequency, time_zone, preference_set_id, created_at, confirmed_at)
			SELECT email, email, 'Reader ' || i, 'active', 'daily', 'UTC', (SELECT id FROM preference_sets), now(), now()
			FROM generate_series(1, ` + strconv.Itoa(c.Readers) + `) i, LATERAL (SELECT 'reader' || i || '@d' || i % 50 || '.example.net' AS email) e`,
		} {
			if _, err := tx.ExecContext(ctx, q); err != nil {
				return err
			}
		}
		return nil
	})
}

// plan makes an edition for all readers.
func (c benchSend) plan(ctx context.Context, db *postgres.DB) (edition int64, err error) {
	err = db.InTx(ctx, func(tx *sqlx.Tx) error {
		if err := tx.GetContext(ctx, &edition, `
			INSERT INTO editions (kind, subject, state, created_at, started_at) VALUES ('special', 'Benchmark', 'sending', now(), now()) RETURNING id`); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `INSERT INTO variants (edition_id, article_ids, shown) SELECT $1, ARRAY[i], 0 FROM generate_series(1, $2::int) i`, edition, c.Variants); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `CREATE TEMP TABLE planned_deliveries (subscriber_id bigint, variant_id bigint, domain text) ON COMMIT DROP`); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `
			INSERT INTO planned_deliveries
			SELECT s.id, v.id, s.domain FROM subscribers s JOIN variants v ON v.edition_id = $1 AND v.article_ids[1] = 1 + s.id % $2`, edition, c.Variants); err != nil {
			return err
		}
		asHTML, asText := benchBody(c.Size)
		if _, err := tx.ExecContext(ctx, `
			WITH r AS (INSERT INTO renderings (variant_id, subject, html, text, created_at) SELECT id, 'The news of the day', $1, $2, now() FROM variants WHERE edition_id = $3 RETURNING id, variant_id)
			UPDATE variants v SET rendering_id = r.id FROM r WHERE r.variant_id = v.id`, asHTML, asText, edition); err != nil {
			return err
		}
		if _, err := mailer.EnqueueTx(ctx, tx, edition, time.Now()); err != nil {
			return err
		}
		return mailer.ReadyTx(ctx, tx, edition, time.Now())
	})
	if err == nil {
		_, err = db.ExecContext(ctx, `ANALYZE`)
	}
	return edition, err
}

// benchBody is a digest of about that size, three quarters of it HTML.
func benchBody(size int) (asHTML, asText string) {
	line := "The Caspian has no outlet: what the rivers bring, the sun must take away again. "
	words := func(n int) string { return strings.Repeat(line, n/len(line)+1)[:n] }
	asText = "{{corridor:greeting}}\n\n" + strings.ReplaceAll(words(size/4-600), ": ", ":\n") + "\n\n{{corridor:why}}\n{{corridor:preferences_url}}\n{{corridor:unsubscribe_url}}\n"
	asHTML = "<p>{{corridor:greeting}}</p>\n<p>" + strings.ReplaceAll(words(size*3/4-1200), ": ", ":</p>\n<p>") +
		"</p>\n<p>{{corridor:why}} <a href=\"{{corridor:preferences_url}}\">Preferences</a> <a href=\"{{corridor:unsubscribe_url}}\">Leave</a> <a href=\"{{corridor:view_url}}\">On the web</a></p>\n"
	return asHTML, asText
}

// ours sends the edition with a sender as serve runs it.
func (c benchSend) ours(ctx context.Context, p *program, db *postgres.DB, addr string, edition int64) (benchResult, error) {
	r := benchResult{Name: "corridor"}
	relay, err := mailer.ParseRelay("smtp+insecure://"+addr, mailer.RelayOptions{HELO: "bench"})
	if err != nil {
		return r, err
	}
	ids, err := mailer.LoadMessageIDs(ctx, db, "example.org")
	if err != nil {
		return r, err
	}
	sender, err := mailer.NewSender(db, mailer.Resend{}, mailer.Options{
		Relays: []*mailer.Relay{relay}, Connections: c.Connections, EnvelopeFrom: "news@example.org", MessageIDs: ids,
		Letterhead:  mailer.Letterhead{From: "Benchmark <news@example.org>", Title: "Benchmark", ListID: "digest.example.org", FeedbackID: "corridor:example.org"},
		Personalise: benchPersonal, Retry: mailer.RetryPolicy{Min: time.Second, Max: time.Second, GiveUp: time.Minute}, Log: slog.New(slog.NewTextHandler(p.stderr, &slog.HandlerOptions{Level: slog.LevelWarn})),
	})
	if err != nil {
		return r, err
	}
	database, err := serverCPU(ctx, db)
	if err != nil {
		return r, err
	}
	cpu, began := ownCPU(), time.Now()
	running, stop := context.WithCancel(ctx)
	done := make(chan error, 1)
	go func() { done <- sender.Run(running) }()
	for sender.Counts().Sent < int64(c.Readers) && ctx.Err() == nil {
		time.Sleep(2 * time.Millisecond)
	}
	wall := time.Since(began)
	stop()
	if err := <-done; err != nil {
		return r, err
	}
	cpu = ownCPU() - cpu
	after, err := serverCPU(ctx, db)
	if err != nil {
		return r, err
	}
	n := float64(c.Readers)
	r.PerSecond, r.CPU, r.Database, r.PeakMemory = n/wall.Seconds(), perMail(cpu, n), perMail(after-database, n), peakMemory()
	var sent int
	if err := db.GetContext(ctx, &sent, `SELECT count(*) FROM deliveries WHERE edition_id = $1 AND state = 'sent'`, edition); err != nil {
		return r, err
	}
	if sent != c.Readers {
		return r, fmt.Errorf("%d of %d deliveries are sent", sent, c.Readers)
	}
	return r, ctx.Err()
}

func benchPersonal(r mailer.Recipient) mailer.Personal {
	link := "https://news.example.org/unsubscribe/" + strconv.FormatInt(r.SubscriberID, 36) + "-AAEBAQG0uB7A5ihqsXYSiUWJ5XXqiFHK"
	return mailer.Personal{
		Name: r.Name, Greeting: "Dear " + r.Name + ",", Why: "You get this because you follow everything we publish.",
		PreferencesURL: link, UnsubscribeURL: link, OneClickURL: link, ViewURL: link,
	}
}

func perMail(d time.Duration, n float64) float64 { return float64(d) / float64(time.Millisecond) / n }

// reference is how fast mails go that nobody keeps an account of.
func (c benchSend) reference(ctx context.Context, addr string) (benchResult, error) {
	program, err := exec.LookPath("smtp-source")
	if err != nil {
		if program, err = exec.LookPath("/usr/sbin/smtp-source"); err != nil {
			return c.blast(ctx, addr)
		}
	}
	r := benchResult{Name: "smtp-source"}
	command := exec.CommandContext(ctx, program, "-d", "-s", strconv.Itoa(c.Connections), "-m", strconv.Itoa(c.Readers), "-l", strconv.Itoa(c.Size),
		"-f", "news@example.org", "-t", "reader@example.net", addr)
	command.Stderr = io.Discard
	began := time.Now()
	if err := command.Run(); err != nil {
		return r, fmt.Errorf("smtp-source: %w", err)
	}
	n := float64(c.Readers)
	r.PerSecond = n / time.Since(began).Seconds()
	r.CPU = perMail(command.ProcessState.UserTime()+command.ProcessState.SystemTime(), n)
	return r, nil
}

// blast is the reference where no other is installed.
func (c benchSend) blast(ctx context.Context, addr string) (benchResult, error) {
	r := benchResult{Name: "bare blaster"}
	asHTML, _ := benchBody(c.Size * 4 / 3)
	message := bytes.ReplaceAll([]byte("Subject: Benchmark\n\n"+asHTML), []byte("\n"), []byte("\r\n"))
	cpu := ownCPU()
	wall, err := sink.Blast(ctx, addr, c.Readers, c.Connections, message)
	if err != nil {
		return r, err
	}
	n := float64(c.Readers)
	r.PerSecond, r.CPU = n/wall.Seconds(), perMail(ownCPU()-cpu, n)
	return r, nil
}

// sinkProcess is a sink that runs apart.
type sinkProcess struct {
	addr    string
	command *exec.Cmd
	in      io.WriteCloser
	out     *bufio.Reader
}

func startSink(ctx context.Context) (*sinkProcess, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	s := &sinkProcess{command: exec.CommandContext(ctx, self, "bench", "sink")}
	if s.in, err = s.command.StdinPipe(); err != nil {
		return nil, err
	}
	out, err := s.command.StdoutPipe()
	if err != nil {
		return nil, err
	}
	s.out = bufio.NewReader(out)
	if err := s.command.Start(); err != nil {
		return nil, err
	}
	line, err := s.out.ReadString('\n')
	s.addr = strings.TrimSpace(line)
	return s, err
}

// count asks the sink how many messages it has.
func (s *sinkProcess) count() (int, error) {
	if _, err := s.in.Write([]byte{'?'}); err != nil {
		return 0, err
	}
	line, err := s.out.ReadString('\n')
	if err != nil {
		return 0, err
	}
	return strconv.Atoi(strings.TrimSpace(line))
}

func (s *sinkProcess) stop() {
	_ = s.in.Close()
	_ = s.command.Wait()
}
