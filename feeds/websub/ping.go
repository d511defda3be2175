package websub

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"strings"

	"corridor/trouble"
)

// noticeForOthers makes pings to other hubs due.
func (h *Hub) noticeForOthers(ctx context.Context) error {
	if len(h.o.External) == 0 {
		return nil
	}
	topics, err := h.o.Topics(ctx)
	if err != nil {
		return err
	}
	var failed error
	for _, topic := range topics {
		d, err := h.o.Document(ctx, topic)
		if err != nil {
			if !errors.Is(err, ErrNoTopic) { // else the feed has ended since it was listed
				failed = err
			}
			continue
		}
		for _, hub := range h.o.External {
			if _, err := h.db.ExecContext(ctx, `
				INSERT INTO websub_pings AS p (hub, topic, due_at, pinged_etag) VALUES ($1, $2, now(), '')
				ON CONFLICT (hub, topic) DO UPDATE SET due_at = now() WHERE p.pinged_etag <> $3 AND p.due_at IS NULL`, hub, topic, d.ETag); err != nil {
				return fmt.Errorf("websub: marking: %w", err)
			}
		}
	}
	return failed
}

// claimPing claims the next due ping to another hub.
func (h *Hub) claimPing(ctx context.Context) (func(context.Context), error) {
	var hub, topic, pinged string
	var attempt int
	err := h.db.QueryRowContext(ctx, `
		UPDATE websub_pings SET claimed_until = now() + $1::interval, attempt = LEAST(attempt + 1, 1000)
		WHERE (hub, topic) = (
			SELECT hub, topic FROM websub_pings
			WHERE due_at <= now() AND (claimed_until IS NULL OR claimed_until <= now())
			ORDER BY due_at LIMIT 1 FOR UPDATE SKIP LOCKED)
		RETURNING hub, topic, attempt, pinged_etag`, claimTime.String()).Scan(&hub, &topic, &attempt, &pinged)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("websub: claiming a ping: %w", err)
	}
	return func(ctx context.Context) {
		_ = h.o.Troubles.Note(ctx, trouble.Hub, hub, h.ping(ctx, hub, topic, pinged, attempt))
	}, nil
}

// ping notifies a hub of a changed feed, with the parameters that public hubs accept.
func (h *Hub) ping(ctx context.Context, hub, topic, pinged string, attempt int) error {
	d, err := h.o.Document(ctx, topic)
	if errors.Is(err, ErrNoTopic) {
		_, err := h.db.ExecContext(ctx, `DELETE FROM websub_pings WHERE hub = $1 AND topic = $2`, hub, topic)
		return err
	}
	if err == nil && d.ETag != pinged {
		err = h.tell(ctx, hub, topic)
	}
	if err != nil {
		_, failed := h.db.ExecContext(ctx, `UPDATE websub_pings SET due_at = now() + $3::interval, claimed_until = NULL WHERE hub = $1 AND topic = $2`,
			hub, topic, retryDelay(attempt, rand.Float64()).String())
		return errors.Join(err, failed)
	}
	_, err = h.db.ExecContext(ctx, `
		UPDATE websub_pings SET due_at = NULL, claimed_until = NULL, attempt = 0, pinged_etag = $3 WHERE hub = $1 AND topic = $2`, hub, topic, d.ETag)
	return err
}

func (h *Hub) tell(ctx context.Context, hub, topic string) error {
	ctx, cancel := context.WithTimeout(ctx, callTime)
	defer cancel()
	form := url.Values{"hub.mode": {"publish"}, "hub.url": {topic}, "hub.topic": {topic}}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, hub, strings.NewReader(form.Encode()))
	if err != nil {
		return err
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("User-Agent", h.o.Agent)
	// The operator configured the hub's address, so it may be in any network.
	response, err := (&http.Client{Timeout: callTime}).Do(r)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	_, _ = io.CopyN(io.Discard, response.Body, 1000)
	if response.StatusCode/100 != 2 {
		return fmt.Errorf("it answered %d", response.StatusCode)
	}
	return nil
}
