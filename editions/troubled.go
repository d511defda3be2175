package editions

import (
	"context"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"
)

// Troubled is an edition that needs a decision of staff.
type Troubled struct {
	ID        int64  `db:"id"`
	Subject   string `db:"subject"`
	State     State  `db:"state"`
	Reason    string `db:"reason"`
	Doubted   string `db:"doubted"` // why bounces that came back after its end are not believed; empty: they are
	Uncertain int64  `db:"uncertain"`
	Bounced   bool   `db:"bounced"` // in state sending, held for the domains of bounces that are not believed
}

// HeldAlert returns the paragraph that tells staff that the edition is held, as a whole or for
// a domain, with the commands to choose from, or "".
func (t Troubled) HeldAlert() string {
	if t.Bounced {
		return fmt.Sprintf("Edition %d, %q, is held for some readers: %s.\nThe bounces are true: corridor suppressions add --event EVENT\nThey are not: corridor suppressions lift --event EVENT\nSend to the others without a decision: corridor editions resume %d",
			t.ID, t.Subject, t.Reason, t.ID)
	}
	if t.State != Held {
		return ""
	}
	return fmt.Sprintf("Edition %d, %q, is held: %s.\nSend it: corridor editions resume %d\nCancel it: corridor editions cancel %d",
		t.ID, t.Subject, t.Reason, t.ID, t.ID)
}

// UncertainAlert returns the paragraph that tells staff of uncertain deliveries, with the
// commands to choose from, or "".
func (t Troubled) UncertainAlert() string {
	if t.Uncertain == 0 {
		return ""
	}
	deliveries := "1 delivery"
	if t.Uncertain > 1 {
		deliveries = fmt.Sprintf("%d deliveries", t.Uncertain)
	}
	return fmt.Sprintf("Edition %d, %q, has %s with an unknown result: the connection or the sender ended before the answer came.\nList them: corridor editions uncertain %d\nSend them once more: corridor editions uncertain %d --resend\nDo not send them again: corridor editions uncertain %d --drop",
		t.ID, t.Subject, deliveries, t.ID, t.ID, t.ID)
}

// DoubtAlert returns the paragraph that tells staff of bounces that came back after the end
// of the edition and are not believed, with the commands to choose from, or "".
func (t Troubled) DoubtAlert() string {
	if t.Doubted == "" {
		return ""
	}
	return fmt.Sprintf("Edition %d, %q, was sent, and bounces came back: %s.\nSee them: corridor editions deliveries %d --state bounced\nSuppress these readers after all: corridor suppressions add --event EVENT",
		t.ID, t.Subject, t.Doubted, t.ID)
}

// TakeTroubledTx returns the editions that are held, or have doubted bounces or new
// uncertain deliveries, and records that staff are alerted now. An edition in state sending
// is checked every hour and when it ends, because waves and deferred deliveries keep some
// editions open for days.
// An edition that ended without trouble is recorded too, 10 minutes after its end, so that
// its deliveries are not counted at every call.
func TakeTroubledTx(ctx context.Context, tx *sqlx.Tx, now time.Time) ([]Troubled, error) {
	troubled := []Troubled{}
	err := tx.SelectContext(ctx, &troubled, `
		WITH found AS (
			SELECT e.id, (SELECT count(*) FROM deliveries d WHERE d.edition_id = e.id AND d.state = 'uncertain') AS uncertain
			FROM editions e
			WHERE e.alerted_at IS NULL AND e.state IN ('held', 'finished', 'cancelled', 'paused')
				OR e.state = 'sending' AND e.domain_held AND e.alerted_at IS NULL
				OR e.state = 'sending' AND COALESCE(e.alerted_at, e.started_at) < $1::timestamptz - interval '1 hour'
		), taken AS (
			UPDATE editions e SET alerted_at = $1, alerted_uncertain = f.uncertain, doubted = ''
			FROM found f, editions before
			WHERE e.id = f.id AND before.id = e.id AND (e.state IN ('held', 'sending') OR f.uncertain > e.alerted_uncertain OR e.doubted <> ''
				OR e.state IN ('finished', 'cancelled') AND e.finished_at < $1::timestamptz - interval '10 minutes')
			RETURNING e.id, e.subject, e.state, e.reason, before.doubted, f.uncertain, f.uncertain > before.alerted_uncertain AS more,
				e.state = 'sending' AND e.domain_held AND before.alerted_at IS NULL AS bounced
		)
		SELECT id, subject, state, reason, doubted, CASE WHEN more OR state = 'held' THEN uncertain ELSE 0 END AS uncertain, bounced
		FROM taken WHERE state = 'held' OR bounced OR more OR doubted <> '' ORDER BY id`, now)
	if err != nil {
		return nil, fmt.Errorf("editions: looking for troubled editions: %w", err)
	}
	return troubled, nil
}

// StillTroubledTx returns the editions of a list that are held or have uncertain deliveries
// now. It records nothing.
func StillTroubledTx(ctx context.Context, tx *sqlx.Tx, ids []int64) ([]Troubled, error) {
	troubled := []Troubled{}
	if err := tx.SelectContext(ctx, &troubled, `
		SELECT * FROM (
			SELECT e.id, e.subject, e.state, e.reason, (SELECT count(*) FROM deliveries d WHERE d.edition_id = e.id AND d.state = 'uncertain') AS uncertain
			FROM editions e WHERE e.id = ANY ($1)
		) AS counted WHERE state = 'held' OR uncertain > 0`, pq.Array(ids)); err != nil {
		return nil, fmt.Errorf("editions: looking for editions that are still troubled: %w", err)
	}
	return troubled, nil
}
