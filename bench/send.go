package bench

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"strconv"
	"time"

	"corridor/editions"
	"corridor/mailer"
	"corridor/mailer/deliveries"
	"corridor/mailer/message"
	"corridor/mailer/smtp"
	"corridor/postgres"
)

// Send measures the sender beside smtp-source or, where that is not installed, a bare client.
type Send struct {
	Readers     int `help:"Number of readers." default:"50000"`
	Size        int `help:"Approximate bytes of an email." default:"40000"`
	Connections int `help:"Connections at once." default:"10"`
	Variants    int `help:"Number of different emails." default:"20"`
	Rounds      int `help:"Measurements of each; the best one counts. 0: three up to 100,000 readers, else one." default:"0"`
}

// SendReport holds the measurements of [Send]: Corridor's, then the reference's.
type SendReport struct {
	Options Send               `json:"-"`
	Rounds  int                `json:"rounds"`
	Results []SendRate         `json:"results"`
	Ratios  map[string]float64 `json:"ratios"`
}

// SendRate is the measurement of one client.
type SendRate struct {
	Name       string  `json:"name"`
	PerSecond  float64 `json:"mails_per_second"`
	CPU        float64 `json:"cpu_ms_per_mail"`
	Database   float64 `json:"postgresql_cpu_ms_per_mail"`
	PeakMemory int64   `json:"peak_memory_bytes"`
}

// Measure measures on a private PostgreSQL server of the benchmark. It starts the command
// "bench sink" of the same program, which must call [Sink].
func (s Send) Measure(ctx context.Context, log *slog.Logger) (*SendReport, error) {
	db, end, err := startDatabase(ctx, log)
	if err != nil {
		return nil, err
	}
	defer end()
	server, err := startSink(ctx)
	if err != nil {
		return nil, err
	}
	defer server.stop()
	if err := s.makeReaders(ctx, db); err != nil {
		return nil, err
	}
	if s.Rounds < 1 {
		s.Rounds = 3
		if s.Readers > 100_000 {
			s.Rounds = 1
		}
	}
	// Other work on the machine only makes an email more expensive, so the best round counts.
	var ours, reference SendRate
	for range s.Rounds {
		a, err := s.round(ctx, log, db, server)
		if err != nil {
			return nil, err
		}
		b, err := s.reference(ctx, server.addr)
		if err != nil {
			return nil, err
		}
		ours, reference = ours.best(a), reference.best(b)
	}
	return &SendReport{
		Options: s, Rounds: s.Rounds, Results: []SendRate{ours, reference},
		Ratios: map[string]float64{"wall": ours.PerSecond / reference.PerSecond, "cpu": ours.CPU / reference.CPU},
	}, nil
}

// best takes the better of each figure.
func (r SendRate) best(other SendRate) SendRate {
	if r.Name == "" {
		return other
	}
	return SendRate{
		Name: r.Name, PerSecond: max(r.PerSecond, other.PerSecond), CPU: min(r.CPU, other.CPU),
		Database: min(r.Database, other.Database), PeakMemory: max(r.PeakMemory, other.PeakMemory),
	}
}

// round sends one edition, and checks the number of emails that arrive.
func (s Send) round(ctx context.Context, log *slog.Logger, db *postgres.DB, server *sinkProcess) (SendRate, error) {
	edition, err := s.plan(ctx, db)
	if err != nil {
		return SendRate{}, err
	}
	before, err := server.count()
	if err != nil {
		return SendRate{}, err
	}
	r, err := s.ours(ctx, log, db, server.addr, edition)
	if err != nil {
		return r, err
	}
	after, err := server.count()
	if err == nil && after-before != s.Readers {
		err = fmt.Errorf("the sink has %d emails of %d", after-before, s.Readers)
	}
	return r, err
}

// WriteText writes the report for people.
func (r *SendReport) WriteText(w io.Writer) error {
	var b bytes.Buffer
	fmt.Fprintf(&b, "%d emails of %d bytes over %d connections, %d variants; best of %d\n", r.Options.Readers, r.Options.Size, r.Options.Connections, r.Options.Variants, r.Rounds)
	rows := [][]string{{"", "EMAILS/S", "CPU MS/EMAIL", "POSTGRESQL CPU MS/EMAIL", "PEAK MEMORY"}}
	for _, x := range r.Results {
		memory := ""
		if x.PeakMemory > 0 {
			memory = fmt.Sprintf("%.0f MiB", float64(x.PeakMemory)/(1<<20))
		}
		rows = append(rows, []string{x.Name, fmt.Sprintf("%.0f", x.PerSecond), fmt.Sprintf("%.3f", x.CPU), fmt.Sprintf("%.3f", x.Database), memory})
	}
	writeColumns(&b, rows)
	fmt.Fprintf(&b, "ratio to %s: %.2f of its rate, %.2f of its CPU\n", r.Results[1].Name, r.Ratios["wall"], r.Ratios["cpu"])
	_, err := w.Write(b.Bytes())
	return err
}

// ours sends the edition with the sender that serve runs.
func (s Send) ours(ctx context.Context, log *slog.Logger, db *postgres.DB, addr string, edition int64) (SendRate, error) {
	r := SendRate{Name: "corridor"}
	relay, err := smtp.ParseRelay("smtp+insecure://"+addr, smtp.RelayOptions{HELO: "bench"})
	if err != nil {
		return r, err
	}
	ids, err := mailer.LoadMessageIDs(ctx, db, "example.org", message.ReturnAddresses{Domain: "bounces.example.org"})
	if err != nil {
		return r, err
	}
	sender, err := mailer.NewSender(db, deliveries.Resend{}, editions.Events(), mailer.Options{
		Relays: []*smtp.Relay{relay}, Connections: s.Connections, EnvelopeFrom: "news@example.org", MessageIDs: ids,
		Letterhead:  message.Letterhead{From: "Benchmark <news@example.org>", Title: "Benchmark", ListID: "digest.example.org", FeedbackID: message.FeedbackSender("example.org"), Headers: message.NewHeaders()},
		Personalise: personal, Retry: mailer.RetryPolicy{Min: time.Second, Max: time.Second, GiveUp: time.Minute}, Log: log,
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
	for sender.Counts().Sent < int64(s.Readers) && ctx.Err() == nil {
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
	n := float64(s.Readers)
	r.PerSecond, r.CPU, r.Database, r.PeakMemory = n/wall.Seconds(), perEmail(cpu, n), perEmail(after-database, n), peakMemory()
	var sent int
	if err := db.GetContext(ctx, &sent, `SELECT count(*) FROM deliveries WHERE edition_id = $1 AND state = 'sent'`, edition); err != nil {
		return r, err
	}
	if sent != s.Readers {
		return r, fmt.Errorf("%d of %d deliveries are sent", sent, s.Readers)
	}
	return r, ctx.Err()
}

// personal fills in the placeholders, without signing links.
func personal(r message.Recipient) message.Personal {
	link := "https://news.example.org/unsubscribe/" + strconv.FormatInt(r.SubscriberID, 36) + "-AAEBAQG0uB7A5ihqsXYSiUWJ5XXqiFHK"
	return message.Personal{
		Name: r.Name, Greeting: "Dear " + r.Name + ",", Why: "You get this because you follow everything we publish.",
		PreferencesURL: link, UnsubscribeURL: link, OneClickURL: link, ViewURL: link,
	}
}

// perEmail is d over n emails, in milliseconds.
func perEmail(d time.Duration, n float64) float64 { return float64(d) / float64(time.Millisecond) / n }
