package mailer

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"corridor/mailer/deliveries"
	"corridor/mailer/message"
	"corridor/mailer/sink"
	"corridor/mailer/smtp"
	"corridor/postgres"
	"corridor/postgres/postgrestest"
	"corridor/testkit"

	"github.com/jmoiron/sqlx"
)

// world is a database with editions to deliver, and helpers to change it.
type world struct {
	t   testing.TB
	db  *postgres.DB
	ctx context.Context
	ids *message.IDs
}

func newWorld(t testing.TB) *world {
	w := &world{t: t, db: postgrestest.New(t), ctx: context.Background()}
	var err error
	if w.ids, err = LoadMessageIDs(w.ctx, w.db, "example.org", message.ReturnAddresses{}); err != nil {
		t.Fatal(err)
	}
	return w
}

func (w *world) exec(query string, args ...any) {
	w.t.Helper()
	if _, err := w.db.Exec(query, args...); err != nil {
		w.t.Fatalf("%s: %v", query, err)
	}
}

func (w *world) number(query string, args ...any) int64 {
	w.t.Helper()
	var n int64
	if err := w.db.Get(&n, query, args...); err != nil {
		w.t.Fatalf("%s: %v", query, err)
	}
	return n
}

// readers adds n active readers, reader1@example.net and so on, at the given number of
// domains.
func (w *world) readers(n, domains int) {
	w.t.Helper()
	set := w.number(`INSERT INTO preference_sets (programs, regions) VALUES ('{}', '{}') ON CONFLICT (programs, regions) DO UPDATE SET programs = '{}' RETURNING id`)
	w.exec(`
		INSERT INTO subscribers (email, folded, name, state, frequency, time_zone, preference_set_id, created_at, confirmed_at)
		SELECT email, email, 'Reader ' || i, 'active', 'daily', 'UTC', $3, now(), now()
		FROM generate_series(1, $1::int) i,
			LATERAL (SELECT 'reader' || i || '@' || CASE $2::int WHEN 1 THEN '' ELSE 'd' || i % $2::int || '.' END || 'example.net' AS email) e`, n, domains, set)
}

// edition plans an edition for all readers.
func (w *world) edition(html string) int64 {
	w.t.Helper()
	edition := w.number(`INSERT INTO editions (kind, subject, state, created_at, started_at) VALUES ('special', 'News', 'sending', now(), now()) RETURNING id`)
	variant := w.number(`INSERT INTO variants (edition_id, article_ids, shown) VALUES ($1, '{}', 0) RETURNING id`, edition)
	rendering := w.number(`INSERT INTO renderings (variant_id, subject, html, text, created_at) VALUES ($1, 'News of today', $2, $3, now()) RETURNING id`,
		variant, html, "{{corridor:greeting}}\n\nThe news.\n\n{{corridor:why}}\nLeave: {{corridor:unsubscribe_url}}\n")
	w.exec(`UPDATE variants SET rendering_id = $2 WHERE id = $1`, variant, rendering)
	err := w.db.InTx(w.ctx, func(tx *sqlx.Tx) error {
		if _, err := deliveries.EnqueueTx(w.ctx, tx, edition, `SELECT id AS subscriber_id, $1::bigint AS variant_id, domain FROM subscribers WHERE state = 'active'`, variant); err != nil {
			return err
		}
		return deliveries.ReadyTx(w.ctx, tx, edition, time.Now())
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return edition
}

// options returns a sender's options for a server.
func (w *world) options(addr string) Options {
	w.t.Helper()
	relay, err := smtp.ParseRelay("smtp+insecure://"+addr, smtp.RelayOptions{HELO: "test", Timeouts: smtp.Timeouts{Command: 2 * time.Second, Block: 2 * time.Second, Dot: 2 * time.Second}})
	if err != nil {
		w.t.Fatal(err)
	}
	return Options{
		Relays: []*smtp.Relay{relay}, EnvelopeFrom: "news@example.org", MessageIDs: w.ids,
		Letterhead:  message.Letterhead{From: "Caspian Policy Center <news@example.org>", Title: "Caspian Policy Center", ListID: "digest.example.org", FeedbackID: message.FeedbackSender("example.org")},
		Personalise: testPersonal,
		Retry:       RetryPolicy{Min: 200 * time.Millisecond, Max: time.Second, GiveUp: time.Minute},
		Log:         slog.New(slog.NewTextHandler(w.t.Output(), nil)),
	}
}

func testPersonal(r message.Recipient) message.Personal {
	link := fmt.Sprintf("https://news.example.org/%d/%d", r.EditionID, r.SubscriberID)
	return message.Personal{
		Name: r.Name, Greeting: "Dear " + r.Name + ",", Why: "You follow everything.",
		PreferencesURL: link + "/p", UnsubscribeURL: link + "/u", OneClickURL: link + "/u", ViewURL: link + "/v",
	}
}

// run starts a sender; stop ends it as SIGTERM does.
func (w *world) run(o Options) (stop func()) {
	w.t.Helper()
	return w.runResending(deliveries.Resend{}, o)
}

func (w *world) runResending(resend deliveries.Resend, o Options) (stop func()) {
	w.t.Helper()
	testkit.Heavy(w.t)
	s, err := NewSender(w.db, resend, testEvents(), o)
	if err != nil {
		w.t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(w.ctx)
	done := make(chan error, 1)
	go func() { done <- s.Run(ctx) }()
	stopped := false
	stop = func() {
		if stopped {
			return
		}
		stopped = true
		cancel()
		if err := <-done; err != nil {
			w.t.Error(err)
		}
	}
	w.t.Cleanup(stop)
	return stop
}

// downTo reverts migrations down to the given one.
func (w *world) downTo(last string) {
	w.t.Helper()
	for {
		name, err := w.db.MigrateDown(w.ctx)
		if err != nil || name == "" {
			w.t.Fatal(name, err)
		}
		if strings.Contains(name, last) {
			return
		}
	}
}

// until waits for a condition.
func (w *world) until(what string, ok func() bool) {
	w.t.Helper()
	deadline := time.Now().Add(60 * time.Second)
	for !ok() {
		if time.Now().After(deadline) {
			w.t.Fatalf("%s did not happen within a minute; states: %v", what, w.states(0))
		}
		time.Sleep(10 * time.Millisecond)
	}
}

// states counts the deliveries of an edition by state; 0 means all editions.
func (w *world) states(edition int64) map[string]int {
	w.t.Helper()
	rows, err := w.db.Query(`SELECT state, count(*) FROM deliveries WHERE edition_id = $1 OR $1 = 0 GROUP BY state`, edition)
	if err != nil {
		w.t.Fatal(err)
	}
	defer rows.Close()
	states := map[string]int{}
	for rows.Next() {
		var state string
		var n int
		if err := rows.Scan(&state, &n); err != nil {
			w.t.Fatal(err)
		}
		states[state] = n
	}
	if err := rows.Err(); err != nil {
		w.t.Fatal(err)
	}
	return states
}

func (w *world) finished(edition int64) bool {
	return w.number(`SELECT count(*) FROM editions WHERE id = $1 AND state = 'finished'`, edition) == 1
}

// sink starts a mail server that ends with the test.
func (w *world) sink(o sink.Options) *sink.Server {
	w.t.Helper()
	s, err := sink.Listen(o)
	if err != nil {
		w.t.Fatal(err)
	}
	w.t.Cleanup(s.Close)
	return s
}

// testSigner signs with a new Ed25519 key.
func testSigner(t testing.TB) *message.Signer {
	t.Helper()
	_, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "key.pem")
	if err := os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}), 0o600); err != nil {
		t.Fatal(err)
	}
	s, err := message.NewSigner("example.org", message.DKIMKey{Selector: "e1", File: file})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func (w *world) beingSent() int64 { return w.number(`SELECT count(*) FROM being_sent`) }

// testEvents replaces package editions, which imports this package.
func testEvents() deliveries.Events {
	return deliveries.Events{
		Undelivered: func(ctx context.Context, tx postgres.Tx, missed []deliveries.Missed) error {
			for _, m := range missed {
				if _, err := tx.ExecContext(ctx, `INSERT INTO missed_deliveries (subscriber_id, variant_id) VALUES ($1, $2) ON CONFLICT DO NOTHING`, m.SubscriberID, m.VariantID); err != nil {
					return err
				}
			}
			return nil
		},
		Finished: func(ctx context.Context, tx postgres.Tx, edition int64) error {
			_, err := tx.ExecContext(ctx, `UPDATE editions SET state = 'finished', finished_at = now() WHERE id = $1`, edition)
			return err
		},
		Reopened: func(ctx context.Context, tx postgres.Tx, edition int64) error {
			_, err := tx.ExecContext(ctx, `UPDATE editions SET state = CASE state WHEN 'finished' THEN 'sending' ELSE state END, finished_at = NULL WHERE id = $1`, edition)
			return err
		},
		Held: func(ctx context.Context, tx postgres.Tx, edition int64, reason string) (bool, error) {
			var held []int64
			err := sqlx.SelectContext(ctx, tx, &held, `UPDATE editions SET state = 'held', reason = $2 WHERE id = $1 AND state = 'sending' RETURNING id`, edition, reason)
			return len(held) > 0, err
		},
		Bounced: func(ctx context.Context, tx postgres.Tx, bounces []deliveries.Bounce) (n int64, err error) {
			for _, b := range bounces {
				result, err := tx.ExecContext(ctx, `
					INSERT INTO suppressions (address_hash, email, subscriber_id, reason, detail, source, event, created_at)
					SELECT sha256(convert_to(folded, 'UTF8')), email, id, 'hard_bounce', $2, $4, $3, now() FROM subscribers WHERE id = $1
					ON CONFLICT DO NOTHING`, b.SubscriberID, b.Reply, b.Event, b.Source)
				if err != nil {
					return n, err
				}
				more, err := result.RowsAffected()
				if n += more; err != nil {
					return n, err
				}
			}
			return n, nil
		},
		Complained: func(ctx context.Context, tx postgres.Tx, c deliveries.Complaint) (bool, error) {
			result, err := tx.ExecContext(ctx, `
				INSERT INTO suppressions (address_hash, email, subscriber_id, reason, detail, source, created_at)
				SELECT sha256(convert_to(folded, 'UTF8')), email, id, 'complaint', $2, $3, $4 FROM subscribers WHERE id = $1
				ON CONFLICT DO NOTHING`, c.SubscriberID, c.Detail, c.Source, c.At)
			if err != nil {
				return false, err
			}
			n, err := result.RowsAffected()
			return n > 0, err
		},
		Doubted: func(ctx context.Context, tx postgres.Tx, event string) error {
			_, err := tx.ExecContext(ctx, `DELETE FROM suppressions WHERE event LIKE replace($1, '*', '%') AND reason = 'hard_bounce' AND email IS NOT NULL`, event)
			return err
		},
	}
}
