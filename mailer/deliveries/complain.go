package deliveries

import (
	"context"
	"fmt"
	"time"

	"corridor/postgres"

	"github.com/jmoiron/sqlx"
)

// Complain records that a reader reported an email of an edition as unwanted. The delivery
// keeps its state, and the reader is suppressed. changed is false if the complaint was
// recorded before. A delivery that was deleted since still suppresses its reader.
func (s *Store) Complain(ctx context.Context, edition, subscriber int64, detail, source string, at time.Time) (changed bool, err error) {
	if at.IsZero() {
		at = time.Now()
	}
	c := Complaint{SubscriberID: subscriber, Detail: clean(detail, mostReport), Source: clean(source, 50), At: at}
	err = s.db.InTx(ctx, func(tx *sqlx.Tx) error {
		changed, err = s.complainTx(ctx, tx, edition, c)
		return err
	})
	if err != nil {
		return false, fmt.Errorf("deliveries: recording a complaint about edition %d: %w", edition, err)
	}
	return changed, nil
}

func (s *Store) complainTx(ctx context.Context, tx postgres.Tx, edition int64, c Complaint) (bool, error) {
	var before []bool // empty: the delivery was deleted
	if err := sqlx.SelectContext(ctx, tx, &before, `
		SELECT complained_at IS NOT NULL FROM deliveries WHERE edition_id = $1 AND subscriber_id = $2 FOR NO KEY UPDATE`, edition, c.SubscriberID); err != nil {
		return false, err
	}
	if len(before) > 0 && before[0] { // staff may have lifted the suppression since
		return false, nil
	}
	if _, err := tx.ExecContext(ctx, `
		UPDATE deliveries SET complained_at = $3 WHERE edition_id = $1 AND subscriber_id = $2`, edition, c.SubscriberID, c.At); err != nil {
		return false, err
	}
	suppressed, err := s.events.Complained(ctx, tx, c)
	if err != nil || len(before) == 0 && !suppressed {
		return false, err
	}
	_, err = tx.ExecContext(ctx, `
		INSERT INTO complaints AS c (domain, complaints) SELECT domain, 1 FROM subscribers WHERE id = $1
		ON CONFLICT (domain) DO UPDATE SET complaints = c.complaints + 1`, c.SubscriberID)
	return true, err
}

// Complaints is the number of complaints of readers at a recipient domain.
type Complaints struct {
	Domain string `db:"domain"`
	N      int64  `db:"complaints"`
}

// Complaints returns the recipient domains with the most complaints, at most that many, and
// the sum of the complaints at all other domains.
func (s *Store) Complaints(ctx context.Context, most int) (domains []Complaints, others int64, err error) {
	err = s.db.SelectContext(ctx, &domains, `SELECT domain, complaints FROM complaints ORDER BY complaints DESC, domain LIMIT $1`, most)
	if err == nil && len(domains) == most {
		err = s.db.GetContext(ctx, &others, `SELECT COALESCE(sum(complaints), 0) FROM (SELECT complaints FROM complaints ORDER BY complaints DESC, domain OFFSET $1) o`, most)
	}
	if err != nil {
		return nil, 0, fmt.Errorf("deliveries: counting complaints: %w", err)
	}
	return domains, others, nil
}
