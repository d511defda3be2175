package deliveries

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"corridor/postgres"

	"github.com/jmoiron/sqlx"
)

// LateBounce is a report that an email was not delivered after a mail server had accepted
// it, RFC 3464 with action failed.
type LateBounce struct {
	Code     int       // RFC 5321; 0: not in the report
	Enhanced string    // RFC 3463; may be empty
	Reply    string    // of the mail server that refused the email
	Source   string    // where the report came from, as in suppressions
	At       time.Time // of the report; zero: now
	Hard     bool      // the mailbox does not exist
}

// ErrInFlight is the error for a report about a delivery in flight. Its result is recorded,
// or known to be lost, within [LeaseTime]: the caller repeats the call.
var ErrInFlight = errors.New("deliveries: the email is on its way, and its result is not recorded yet")

// StageReport is the stage of a reply that came back after an email was accepted.
const StageReport = "report"

// BounceLate records that an accepted email was not delivered. A delivery that is sent or
// uncertain becomes bounced if the mailbox does not exist, and failed otherwise. It is
// counted, noted as missed, and a bounce suppresses its reader, as a bounce at RCPT does.
// In another state, and by a repeated report, the delivery is not changed: changed is false.
// The error is [ErrInFlight] if the result of the email is not known yet.
func (s *Store) BounceLate(ctx context.Context, edition, subscriber int64, b LateBounce) (changed bool, err error) {
	b = b.storable()
	err = s.db.InTx(ctx, func(tx *sqlx.Tx) error {
		changed, err = s.bounceTx(ctx, tx, edition, subscriber, b)
		return err
	})
	if err == nil && !changed { // its result may be in the journal
		changed, err = s.bounceRecorded(ctx, edition, subscriber, b)
	}
	if err == nil && changed && b.Hard {
		if err = s.brakeBounces(ctx); err == nil {
			err = s.brakeEditions(ctx, edition)
		}
	}
	if err != nil && !errors.Is(err, ErrInFlight) {
		err = fmt.Errorf("deliveries: recording a late bounce of edition %d: %w", edition, err)
	}
	return changed, err
}

// storable returns b with texts that PostgreSQL stores, of bounded length, and with a time.
func (b LateBounce) storable() LateBounce {
	b.Enhanced, b.Reply, b.Source = clean(b.Enhanced, 20), clean(b.Reply, mostReport), clean(b.Source, 50)
	if b.Code < 0 || b.Code > 999 {
		b.Code = 0
	}
	if b.At.IsZero() {
		b.At = time.Now()
	}
	return b
}

// mostReport is the number of bytes of a report that are stored, as of a reply.
const mostReport = 500

// clean returns the first bytes of a text from outside as valid UTF-8 without NUL.
func clean(s string, most int) string {
	s = strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\x00", "")
	if len(s) > most {
		s = strings.ToValidUTF8(s[:most], "")
	}
	return s
}

// bounceTx records a late bounce of a delivery that is sent or uncertain.
func (s *Store) bounceTx(ctx context.Context, tx *sqlx.Tx, edition, subscriber int64, b LateBounce) (changed bool, err error) {
	e := ended{Edition: edition, State: Failed, Reply: b.Reply, Source: b.Source}
	e.SubscriberID = subscriber
	if b.Hard {
		e.State = Bounced
	}
	// A report that was recorded before is about an earlier attempt.
	err = tx.GetContext(ctx, &e.VariantID, `
		SELECT variant_id FROM deliveries
		WHERE edition_id = $1 AND subscriber_id = $2 AND state IN ('sent', 'uncertain') AND (bounced_at IS NULL OR bounced_at < $3)
		FOR NO KEY UPDATE`, edition, subscriber, b.At)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	if err == nil { // with the delivery locked, so that erasing the reader deletes the reply
		_, err = tx.ExecContext(ctx, `
			UPDATE deliveries SET state = $3, stage = '`+StageReport+`', code = NULLIF($4, 0), enhanced = NULLIF($5, ''), bounced_at = $7,
				reply = CASE WHEN EXISTS (SELECT FROM subscribers s WHERE s.id = $2) THEN NULLIF($6, '') END
			WHERE edition_id = $1 AND subscriber_id = $2`, edition, subscriber, e.State, b.Code, b.Enhanced, b.Reply, b.At)
	}
	if err == nil {
		err = s.tellTx(ctx, tx, []ended{e})
	}
	return err == nil, err
}

// bounceRecorded records a late bounce of a delivery with its result in the journal: it
// applies the journal first.
func (s *Store) bounceRecorded(ctx context.Context, edition, subscriber int64, b LateBounce) (changed bool, err error) {
	batch, err := s.batchOf(ctx, edition, subscriber)
	if err != nil || batch == 0 {
		return false, err
	}
	err = s.db.InTx(ctx, func(tx *sqlx.Tx) error {
		if err := lockBatchTx(ctx, tx, edition, batch); err != nil {
			return err
		}
		if err := s.applyWrittenTx(ctx, tx, batch); err != nil {
			return err
		}
		if changed, err = s.bounceTx(ctx, tx, edition, subscriber, b); err != nil || changed {
			return err
		}
		return inFlightTx(ctx, tx, batch, subscriber)
	})
	if err != nil {
		return false, err
	}
	return changed, s.Finish(ctx, edition)
}

// applyWrittenTx applies all results of a batch that are in the journal now. A living sender
// may hold the batch. The caller has locked it.
func (s *Store) applyWrittenTx(ctx context.Context, tx *sqlx.Tx, batch int64) error {
	var fence sql.NullInt64
	if err := tx.GetContext(ctx, &fence, `SELECT max(fence) FROM journal WHERE batch_id = $1`, batch); err != nil || !fence.Valid {
		return err
	}
	if err := s.applyJournalTx(ctx, tx, batch, fence.Int64); err != nil {
		return err
	}
	return s.reopenTx(ctx, tx, batch)
}

// batchOf returns the batch of an open delivery, or 0. Its result may be in the journal.
func (s *Store) batchOf(ctx context.Context, edition, subscriber int64) (batch int64, err error) {
	err = s.db.GetContext(ctx, &batch, `
		SELECT batch_id FROM deliveries d
		WHERE edition_id = $1 AND subscriber_id = $2 AND (state IN ('queued', 'deferred') OR `+calledOff+`)`, edition, subscriber)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, nil
	}
	return batch, err
}

// inFlightTx returns [ErrInFlight] if the delivery to a reader is in flight. The caller has
// locked the batch and applied its journal.
func inFlightTx(ctx context.Context, tx postgres.Tx, batch, subscriber int64) error {
	var flies []bool
	if err := sqlx.SelectContext(ctx, tx, &flies, `
		SELECT true FROM batches b CROSS JOIN generate_subscripts(b.marks, 1) AS i
		JOIN deliveries d ON d.edition_id = b.edition_id AND d.subscriber_id = b.marks[i][1] AND d.attempt = b.marks[i][2] - 1
			AND (d.state IN ('queued', 'deferred') OR `+calledOff+`)
		WHERE b.id = $1 AND d.subscriber_id = $2`, batch, subscriber); err != nil {
		return err
	}
	if len(flies) > 0 {
		return ErrInFlight
	}
	return nil
}
