package alerts

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"corridor/logging"
	"corridor/postgres"
)

const (
	callTime   = 10 * time.Second
	firstDelay = 30 * time.Second // longer than callTime: a post that is due again is not under way
	lastDelay  = time.Hour
	giveUp     = 3 * 24 * time.Hour
	// atOnce bounds the posts of one call of Deliver.
	atOnce = 20
	// maxAnswer is the number of bytes of an answer that are read.
	maxAnswer = 4 << 10
)

// Hook is a webhook that alerts are posted to. Its URL may contain a secret.
type Hook struct {
	URL         string
	Publication string // its title
	Link        string // where staff can look
}

// payload is the JSON of an alert. Slack, Mattermost and their like show text.
type payload struct {
	Title       string `json:"title"`
	Text        string `json:"text"` // begins with the title
	Kind        Kind   `json:"kind"`
	Publication string `json:"publication"`
	At          string `json:"at"` // RFC 3339
	URL         string `json:"url"`
}

// body returns the JSON of an alert, without the addresses of readers that a mail server quotes.
func (h Hook) body(a Alert, now time.Time) ([]byte, error) {
	text := a.Text
	if first, _, _ := strings.Cut(text, "\n"); strings.TrimSuffix(first, ".") != a.Title {
		text = a.Title + "\n" + text
	}
	return json.Marshal(payload{logging.Redact(a.Title), logging.Redact(text), a.Kind, h.Publication, now.UTC().Format(time.RFC3339), h.Link})
}

// EnqueueTx stores an alert that [Hook.Deliver] posts.
func (h Hook) EnqueueTx(ctx context.Context, tx postgres.Tx, a Alert, now time.Time) error {
	body, err := h.body(a, now)
	if err == nil {
		_, err = tx.ExecContext(ctx, `INSERT INTO alert_posts (body, created_at, due_at) VALUES ($1, $2, $2)`, string(body), now)
	}
	if err != nil {
		return fmt.Errorf("alerts: storing an alert for the webhook: %w", err)
	}
	return nil
}

// post is an alert that is being posted.
type post struct {
	ID      string    `db:"id"`
	Body    string    `db:"body"`
	Created time.Time `db:"created_at"`
}

// Deliver posts the alerts that are due, the oldest first, until one fails. An alert that was
// not accepted is due again after a growing delay, for three days. It is posted at least once:
// after a crash between the answer and its record it is posted again, with the same id. taken
// is the number of posts that the webhook accepted.
func (h Hook) Deliver(ctx context.Context, db *postgres.DB, now time.Time) (taken int, err error) {
	began := time.Now()
	for taken < atOnce {
		now := now.Add(time.Since(began)) // calls take time: no post is due again while it is under way
		var p post
		err := db.GetContext(ctx, &p, `
			UPDATE alert_posts SET attempt = attempt + 1, due_at = $1::timestamptz + LEAST($2::interval * power(2, LEAST(attempt, 20)), $3::interval)
			WHERE id = (SELECT id FROM alert_posts WHERE due_at <= $1 ORDER BY position LIMIT 1 FOR UPDATE SKIP LOCKED)
			RETURNING id, body, created_at`, now, firstDelay.String(), lastDelay.String())
		if errors.Is(err, sql.ErrNoRows) {
			return taken, nil
		}
		if err != nil {
			return taken, fmt.Errorf("alerts: reading the alerts for the webhook: %w", err)
		}
		failure := h.call(ctx, p.ID, []byte(p.Body))
		if failure != nil && now.Sub(p.Created) < giveUp {
			return taken, failure
		}
		if _, err := db.ExecContext(ctx, `DELETE FROM alert_posts WHERE id = $1`, p.ID); err != nil {
			return taken, fmt.Errorf("alerts: recording that the webhook took an alert: %w", err)
		}
		if failure != nil {
			return taken, fmt.Errorf("%w: %w", errGone, failure)
		}
		taken++
	}
	return taken, nil
}

// Waiting is the number of alerts that the webhook has not accepted yet.
func Waiting(ctx context.Context, db *postgres.DB) (n int, err error) {
	if err := db.GetContext(ctx, &n, `SELECT count(*) FROM alert_posts`); err != nil {
		return 0, fmt.Errorf("alerts: counting the alerts for the webhook: %w", err)
	}
	return n, nil
}

// Try posts a test alert at once.
func (h Hook) Try(ctx context.Context, now time.Time) error {
	body, err := h.body(Alert{Kind: Test, Title: "Test of Corridor's alerts", Text: "corridor check sent this. Alerts of " + h.Publication + " come here."}, now)
	if err != nil {
		return err
	}
	return h.call(ctx, "test", body)
}

// call posts a body. It follows no redirect, because the secret in the address would go to
// another server. Errors do not contain the address.
func (h Hook) call(ctx context.Context, id string, body []byte) error {
	ctx, cancel := context.WithTimeout(ctx, callTime)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, h.URL, bytes.NewReader(body))
	if err != nil {
		return errors.New("the webhook's address cannot be used")
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("User-Agent", "Corridor")
	request.Header.Set("Idempotency-Key", id)
	client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	answer, err := client.Do(request)
	var failed *url.Error
	if errors.As(err, &failed) {
		err = failed.Err
	}
	if err != nil {
		return fmt.Errorf("the webhook at %s cannot be reached: %w", request.URL.Host, err)
	}
	defer answer.Body.Close()
	_, _ = io.CopyN(io.Discard, answer.Body, maxAnswer)
	if answer.StatusCode < 200 || answer.StatusCode > 299 {
		return fmt.Errorf("the webhook at %s answers %s", request.URL.Host, answer.Status)
	}
	return nil
}
