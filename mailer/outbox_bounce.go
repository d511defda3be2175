package mailer

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"corridor/postgres"
)

// MessageRecipient returns the address of a message of the outbox. known is false if there
// is no such message, or not any more.
func MessageRecipient(ctx context.Context, db *postgres.DB, id int64) (address string, known bool, err error) {
	err = db.GetContext(ctx, &address, `SELECT recipient FROM outbox WHERE id = $1`, id)
	if errors.Is(err, sql.ErrNoRows) {
		return "", false, nil
	}
	if err != nil {
		return "", false, fmt.Errorf("mailer: reading the outbox: %w", err)
	}
	return address, true, nil
}

// BounceMessage records that a message of the outbox failed after the mail server had
// accepted it. code (RFC 5321) may be 0, enhanced (RFC 3463) and reply empty. changed is
// false if the message has failed before, or was not sent.
func BounceMessage(ctx context.Context, db *postgres.DB, id int64, code int, enhanced, reply string) (changed bool, err error) {
	result, err := db.ExecContext(ctx, `
		UPDATE outbox SET state = 'failed', code = NULLIF($2, 0), enhanced = NULLIF($3, ''), reply = NULLIF($4, ''), message = ''::bytea
		WHERE id = $1 AND state IN ('sent', 'uncertain')`, id, code, enhanced, reply)
	if err != nil {
		return false, fmt.Errorf("mailer: recording a bounce in the outbox: %w", err)
	}
	n, err := result.RowsAffected()
	return n > 0, err
}
